import { createServer, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { createPlaygroundAccounts } from '../http/playground/accounts.ts';
import { composeToFile, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const accounts = { admin: { login: 'administrator', password: 'a secret of the shop' } };
const key = 'a-key-that-nobody-guesses';
const settings = { PLAYGROUND_ACCOUNTS: JSON.stringify(accounts), PLAYGROUND_KEY: key };
const accountsPath = '/playground/accounts.json';
const enterPath = `/playground/enter/${key}`;
let library: Awaited<ReturnType<typeof startLibrary>>;
let supergraph: string;
let gateway: TestGateway;

beforeAll(async () => {
  library = await startLibrary();
  supergraph = composeToFile([library.books]);
  gateway = await startTestGateway(supergraph, settings);
});
afterAll(async () => {
  await gateway.stop();
  await library.stop();
});

type Answer = { status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string };

/** By node:http, which sends any Host header. */
function get(path: string, headers: Record<string, string> = {}, { port }: { port: number } = gateway) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, headers: { host: `localhost:${port}`, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject).end();
  });
}

async function enter(): Promise<{ cookie: string }> {
  const [cookie = ''] = [(await get(enterPath)).headers['set-cookie'] ?? ''].flat();
  return { cookie: cookie.split(';')[0] ?? '' };
}

describe('the accounts of the playground', () => {
  test('are shown to a browser that came by the link, not cached and not sent as referrer', async () => {
    const entered = await get(enterPath, { 'sec-fetch-site': 'none' });
    const { status, headers, text } = await get(accountsPath, { ...(await enter()), origin: `http://localhost:${gateway.port}` });

    expect([entered.status, entered.headers['location'], entered.headers['cache-control']]).toEqual([303, '/graphql', 'no-store']);
    expect(entered.headers['set-cookie']).toEqual([expect.stringMatching(/; Path=\/playground; HttpOnly; SameSite=Strict$/)]);
    expect([status, JSON.parse(text)]).toEqual([200, accounts]);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test('are not there for who did not come by the link', async () => {
    const { cookie } = await enter();

    expect((await get(accountsPath)).status).toBe(404);
    expect((await get(accountsPath, { cookie: `${cookie}x` })).status).toBe(404);
    expect((await get(accountsPath, { cookie: cookie.replace(key, '') })).status).toBe(404);
    expect((await get('/playground/enter/')).status).toBe(404);
    const other = await get(`${enterPath}x`);
    expect([other.status, other.headers['set-cookie']]).toEqual([404, undefined]);
  });

  test.each([
    { host: 'shop.example' },
    { host: 'localhost.shop.example' },
    { host: '127.0.0.1.nip.io:4000' },
    { forwarded: 'for=10.0.0.1' },
    { via: '1.1 proxy' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-proto': 'https' },
    { 'x-real-ip': '127.0.0.1' },
    { 'cf-connecting-ip': '127.0.0.1' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
  ])('are not there, nor is their door, for %p', async (headers) => {
    const statuses = [await get(accountsPath, { ...(await enter()), ...headers }), await get(enterPath, headers)];

    expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
  });

  test.each([
    ['192.0.2.1', 404],
    ['::ffff:192.0.2.1', 404],
    // the address that a container sees for its host, and for all other clients of its published port
    ['172.18.0.1', 404],
    ['fe80::1', 404],
    [undefined, 404],
    ['127.0.0.1', 303],
    ['127.8.8.8', 303],
    ['::1', 303],
    ['::ffff:127.0.0.1', 303],
  ])('are there by the address of the connection, whatever host it names: from %s %i', async (remoteAddress, status) => {
    const { serve } = createPlaygroundAccounts(accounts, key);
    const server = createServer(async (request, response) => {
      Object.defineProperty(request.socket, 'remoteAddress', { value: remoteAddress });
      const served = await serve(request, response, new URL(request.url ?? '', 'http://localhost'));
      if (!served) response.writeHead(404).end();
    });
    const port = await listen(server, '127.0.0.1', 0);

    expect((await get(enterPath, {}, { port })).status).toBe(status);
    server.close();
  });

  test('are not there when the shop has none for it', async () => {
    const none = await startTestGateway(supergraph);

    expect((await get(accountsPath, { cookie: `marigold_playground_${none.port}=` }, none)).status).toBe(404);
    expect((await get('/playground/enter/', {}, none)).status).toBe(404);
    await none.stop();
  });

  test.each([
    ['not as they must be', { PLAYGROUND_ACCOUNTS: '{"admin":"secret"}' }, 'PLAYGROUND_ACCOUNTS'],
    ['without a key', { PLAYGROUND_KEY: '' }, 'PLAYGROUND_KEY'],
    ['with a key that can be guessed', { PLAYGROUND_KEY: 'admin' }, 'PLAYGROUND_KEY'],
    ['behind a proxy, whose visitors all come from one address', { TRUSTED_PROXIES: '1' }, 'TRUSTED_PROXIES'],
  ])('are rejected at the start when they are %s', async (_, wrong, name) => {
    await expect(startTestGateway(supergraph, { ...settings, ...wrong })).rejects.toThrow(name);
  });
});

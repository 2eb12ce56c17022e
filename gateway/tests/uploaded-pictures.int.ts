import { createServer, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { composeToFile, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { hello: String }`;
const bytes = Buffer.from([0x89, 0x50, 0x00, 0xff, 0x0a]);
const seen: string[] = [];
const showPicture = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/webp' }).end(bytes);
let answer = showPicture as (response: ServerResponse) => unknown;

const product = createServer((request, response) => {
  seen.push(`${request.method} ${request.url}`);
  answer(response);
});
let gateway: TestGateway;
let count = 0;
/** A name that was not requested yet. */
const newName = (ending = '-400.webp') => {
  count += 1;
  return `${count.toString(16).padStart(32, '0')}${ending}`;
};
const open = (name: string, init: RequestInit = {}) => fetch(gateway.url.replace('/graphql', `/pictures/uploaded/${name}`), init);

beforeAll(async () => {
  const port = await listen(product, '127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}/graphql`;
  gateway = await startTestGateway(composeToFile([{ name: 'product', url, sdl }]), { SUBGRAPH_TIMEOUT_MS: '200' });
});
afterEach(() => {
  answer = showPicture;
  seen.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await new Promise((resolve) => {
    product.close(resolve);
    product.closeAllConnections();
  });
});

describe('an uploaded picture', () => {
  test('is fetched once, and served as what it is, for good', async () => {
    const name = newName();

    const all = await Promise.all([open(name), open(name)]);
    const last = await open(name);
    const head = await open(name, { method: 'HEAD' });

    expect(seen).toEqual([`GET /pictures/${name}`]);
    for (const response of [...all, last]) expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    for (const { headers, status } of [last, head]) {
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'image/webp',
        'content-length': '5',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('is not sent again to who has it', async () => {
    const name = newName();
    const etag = (await open(name)).headers.get('etag') ?? '';

    const response = await open(name, { headers: { 'if-none-match': etag } });

    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  test.each([
    ['a short one', 'abc-400.webp'],
    ['capitals', `${'A'.repeat(32)}-400.webp`],
    ['another kind', `${'a'.repeat(32)}.svg`],
    ['a way out', `..%2f..%2fgraphql/${'a'.repeat(32)}-400.webp`],
    ['a way further', `${'a'.repeat(32)}-400.webp/more`],
    ['no name', ''],
  ])('with an invalid name (%s) is never fetched', async (_, name) => {
    const response = await open(name, { headers: { accept: 'text/html' } });

    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await response.json()).toEqual({ error: 'There is no such picture.' });
    expect(seen).toEqual([]);
  });

  const troubles: [string, number, (response: ServerResponse) => unknown][] = [
    ['is not there', 404, (response) => response.writeHead(404).end('{}')],
    ['cannot be looked for', 503, (response) => response.writeHead(503).end('{}')],
    ['is never answered', 503, () => {}],
    ['is cut off', 503, (response) => response.destroy()],
    [
      'ends in the middle',
      503,
      (response) => response.writeHead(200, { 'content-type': 'image/webp', 'content-length': '9' }).end('abc', () => response.destroy()),
    ],
    ['is another kind', 502, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<script>')],
    ['is too large', 502, (response) => response.writeHead(200, { 'content-type': 'image/webp' }).end(Buffer.alloc(512_001))],
    ['is elsewhere', 502, (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['makes trouble', 502, (response) => response.writeHead(500).end('a secret')],
  ];

  test.each(troubles)('that %s is answered with %d, and had when it can be', async (_, status, trouble) => {
    const name = newName();
    answer = trouble;

    const rejected = await open(name);
    answer = showPicture;
    const served = await open(name);

    expect(rejected.status).toBe(status);
    expect(await rejected.text()).toMatch(/^{"error":"[A-Z][^"]+\."}$/);
    expect(rejected.headers.get('cache-control')).toBe('no-store');
    expect(served.status).toBe(200);
  });
});

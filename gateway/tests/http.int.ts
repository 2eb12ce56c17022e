import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let books: FakeSubgraph;
let stopLibrary: () => Promise<void>;
let supergraph: string;
let gateway: TestGateway;
const at = (path: string) => gateway.url.replace('/graphql', path);

beforeAll(async () => {
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
  gateway = await startTestGateway(supergraph);
});
afterEach(() => books.hold()());
afterAll(async () => {
  await gateway.stop();
  await stopLibrary();
});

describe('the platform', () => {
  test('learns that the gateway lives and can be called, and at the admin address what it can reach', async () => {
    expect(await (await fetch(at('/livez'))).json()).toEqual({ status: 'live' });
    expect(await (await fetch(at('/readyz'))).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${gateway.adminUrl}/readyz`)).json()).toMatchObject({
      status: 'ready',
      supergraph: 'loaded',
      subgraphs: { books: 'reachable', reviews: 'reachable' },
    });
  });

  test('reads figures', async () => {
    await gateway.post({ query: '{ book(id: "1") { title } }' });

    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();

    expect(text).toContain('marigold_gateway_request_seconds_count{operation="query",status="200"} 1');
    expect(text).toContain('marigold_gateway_subgraph_fetch_seconds_count{subgraph="books",outcome="answered"} 1');
    expect(text).toContain('marigold_gateway_breaker_open{subgraph="books"} 0');
    expect(text).toContain('process_resident_memory_bytes');
  });

  test('reads the supergraph with its addresses', async () => {
    expect(await (await fetch(`${gateway.adminUrl}/graphql/supergraph`)).text()).toContain('@join__type(graph: BOOKS');
  });

  test.each(['/metrics', '/graphql/supergraph'])('needs no credentials for %s where access is public', async (path) => {
    expect((await fetch(at(path))).status).toBe(404);
  });
});

describe('a browser', () => {
  const open = (path: string, headers: Record<string, string> = {}) => fetch(at(path), { headers: { accept: 'text/html', ...headers } });

  test('gets the playground at /graphql, and a first page at /, under a strict policy', async () => {
    for (const path of ['/graphql', '/']) {
      const response = await open(path);

      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
      expect(await response.text()).toContain('Marigold');
    }
  });

  test('keeps a file and asks only whether it changed', async () => {
    const etag = (await open('/landing/landing.css')).headers.get('etag') ?? '';

    const again = await open('/landing/landing.css', { 'if-none-match': etag });

    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test.each(['/../package.json', '/%2e%2e/package.json', '/..%2fstart.ts', '/landing/.hidden', '/landing/%00.css', '/nothing.css', '/%'])(
    'finds nothing at %s',
    async (path) => {
      const status = await new Promise((resolve) => {
        request({ host: '127.0.0.1', port: gateway.port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });

      expect(status).toBe(404);
    },
  );
});

describe('bytes that are not UTF-8', () => {
  const rejected = { errors: [{ message: expect.stringContaining('not UTF-8'), extensions: { code: 'BAD_REQUEST' } }] };

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['half of a character', [0xc3]],
    ['an overlong form', [0xc0, 0x80]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ])('are rejected in a body with 400: %s', async (_, bytes) => {
    const [before = '', after = ''] = JSON.stringify({ query: '{ book(id: "x") { title } }' }).split('x');
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(rejected);
  });

  test('are rejected in the parameters of a GET, and a lone percent sign is not one', async () => {
    const ask = (id: string) =>
      fetch(`${gateway.url}?query={book(id:"${id}"){title}}`, { headers: { 'apollo-require-preflight': 'true' } });
    const broken = await ask('%ff');

    expect(broken.status).toBe(400);
    expect(await broken.json()).toEqual(rejected);
    expect((await ask('100%25-%E1%BA%BF-50%')).status).toBe(200);
  });
});

describe('stopping', () => {
  test('lets requests end that are under way, takes no new ones, and is quick about idle connections', async () => {
    const stopped = await startTestGateway(supergraph);
    const letGo = books.hold();
    const underWay = stopped.post({ query: '{ book(id: "stop") { title } }' });
    await waitFor('the request to arrive', () =>
      books.seen.some(({ query, variables }) => JSON.stringify([query, variables]).includes('stop')),
    );

    const end = stopped.stop();
    const isRefused = () =>
      fetch(stopped.url.replace('/graphql', '/livez')).then(
        () => false,
        () => true,
      );
    await waitFor('new connections to be refused', isRefused);
    letGo();

    expect((await underWay).body).toEqual({ data: { book: { title: 'Book stop' } } });
    await end;
  });
});

import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let books: FakeSubgraph;
let reviews: FakeSubgraph;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;

beforeAll(async () => {
  const library = await startLibrary();
  ({ books, reviews } = library);
  stopLibrary = library.stop;
  gateway = await startTestGateway(composeToFile([books, reviews]), {
    ALLOWED_ORIGINS: 'https://shop.example',
    ALLOWED_HEADERS: 'x-shop-*,X-Tenant',
  });
});
afterEach(() => {
  books.hold()();
  books.seen.splice(0);
});
afterAll(async () => {
  await gateway.stop();
  await stopLibrary();
});

type Raw = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: Buffer };
/** Without what fetch would add and undo by itself. */
function send(path: string, method = 'GET', headers: Record<string, string> = {}, body?: Buffer | string): Promise<Raw> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: gateway.port, path, method, headers }, (response) => {
      buffer(response).then((bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
const json = { 'content-type': 'application/json' };
const ask = (query: string, headers: Record<string, string> = {}, variables: unknown = {}) =>
  send('/graphql', 'POST', { ...json, ...headers }, JSON.stringify({ query, variables }));
const read = ({ body }: Raw) => JSON.parse(body.toString());

describe('what the client accepts', () => {
  test.each(['application/xml', 'text/html', 'application/json;q=0', 'nonsense', 'text/*', 'application/json; charset=latin1'])(
    '%s: gets 406 before anything is executed',
    async (accept) => {
      const answer = await ask('mutation { addBook(title: "T") { id } }', { accept });

      expect(answer.status).toBe(406);
      expect(read(answer).errors[0].message).toContain('application/graphql-response+json');
      expect(books.seen).toEqual([]);
    },
  );

  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    [' , ,', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*;q=0.5', 'application/json'],
    ['APPLICATION/GraphQL-Response+JSON', 'application/graphql-response+json'],
    ['application/json;q=0.1, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.1, application/json', 'application/json'],
    ['application/graphql-response+json;q=0, */*', 'application/json'],
    ['application/json; charset=UTF-8', 'application/json'],
    ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/json'],
  ])('%s: gets answers and rejections alike as %s', async (accept, type) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const answers = [await ask('{ book(id: "1") { title } }', headers), await ask('{ nothing }', headers), await ask('{', headers)];

    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400]);
    expect(answers.map(({ headers: { 'content-type': found } }) => found)).toEqual(Array(3).fill(`${type}; charset=utf-8`));
    expect(answers.map(({ headers: { vary } }) => String(vary))).toEqual(Array(3).fill(expect.stringMatching(/\baccept\b(?!-)/)));
  });
});

describe('a GET', () => {
  const get = (query: string) => send(`/graphql?${query}`, 'GET', { 'apollo-require-preflight': 'true' });

  test('takes empty parameters for absent ones', async () => {
    const answer = await get(`query=${encodeURIComponent('query Q { book(id: "1") { title } }')}&operationName=&variables=&extensions=`);

    expect(read(answer)).toEqual({ data: { book: { title: 'Book 1' } } });
  });

  test.each([
    ['/graphql', 'PUT', /GET/],
    ['/graphql', 'DELETE', /POST/],
    ['/graphql/plan', 'GET', /^POST, OPTIONS$/],
    ['/readyz', 'POST', /^GET, HEAD, OPTIONS$/],
    ['/nothing', 'PATCH', /^GET, HEAD, OPTIONS$/],
  ])('at %s by %s gets the allowed methods', async (path, method, allowed) => {
    const answer = await send(path, method);

    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toMatch(allowed);
  });
});

describe('headers of foreign pages', () => {
  const preflight = async (asked: string) => {
    const { headers } = await send('/graphql', 'OPTIONS', {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    });
    return String(headers['access-control-allow-headers']).split(', ');
  };

  test.each([
    'apollographql-client-name',
    'apollographql-client-version',
    'graphql-client-name',
    'graphql-client-version',
    'baggage',
    'content-encoding',
    'tracestate',
    'traceparent',
    'authorization',
    'x-query-plan',
    'x-tenant',
  ])('%s is allowed', async (name) => {
    expect(await preflight(name)).toContain(name);
  });

  test('by a pattern are allowed when they are asked for, and others are not', async () => {
    expect(await preflight('x-shop-region,X-Shop-Till, x-other')).toEqual(expect.arrayContaining(['x-shop-region', 'x-shop-till']));
    expect(await preflight('x-shop-region, x-other')).not.toContain('x-other');
  });
});

describe('a body', () => {
  const operation = JSON.stringify({ query: '{ book(id: "1") { title } }' });

  test.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['identity', (text: string) => Buffer.from(text)],
    ['', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(`\ufeff${text}`)],
  ])('is taken as %s', async (encoding, pack) => {
    const answer = await send('/graphql', 'POST', { ...json, 'content-encoding': encoding }, pack(operation));

    expect(read(answer)).toEqual({ data: { book: { title: 'Book 1' } } });
  });

  test('in another encoding is rejected with those that are taken', async () => {
    const answer = await send('/graphql', 'POST', { ...json, 'content-encoding': 'compress' }, operation);

    expect(answer.status).toBe(415);
    expect(answer.headers['accept-encoding']).toBe('gzip, deflate, br');
    expect(read(answer).errors[0].message).toContain('gzip, deflate, br');
  });

  test('that grows beyond the limit is rejected without being unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '));

    const answer = await send('/graphql', 'POST', { ...json, 'content-encoding': 'gzip' }, bomb);

    expect(answer.status).toBe(413);
  });

  test('that does not match its content-type is a client error', async () => {
    const answer = await send('/graphql', 'POST', { ...json, 'content-encoding': 'gzip' }, operation);

    expect(answer.status).toBe(400);
    expect(gateway.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

describe('an answer', () => {
  const many = '{ books(first: 200) { id title } }';

  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0.1, gzip;q=0.9', 'gzip', gunzipSync],
    ['br;q=0, *', 'gzip', gunzipSync],
  ])('over 1 KiB is packed for who takes %s', async (accepted, encoding, unpack) => {
    const answer = await ask(many, { 'accept-encoding': accepted });

    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(String(answer.headers['vary'])).toContain('accept-encoding');
    expect(JSON.parse(unpack(answer.body).toString()).data.books).toHaveLength(200);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  test('that is small, or whose client asks for none, is left as it is', async () => {
    const answers = [
      await ask('{ book(id: "1") { title } }', { 'accept-encoding': 'gzip, br' }),
      await ask(many),
      await ask(many, { 'accept-encoding': 'identity' }),
    ];

    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, undefined, undefined]);
  });

  test('of the playground is packed like any other', async () => {
    expect((await send('/playground/map.json', 'GET', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
  });
});

describe('variables', () => {
  test('are what the client calls them, __proto__ too', async () => {
    const body = '{"query":"query ($__proto__: ID!) { book(id: $__proto__) { title } }","variables":{"__proto__":"7"}}';

    expect(read(await send('/graphql', 'POST', json, body))).toEqual({ data: { book: { title: 'Book 7' } } });
  });
});

describe('a client that leaves', () => {
  const leaving = (query: string) => {
    const sent = request({ host: '127.0.0.1', port: gateway.port, path: '/graphql', method: 'POST', headers: json });
    sent.on('error', () => undefined);
    sent.end(JSON.stringify({ query }));
    return () => sent.destroy();
  };

  test('ends the calls that were made for it alone', async () => {
    books.hold();
    const leave = leaving('{ book(id: "left") { title reviews { text } } }');
    await waitFor('the call', () => books.seen.length === 1);

    leave();

    await waitFor('the end of the call', () => books.left.length === 1);
    expect(reviews.seen.filter(({ variables }) => JSON.stringify(variables).includes('left'))).toEqual([]);
  });

  test('keeps those that another client waits for as well', async () => {
    const letGo = books.hold();
    const query = '{ book(id: "shared") { title } }';
    const leave = leaving(query);
    await waitFor('the call', () => books.seen.length === 1);
    const other = gateway.post({ query });
    await waitFor('the other', async () => (await gateway.post({ query: '{ __typename }' })).status === 200);

    leave();
    await gateway.post({ query: '{ __typename }' });
    letGo();

    expect((await other).body).toEqual({ data: { book: { title: 'Book shared' } } });
    expect(books.seen).toHaveLength(1);
  });

  test('does not end a mutation that was sent: its outcome would be unknown', async () => {
    const letGo = books.hold();
    books.left.splice(0);
    const leave = leaving('mutation { addBook(title: "half") { id } second: addBook(title: "whole") { id } }');
    await waitFor('the call', () => books.seen.length === 1);

    leave();
    await gateway.post({ query: '{ __typename }' });
    letGo();

    await gateway.post({ query: '{ book(id: "after") { number } }' });
    expect(books.left).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { composeToFile, libraryEvents, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let supergraph: string;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;

beforeAll(async () => {
  const library = await startLibrary();
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews, libraryEvents]);
  // one of these requests never ends, and the others come from its address
  gateway = await startTestGateway(supergraph, { ALLOWED_ORIGINS: 'https://shop.example', SUSPENSION_MS: '0' });
});
afterAll(async () => {
  await gateway.stop();
  await stopLibrary();
});

const book = { query: '{ book(id: "1") { title } }' };
const title = { data: { book: { title: 'Book 1' } } };
const sending = () => openRequest(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
const errorOf = (body: { errors: { message: string; extensions: { code: string } }[] }) => body.errors[0];

describe('a request that is not as it must be', () => {
  test.each([
    ['no JSON', '{"query":', 400, 'The body is not JSON.'],
    ['JSON but no object', '"query"', 400, 'The body is not a JSON object.'],
    ['a batch', JSON.stringify([book, book]), 400, 'Batches are not served'],
    ['without a query', '{}', 400, 'Send the text of an operation'],
    ['with a query that is no text', '{"query":{}}', 400, "'query' is not as it must be"],
    ['with variables that are no object', '{"query":"{book}","variables":"{}"}', 400, "'variables' is not as it must be"],
    ['with an operation that is not there', JSON.stringify({ ...book, operationName: 'Other' }), 400, 'no operation named "Other"'],
    [
      'with several operations and no name',
      JSON.stringify({ query: 'query A{__typename} query B{__typename}' }),
      400,
      'several operations',
    ],
    ['of 5 MB', JSON.stringify({ query: `{ ${'x'.repeat(5_000_000)} }` }), 413, 'larger than 131072 bytes'],
  ])('%s is answered with a status and a sentence', async (_what, sent, status, message) => {
    const answer = await gateway.post(sent);

    expect(answer.status).toBe(status);
    expect(errorOf(answer.body)?.message).toContain(message);
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  test('of 5 MB, in pieces, is answered to a client that reads nothing before it has sent all', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const piece = 'x'.repeat(65_536);
    socket.write(`POST /graphql HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: ${80 * piece.length}\r\n\r\n`);
    for (let sent = 0; sent < 80; sent += 1) {
      if (!socket.write(piece)) await once(socket, 'drain');
      await sleep(1);
    }

    const answer = await text(socket);
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('larger than 131072 bytes');
  });

  test('that never ends is not read for ever', async () => {
    const request = sending();
    let isOver = false;
    const over = new Promise<void>((resolve) => {
      for (const event of ['error', 'close']) request.on(event, () => resolve());
    }).then(() => {
      isOver = true;
    });
    request.on('response', (response) => response.resume());
    for (let megabytes = 0; !isOver && megabytes < 500; megabytes += 1) {
      if (!request.write('x'.repeat(1_000_000))) await Promise.race([once(request, 'drain').catch(() => undefined), over]);
      await sleep(0);
    }

    expect(isOver).toBe(true);
    request.destroy();
  });

  test('is rejected for its content type, which also keeps forms of foreign pages out', async () => {
    const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(book) });

    expect(response.status).toBe(415);
  });

  test('is rejected for its method', async () => {
    const response = await fetch(gateway.url, { method: 'PUT', body: '{}' });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
  });

  test.each([
    ['a syntax error', '{ book(', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing variable', 'query Q($id: ID!) { book(id: $id) { id } }', 'BAD_USER_INPUT'],
  ])('has %s, which is answered with 400', async (_what, query, code) => {
    const answer = await gateway.post({ query });

    expect([answer.status, errorOf(answer.body)?.extensions.code]).toEqual([400, code]);
  });

  test('is a subscription, whose error names where subscriptions are served', async () => {
    const { status, body } = await gateway.post({ query: 'subscription { bookChanged(id: "1") { id } }' });

    expect(status).toBe(400);
    expect(errorOf(body)?.message).toContain('WebSocket');
  });
});

describe('an operation beyond the limits', () => {
  test.each([
    ['100 deep', `{ book(id: "1") ${'{ reviews { book '.repeat(50)} { id } ${'} }'.repeat(50)} }`, 'levels deep'],
    ['of many aliases', `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: __typename`).join(' ')} }`, 'aliases'],
    ['of many characters', `{ ${' '.repeat(33_000)}__typename }`, 'characters'],
    ['of many tokens', `{ ${'a '.repeat(6000)} }`, 'tokens'],
    ['of many brackets', `{ ${'... { '.repeat(1600)} __typename ${'} '.repeat(1600)} }`, 'brackets'],
    [
      'of many root fields',
      `{ ${Array.from({ length: 21 }, (_, index) => `b${index}: book(id: "1") { id }`).join(' ')} }`,
      'fields at its root',
    ],
    ['of great cost', '{ books(first: 5000) { reviews(first: 100) { text } } }', 'objects'],
    ['that authenticates twice', 'mutation { logIn register }', 'authentication'],
  ])('(%s) is rejected before it is planned', async (_what, query, message) => {
    const answer = await gateway.post({ query });

    expect(answer.status).toBe(400);
    expect(errorOf(answer.body)?.message).toContain(message);
  });

  test('is not the introspection of a playground', async () => {
    const { status, body } = await gateway.post({ query: getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true }) });

    expect(status).toBe(200);
    expect(body.data.__schema.subscriptionType).toMatchObject({ name: 'Subscription' });
  });
});

describe('reading with GET', () => {
  const address = () => `${gateway.url}?${new URLSearchParams(book)}`;

  test('is served with a header that only our own pages can send', async () => {
    const response = await fetch(address(), { headers: { 'apollo-require-preflight': 'true' } });

    expect(await response.json()).toEqual(title);
  });

  test('is rejected without it', async () => {
    expect((await fetch(address())).status).toBe(400);
  });

  test('changes nothing', async () => {
    const query = new URLSearchParams({ query: 'mutation { logIn }' });
    const response = await fetch(`${gateway.url}?${query}`, { headers: { 'apollo-require-preflight': 'true' } });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('is rejected when its variables are not JSON', async () => {
    const response = await fetch(`${address()}&variables=%7B`, { headers: { 'apollo-require-preflight': 'true' } });

    expect(response.status).toBe(400);
  });
});

describe('foreign pages', () => {
  const preflight = async (origin: string) => {
    const response = await fetch(gateway.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    return [response.status, response.headers.get('access-control-allow-origin')];
  };

  test('may use the graph when they are on the list', async () => {
    expect(await preflight('https://shop.example')).toEqual([204, 'https://shop.example']);
    expect((await gateway.post(book, { origin: 'https://shop.example' })).headers.get('access-control-expose-headers')).toContain(
      'x-trace-id',
    );
  });

  test('is not allowed otherwise', async () => {
    expect(await preflight('https://evil.example')).toEqual([204, null]);
  });

  test('must not put ours into a frame, and its answers are never rendered as a page', async () => {
    const { headers } = await gateway.post(book);

    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('automatic persisted queries', () => {
  test('are known by their hash once they were sent', async () => {
    const hash = hashOf(book.query);
    expect(errorOf((await gateway.post(persisted(hash))).body)?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await gateway.post({ ...book, ...persisted(hash) })).body).toEqual(title);

    expect((await gateway.post(persisted(hash))).body).toEqual(title);
  });

  test('are not kept under a hash that is not theirs', async () => {
    const hash = hashOf('{ books { id } }');

    expect((await gateway.post({ ...book, ...persisted(hash) })).status).toBe(400);
    expect(errorOf((await gateway.post(persisted(hash))).body)?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('are not kept when they are rejected', async () => {
    const hash = hashOf('{ nothing }');
    await gateway.post({ query: '{ nothing }', ...persisted(hash) });

    expect(errorOf((await gateway.post(persisted(hash))).body)?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

describe('what takes long costs more of the budget', () => {
  const few = { GUEST_RATE_LIMIT_BURST: '50', GUEST_RATE_LIMIT_PER_SECOND: '1' };
  const statusesOf = async (of: TestGateway, queries: readonly string[]) => {
    const statuses: number[] = [];
    for (const query of queries) statuses.push((await of.post({ query, operationName: 'Q0' })).status);
    return statuses;
  };
  const large = Array.from({ length: 45 }, (_, index) => `query Q${index} { book(id: "1") { title } }`).join(' ');

  test('to validate a large document that is not cached', async () => {
    const small = await startTestGateway(supergraph, few);
    const fresh = Array.from({ length: 10 }, (_, index) => `${large} # ${index}`);

    expect(await statusesOf(small, fresh)).toContain(429);
    await small.stop();
  });

  test('to read a long text that is rejected', async () => {
    const small = await startTestGateway(supergraph, few);
    const long = Array.from({ length: 10 }, (_, index) => `query Q0 { nothing${index} } #${'.'.repeat(30_000)}`);

    expect(await statusesOf(small, long)).toContain(429);
    await small.stop();
  });

  test('and not to run it again', async () => {
    const small = await startTestGateway(supergraph, few);

    expect(
      await statusesOf(
        small,
        Array.from({ length: 10 }, () => large),
      ),
    ).not.toContain(429);
    await small.stop();
  });

  test('to write out much of the schema, however often it was asked for', async () => {
    const small = await startTestGateway(supergraph, few);
    const all = 'name description fields { name description args { name type { name } } type { name kind } }';
    const query = `query Q0 { __schema { ${Array.from({ length: 25 }, (_, index) => `a${index}: types { ${all} }`).join(' ')} } }`;

    expect(
      await statusesOf(
        small,
        Array.from({ length: 40 }, () => query),
      ),
    ).toContain(429);
    await small.stop();
  });
});

describe('what strangers send', () => {
  const sizeOf = async (of: TestGateway, cache: string) => {
    const metrics = await (await fetch(new URL('/metrics', of.adminUrl))).text();
    return Number(new RegExp(`marigold_gateway_cache_bytes\\{cache="${cache}"\\} (\\d+)`).exec(metrics)?.[1]);
  };

  test('takes no more memory than it may, however often it is sent', async () => {
    const small = await startTestGateway(supergraph, {
      GUEST_RATE_LIMIT_BURST: '0',
      DOCUMENT_CACHE_BYTES: '1000000',
      PLAN_CACHE_BYTES: '1000000',
      PERSISTED_QUERY_CACHE_BYTES: '100000',
    });
    const operations = Array.from({ length: 40 }, (_, index) => `query Q${index} { book(id: "1") { title } }`).join(' ');
    for (let count = 0; count < 12; count += 1) {
      const query = `${operations} # ${count}`;
      for (const operationName of ['Q0', 'Q0', `Q${count}`]) {
        expect((await small.post({ query, operationName, ...persisted(hashOf(query)) })).status).toBe(200);
      }
    }

    expect(await sizeOf(small, 'documents')).toBeGreaterThan(300_000);
    expect(await sizeOf(small, 'documents')).toBeLessThanOrEqual(1_000_000);
    expect(await sizeOf(small, 'persisted-queries')).toBeLessThanOrEqual(100_000);
    // equal operations have one plan, whatever they are called
    expect(await sizeOf(small, 'plans')).toBeLessThan(30_000);
    await small.stop();
  }, 30_000);
});

describe('trusted documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operations-'));
  const trusted = '# The book of the day.\nquery BookOfTheDay {\n  book(id: "1") {\n    title\n  }\n}\n';
  mkdirSync(join(folder, 'reader'));
  writeFileSync(join(folder, 'reader', 'book-of-the-day.graphql'), trusted);
  const start = (mode: string) => startTestGateway(supergraph, { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FOLDER: folder });

  test('are all that is served, when only they are', async () => {
    const only = await start('only');

    expect((await only.post({ query: trusted })).body).toEqual(title);
    expect((await only.post({ query: 'query BookOfTheDay { book(id: "1") { title } }' })).body).toEqual(title);
    expect((await only.post(persisted(hashOf(trusted)))).body).toEqual(title);
    expect(errorOf((await only.post(book)).body)?.extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
    expect(errorOf((await only.post({ ...book, ...persisted(hashOf(book.query)) })).body)?.extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
    await only.stop();
  });

  test('are missed in the log, when others are served as well', async () => {
    const log = await start('log');

    expect((await log.post(book)).body).toEqual(title);
    expect(log.logs.filter(({ msg }) => String(msg).includes('not among the trusted ones'))).toHaveLength(1);
    await log.stop();
  });

  test('must be there, when only they are served', async () => {
    const start = startTestGateway(supergraph, { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FOLDER: '/nowhere' });

    await expect(start).rejects.toThrow('cannot be read');
  });
});

describe('callers who ask too often', () => {
  test('get retryAfterSeconds', async () => {
    const small = await startTestGateway(supergraph, { GUEST_RATE_LIMIT_BURST: '2', GUEST_RATE_LIMIT_PER_SECOND: '1' });
    await small.post(book);
    await small.post(book);

    const { status, headers, body } = await small.post(book);

    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('1');
    expect(errorOf(body)?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    await small.stop();
  });

  test('are limited, and served, while Redis is away', async () => {
    const small = await startTestGateway(supergraph, {
      REDIS_URL: 'redis://127.0.0.1:9',
      GUEST_RATE_LIMIT_BURST: '2',
      GUEST_RATE_LIMIT_PER_SECOND: '1',
    });

    const statuses = [(await small.post(book)).status, (await small.post(book)).status, (await small.post(book)).status];

    expect(statuses).toEqual([200, 200, 429]);
    await small.stop();
  });

  test('are identified by the header of a trusted proxy, never by one of the client', async () => {
    const behind = await startTestGateway(supergraph, {
      TRUSTED_PROXIES: '1',
      GUEST_RATE_LIMIT_BURST: '1',
      GUEST_RATE_LIMIT_PER_SECOND: '1',
    });

    expect((await behind.post(book, { 'x-forwarded-for': '9.9.9.9, 1.1.1.1' })).status).toBe(200);
    expect((await behind.post(book, { 'x-forwarded-for': '8.8.8.8, 1.1.1.1' })).status).toBe(429);
    expect((await behind.post(book, { 'x-forwarded-for': '2.2.2.2' })).status).toBe(200);
    await behind.stop();
  });
});

describe('a gateway that keeps its schema to itself', () => {
  test('answers no introspection and suggests no fields', async () => {
    const closed = await startTestGateway(supergraph, { INTROSPECTION: 'off' });

    expect((await closed.post({ query: '{ __schema { queryType { name } } }' })).status).toBe(400);
    expect(errorOf((await closed.post({ query: '{ bok }' })).body)?.message).toBe('Cannot query field "bok" on type "Query".');
    await closed.stop();
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeToFile, libraryEvents, post, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const query = 'query Shelf($first: Int) { books(first: $first) { title reviews { text } } }';
let library: Awaited<ReturnType<typeof startLibrary>>;
let gateway: TestGateway;
let closed: TestGateway;
let supergraph: string;

beforeAll(async () => {
  library = await startLibrary();
  supergraph = composeToFile([library.books, library.reviews, libraryEvents]);
  gateway = await startTestGateway(supergraph);
  closed = await startTestGateway(supergraph, { INTROSPECTION: 'off' });
});
afterAll(async () => {
  await Promise.all([gateway.stop(), closed.stop()]);
  await library.stop();
});

const planOf = (body: unknown, of = gateway) => post(`${of.url}/plan`, body);
const explain = { 'x-query-plan': 'on' };

describe('the plan of an operation', () => {
  test('shows which subgraph is queried for what, in which order', async () => {
    const { status, body } = await planOf({ query });

    expect(status).toBe(200);
    expect(body.plan).toMatchObject({
      kind: 'sequence',
      nodes: [
        { kind: 'fetch', service: 'books', operation: expect.stringContaining('title') },
        { kind: 'flatten', path: ['books', '@'], nodes: [{ kind: 'fetch', service: 'reviews', requires: expect.stringContaining('id') }] },
      ],
    });
    expect(library.books.seen).toEqual([]);
  });

  test('is shown for a subscription too', async () => {
    const { body } = await planOf({ query: 'subscription { bookChanged(id: 1) { id title } }' });

    expect(body.plan).toMatchObject({
      kind: 'subscription',
      nodes: [{ service: 'events' }, { path: ['bookChanged'], nodes: [{ service: 'books' }] }],
    });
  });

  test('is that of the operation that is named, and nothing when no subgraph is asked', async () => {
    const several = 'query A { __typename } query B { broken }';

    expect((await planOf({ query: several, operationName: 'B' })).body.plan).toMatchObject({ kind: 'fetch', service: 'books' });
    expect((await planOf({ query: several, operationName: 'A' })).body.plan).toBeNull();
  });

  test.each([
    ['no operation', '{ books {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ shelves { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too much', `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: broken`).join(' ')} }`, 'OPERATION_TOO_LARGE'],
  ])('is rejected as the operation itself would be: %s', async (_, text, code) => {
    const { status, body } = await planOf({ query: text });

    expect([status, body.errors[0].extensions.code]).toEqual([400, code]);
  });

  test('is counted against the budget of requests', async () => {
    const few = await startTestGateway(composeToFile([library.books]), { GUEST_RATE_LIMIT_BURST: '1', GUEST_RATE_LIMIT_PER_SECOND: '1' });
    const answers = await Promise.all([planOf({ query: '{ broken }' }, few), planOf({ query: '{ broken }' }, few)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
    await few.stop();
  });
});

describe('an answer', () => {
  test('shows on request how long each subgraph took', async () => {
    const { body } = await gateway.post({ query, variables: { first: 2 } }, explain);
    const [first, second] = body.extensions.queryPlan.nodes;

    expect(body.data.books).toHaveLength(2);
    expect(first).toMatchObject({ service: 'books', status: 'answered' });
    expect(second.nodes[0]).toMatchObject({ service: 'reviews', status: 'answered' });
    expect(first.endMs).toBeGreaterThanOrEqual(first.startMs);
    expect(second.nodes[0].startMs).toBeGreaterThanOrEqual(first.endMs);
  });

  test('shows it to each of several clients that share a fetch', async () => {
    const letGo = library.books.hold();
    const before = library.books.seen.length;
    const both = [1, 2].map(() => gateway.post({ query: '{ book(id: "shared") { title } }' }, explain));
    const plain = gateway.post({ query: '{ book(id: "shared") { title } }' });
    // what is answered after them has come after them
    await gateway.post({ query: '{ latestReview { text } }' });
    letGo();

    const plans = (await Promise.all(both)).map(({ body }) => body.extensions.queryPlan);

    expect(library.books.seen.length - before).toBe(1);
    for (const plan of plans) expect(plan).toMatchObject({ kind: 'fetch', service: 'books', status: 'answered' });
    expect((await plain).body.extensions).toBeUndefined();
  });

  test('shows which fetch had errors, and which was not answered', async () => {
    const { body } = await gateway.post({ query: '{ broken }' }, explain);
    library.reviews.behave(500);
    const failed = await gateway.post({ query: '{ latestReview { text } }' }, explain);
    library.reviews.behave('answer');

    expect(body.extensions.queryPlan).toMatchObject({ service: 'books', status: 'errors' });
    expect(failed.body.extensions.queryPlan).toMatchObject({ service: 'reviews', status: 'failed' });
  });
});

describe('the map', () => {
  const mapOf = (of: TestGateway) => fetch(of.url.replace('/graphql', '/playground/map.json'));

  test('shows which subgraph owns what, and no addresses', async () => {
    const text = await (await mapOf(gateway)).text();
    const map = JSON.parse(text);

    expect(map.subgraphs).toEqual(['books', 'events', 'reviews']);
    expect(map.types).toContainEqual(expect.objectContaining({ name: 'Book', owners: expect.arrayContaining(['books', 'reviews']) }));
    expect(text).not.toContain('://');
  });

  test('and the plans are hidden where the schema is', async () => {
    expect((await mapOf(closed)).status).toBe(404);
    expect((await planOf({ query }, closed)).status).toBe(405);
    expect((await closed.post({ query: '{ book(id: "1") { title } }' }, explain)).body).toEqual({ data: { book: { title: 'Book 1' } } });
  });
});

describe('the collection of the playground', () => {
  test('is read once for each supergraph, however often it is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'marigold-operations-'));
    try {
      mkdirSync(join(folder, 'client'));
      writeFileSync(join(folder, 'client', 'book.graphql'), 'query OneBook { book(id: "1") { title } }');
      const of = await startTestGateway(supergraph, { TRUSTED_DOCUMENTS_FOLDER: folder });
      const read = async () => (await fetch(of.url.replace('/graphql', '/playground/collection.json'))).json();
      const first = await read();
      rmSync(join(folder, 'client'), { recursive: true });

      expect(first).toMatchObject([{ name: 'OneBook' }]);
      expect(await read()).toEqual(first);
      await of.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('an operation that cannot be planned rightly is rejected with a sentence, for its plan and for its answer', async () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
  const subgraphs = {
    boards: 'type Query { cell: Cell } type Cell @key(fields: "id") { id: ID! height: Int }',
    sizes: 'type Cell @key(fields: "id") { id: ID! height: Int @external area: Int @requires(fields: "height") next: Cell }',
    prices: 'type Cell @key(fields: "id") { id: ID! area: Int @external price: Int @requires(fields: "area") }',
  };
  const url = 'http://127.0.0.1:1/graphql';
  const chained = await startTestGateway(
    composeToFile(Object.entries(subgraphs).map(([name, sdl]) => ({ name, url, sdl: `${link} ${sdl}` }))),
  );
  const body = { query: '{ cell { next { price } } }' };

  for (const answer of [await post(`${chained.url}/plan`, body), await chained.post(body)]) {
    expect(answer.status).toBe(503);
    expect(answer.body.errors).toEqual([
      { message: expect.stringContaining('cannot be asked for here'), extensions: { code: 'UNAVAILABLE' } },
    ]);
  }
  await chained.stop();
});

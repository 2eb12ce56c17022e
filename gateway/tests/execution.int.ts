import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InternalTokenVerifier } from '#platform/auth.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, type FakeSubgraph, libraryEvents, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const secret = 'a secret of the tests that is long enough';
const withReviews = { query: '{ book(id: "1") { title reviews { text } } }' };
const away = 'This part of the shop does not answer at the moment. Try again soon.';

let books: FakeSubgraph;
let reviews: FakeSubgraph;
let stopLibrary: () => Promise<void>;
let supergraph: string;
let gateway: TestGateway;

beforeAll(async () => {
  const library = await startLibrary();
  ({ books, reviews } = library);
  stopLibrary = library.stop;
  supergraph = composeToFile([books, reviews, libraryEvents]);
});
afterAll(() => stopLibrary());
beforeEach(async () => {
  gateway = await startTestGateway(supergraph, {
    INTERNAL_TOKEN_SECRET: secret,
    SUBGRAPH_TIMEOUT_MS: '300',
    BREAKER_FAILURES: '3',
    BREAKER_OPEN_MS: '100',
  });
});
afterEach(async () => {
  await gateway.stop();
  for (const subgraph of [books, reviews]) {
    subgraph.behave('answer');
    subgraph.seen.length = 0;
  }
});

describe('an operation', () => {
  test('is answered by several subgraphs together', async () => {
    const { status, body } = await gateway.post(withReviews);

    expect(status).toBe(200);
    expect(body).toEqual({ data: { book: { title: 'Book 1', reviews: [{ text: 'About 1' }] } } });
  });

  test('loses only the fields of a subgraph that is away, each with an error', async () => {
    reviews.behave('drop');

    const { status, body } = await gateway.post(withReviews);

    expect(status).toBe(200);
    expect(body).toEqual({
      data: { book: { title: 'Book 1', reviews: null } },
      errors: [{ message: away, path: ['book', 'reviews'], extensions: { code: 'UNAVAILABLE' } }],
    });
  });

  test('has an error for each item of a list', async () => {
    reviews.behave(503);

    const { body } = await gateway.post({ query: '{ books(first: 2) { reviews { text } } }' });

    expect(body.errors.map((error: { path: unknown }) => error.path)).toEqual([
      ['books', 0, 'reviews'],
      ['books', 1, 'reviews'],
    ]);
  });

  test('never shows an address, a status or a body of a subgraph', async () => {
    books.behave(500);

    const { body } = await gateway.post({ query: '{ book(id: "1") { title } }' });

    expect(body).toEqual({ data: { book: null }, errors: [{ message: away, path: ['book'], extensions: { code: 'UNAVAILABLE' } }] });
  });

  test('masks the errors of bugs, under the trace id of the answer', async () => {
    const { body, headers } = await gateway.post({ query: '{ broken }' });

    const traceId = headers.get('x-trace-id');
    expect(body.errors).toEqual([
      { message: 'Something went wrong on our side.', path: ['broken'], extensions: { code: 'INTERNAL', traceId } },
    ]);
    expect(gateway.logs.some((line) => line['traceId'] === traceId && JSON.stringify(line).includes('ECONNREFUSED'))).toBe(true);
  });

  test('shows the code and message of a rejection, and nothing else of it', async () => {
    const { body } = await gateway.post({ query: '{ rejected }' });

    expect(body.errors).toEqual([{ message: 'Log in to do this.', path: ['rejected'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('ends in time when a subgraph never answers', async () => {
    reviews.behave('hang');

    const { body } = await gateway.post(withReviews);

    expect(body.data).toEqual({ book: { title: 'Book 1', reviews: null } });
    expect(reviews.seen).toHaveLength(1);
  });
});

describe('a second attempt', () => {
  test('saves a query whose connection broke', async () => {
    books.behave('drop', 'answer');

    const { body } = await gateway.post({ query: '{ book(id: "1") { title } }' });

    expect(body).toEqual({ data: { book: { title: 'Book 1' } } });
    expect(books.seen).toHaveLength(2);
  });

  test('saves the query for entities within a mutation', async () => {
    reviews.behave(503, 'answer');

    const { body } = await gateway.post({ query: 'mutation { addBook(title: "T") { title reviews { text } } }' });

    expect(body.data.addBook).toMatchObject({ title: 'T', reviews: [{}] });
    expect(books.seen).toHaveLength(1);
  });

  test.each(['drop', 503] as const)('is not made for a mutation (%s)', async (behaviour) => {
    books.behave(behaviour, 'answer');

    const { body } = await gateway.post({ query: 'mutation { addBook(title: "T") { title } }' });

    expect(body).toEqual({ data: { addBook: null }, errors: [{ message: away, path: ['addBook'], extensions: { code: 'UNAVAILABLE' } }] });
    expect(books.seen).toHaveLength(1);
  });
});

describe('a subgraph that stays away', () => {
  test('is not asked any more, until a probe finds it back', async () => {
    books.behave('drop');
    const ask = () => gateway.post({ query: '{ book(id: "1") { title } }' });
    await ask();
    await ask();
    const asked = books.seen.length;
    expect(asked).toBe(3);
    expect((await ask()).body.errors[0].extensions.code).toBe('UNAVAILABLE');
    expect(books.seen).toHaveLength(asked);

    books.behave('answer');

    const answer = await waitFor('an answer', async () => (await ask()).body.data.book);
    expect(answer).toEqual({ title: 'Book 1' });
  });
});

describe('a subgraph receives', () => {
  test('who asks by a token of the gateway, and nothing that the client sent', async () => {
    await gateway.post(
      { query: '{ book(id: "1") { title } }' },
      {
        'x-user-id': '1',
        'x-role': 'ADMIN',
        'x-client-address': '1.2.3.4',
        cookie: 'session=1',
        'x-forwarded-for': '1.2.3.4',
        authorization: '',
      },
    );

    const headers = books.seen[0]?.headers ?? {};
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'traceparent',
      'x-client-address',
    ]);
    expect(headers['x-client-address']).toBe('127.0.0.1');
    expect(new InternalTokenVerifier(secret).verify(String(headers.authorization).replace('Bearer ', ''))).toEqual({ kind: 'guest' });
  });

  test('the trace that the client began, without being made to record it', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { headers } = await gateway.post({ query: '{ book(id: "1") { title } }' }, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });

    expect(headers.get('x-trace-id')).toBe(trace);
    expect(books.seen[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-00$`));
  });
});

describe('equal queries at once', () => {
  test('are sent to a subgraph once, and each is answered for itself', async () => {
    const letGo = books.hold();
    const both = Promise.all([gateway.post(withReviews), gateway.post(withReviews)]);
    await waitFor('the first to arrive', () => books.seen.length === 1);

    letGo();

    const [one, other] = await both;
    expect(one.body).toEqual(other.body);
    expect(books.seen).toHaveLength(1);
  });

  test('are not joined by one that was asked after a change', async () => {
    const count = { query: '{ book(id: "1") { number } }' };
    const before = (await gateway.post(count)).body.data.book.number;
    const letGo = books.hold();
    const early = gateway.post(count);
    await waitFor('the early one to arrive', () => books.seen.length === 2);
    books.hold()();
    await gateway.post({ query: 'mutation { addBook(title: "T") { id } }' });

    const late = await gateway.post(count);

    expect(late.body.data.book.number).toBe(before + 1);
    letGo();
    await early;
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { composeToFile, type FakeSubgraph, libraryEvents, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let supergraph: string;
let books: FakeSubgraph;
let stopLibrary: () => Promise<void>;

beforeAll(async () => {
  const library = await startLibrary();
  ({ books } = library);
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews, libraryEvents]);
});
afterAll(() => stopLibrary());

const logIn = { query: 'mutation { logIn }' };
const register = { query: 'mutation { register }' };
const few = { AUTH_RATE_LIMIT_BURST: '2', AUTH_RATE_LIMIT_PER_MINUTE: '1' };

async function withGateway(env: Readonly<Record<string, string>>, work: (gateway: TestGateway) => Promise<void>): Promise<void> {
  const gateway = await startTestGateway(supergraph, env);
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
}

async function statuses(gateway: TestGateway, sent: readonly object[]): Promise<number[]> {
  const all: number[] = [];
  for (const body of sent) all.push((await gateway.post(body)).status);
  return all;
}

describe('attempts to log in or to open an account from one address', () => {
  test('are limited together, and a caller with too many gets retryAfterSeconds', () =>
    withGateway(few, async (gateway) => {
      expect(await statuses(gateway, [logIn, register])).toEqual([200, 200]);
      const { status, headers, body } = await gateway.post(logIn);

      // a minute, without what has passed since the first of them
      const retryAfterSeconds = Number(headers.get('retry-after'));
      expect(status).toBe(429);
      expect(retryAfterSeconds).toBeGreaterThan(0);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
      expect(body.errors[0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds });
      expect(
        await statuses(gateway, [{ query: '{ book(id: "1") { title } }' }, { query: 'mutation { addBook(title: "x") { id } }' }]),
      ).toEqual([200, 200]);
    }));

  test('are limited over sockets, which share the limit', () =>
    withGateway(few, async (gateway) => {
      const socket = createClient({ url: gateway.url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
      const overSocket = async () => {
        for await (const { data, errors } of socket.iterate({ query: 'mutation { logIn }' })) return errors ?? data;
        return null;
      };

      expect([await overSocket(), await overSocket()]).toEqual([{ logIn: true }, { logIn: true }]);
      await expect(overSocket()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } }]);
      expect(await statuses(gateway, [logIn])).toEqual([429]);
      await socket.dispose();
    }));

  test('are those that are made: under another name or in a fragment, and not when they are skipped or not as they must be', () =>
    withGateway(few, async (gateway) => {
      const skipped = { query: 'mutation ($no: Boolean! = false) { logIn @include(if: $no) addBook(title: "x") { id } }' };
      const hidden = { query: 'mutation { ...F } fragment F on Mutation { other: logIn }' };
      const wrong = { query: 'mutation { logIn(nothing: 1) }' };

      expect(await statuses(gateway, [skipped, wrong, skipped, hidden, hidden, hidden])).toEqual([200, 400, 200, 200, 200, 429]);
    }));

  test('are counted per address', () =>
    withGateway({ ...few, TRUSTED_PROXIES: '1' }, async (gateway) => {
      const from = async (address: string) => (await gateway.post(logIn, { 'x-forwarded-for': address })).status;

      expect([await from('1.1.1.1'), await from('1.1.1.1'), await from('1.1.1.1'), await from('2.2.2.2')]).toEqual([200, 200, 429, 200]);
    }));

  test('are as many as there are, when there is to be no limit', () =>
    withGateway({ AUTH_RATE_LIMIT_BURST: '0' }, async (gateway) => {
      expect(
        new Set(
          await statuses(
            gateway,
            Array.from({ length: 60 }, () => logIn),
          ),
        ),
      ).toEqual(new Set([200]));
    }));
});

describe('callers who ask too much', () => {
  const strict = { BREAKER_FAILURES: '3', BREAKER_OPEN_MS: '60000', AUTH_RATE_LIMIT_BURST: '0' };

  test('do not open the circuit of a subgraph that answers with a rate limit, which reaches the client', () =>
    withGateway(strict, async (gateway) => {
      const extensions = { code: 'UNAVAILABLE', retryAfterSeconds: 2 };
      const overloaded = {
        status: 200,
        body: JSON.stringify({ data: null, errors: [{ message: 'Very many.', path: ['logIn'], extensions }] }),
      };
      books.behave(overloaded);
      const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.post(logIn)));
      books.behave('answer');

      expect(answers.map(({ body }) => body.errors[0].extensions)).toEqual(answers.map(() => extensions));
      expect((await gateway.post({ query: '{ book(id: "1") { title } }' })).body.data).toEqual({ book: { title: 'Book 1' } });
    }));

  test('do not have a subgraph cut off to which there was no free connection', () =>
    withGateway({ ...strict, SUBGRAPH_CONNECTIONS: '1', SUBGRAPH_TIMEOUT_MS: '300' }, async (gateway) => {
      books.behave('hang', 'answer');
      const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.post(logIn)));

      expect(answers.map(({ body }) => body.errors?.[0].extensions.code)).toEqual(answers.map(() => 'UNAVAILABLE'));
      expect((await gateway.post({ query: '{ book(id: "1") { title } }' })).body.data).toEqual({ book: { title: 'Book 1' } });
    }));
});

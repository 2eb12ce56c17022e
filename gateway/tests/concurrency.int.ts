import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let books: FakeSubgraph;
let supergraph: string;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await gateway.stop();
});
afterAll(() => stopLibrary());

async function start(env: Record<string, string>): Promise<void> {
  books.seen.length = 0;
  gateway = await startTestGateway(supergraph, { TRUSTED_PROXIES: '1', GUEST_RATE_LIMIT_BURST: '0', ...env });
}

const one = { 'x-forwarded-for': '1.1.1.1' };
const another = { 'x-forwarded-for': '2.2.2.2' };
/** 200 objects by one fetch cost 250; a text of its own each, or equal ones would be one fetch. */
const many = (name: string) => ({ query: `{ ${name}: books(first: 200) { id } }` });
const askedFor = () => books.seen.map(({ query }) => /\w+(?=: ?books)/.exec(query)?.[0]);

describe('what is asked for at once from one address', () => {
  test('is executed one after the other when it is expensive, and delays no other caller', async () => {
    await start({ MAX_COST_AT_ONCE: '500' });
    const letGo = books.hold();

    const all = ['a', 'b', 'c'].map((name) => gateway.post(many(name), one));
    await waitFor('as many as fit', () => books.seen.length === 2);
    const elsewhere = gateway.post(many('d'), another);
    await waitFor('another address', () => books.seen.length === 3);

    expect(askedFor().sort()).toEqual(['a', 'b', 'd']);
    letGo();
    expect((await Promise.all([...all, elsewhere])).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  test('is not sent to a subgraph when its client left while it waited', async () => {
    await start({ MAX_COST_AT_ONCE: '250' });
    const letGo = books.hold();
    const first = gateway.post(many('a'), one);
    await waitFor('the first', () => books.seen.length === 1);
    const headers = { 'content-type': 'application/json', ...one };
    const left = request({ host: '127.0.0.1', port: gateway.port, path: '/graphql', method: 'POST', headers });
    left.on('error', () => undefined);
    left.end(JSON.stringify(many('b')));
    await gateway.post({ query: '{ __typename }' }, another);

    left.destroy();
    await gateway.post({ query: '{ __typename }' }, another);
    letGo();

    expect([(await first).status, (await gateway.post(many('c'), one)).status]).toEqual([200, 200]);
    expect(askedFor()).toEqual(['a', 'c']);
  });

  test('is rejected when too much waits', async () => {
    await start({ MAX_COST_AT_ONCE: '250', MAX_OPERATIONS_WAITING: '1' });
    const letGo = books.hold();
    const first = gateway.post(many('a'), one);
    await waitFor('the first', () => books.seen.length === 1);

    const [quick, slow] = [gateway.post(many('b'), one), gateway.post(many('c'), one)];
    const { status, body } = await Promise.race([quick, slow]);

    expect([status, body.errors[0].extensions]).toEqual([429, { code: 'RATE_LIMITED', retryAfterSeconds: 1 }]);
    letGo();
    expect([await first, await quick, await slow].map((answer) => answer.status).sort()).toEqual([200, 200, 429]);
  });

  test('is counted over sockets, too', async () => {
    await start({ MAX_COST_AT_ONCE: '250' });
    const letGo = books.hold();
    const socket = await openSocket();
    const first = gateway.post(many('a'), one);
    await waitFor('the first', () => books.seen.length === 1);

    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: many('b') }));
    // a later request that is done proves that the other would have been
    await gateway.post({ query: '{ latestReview { text } }' }, another);
    expect(askedFor()).toEqual(['a']);

    const answered = once(socket, 'message');
    letGo();
    expect(JSON.parse(String((await answered)[0]))).toMatchObject({ type: 'next', payload: { data: { b: expect.anything() } } });
    expect((await first).status).toBe(200);
  });
});

async function openSocket(): Promise<WebSocket> {
  const socket = new WebSocket(gateway.url.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers: one });
  sockets.push(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  return socket;
}

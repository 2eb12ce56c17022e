import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let books: FakeSubgraph;
let supergraph: string;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway | undefined;
const sockets: Socket[] = [];

beforeAll(async () => {
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  books.behave('answer');
  await gateway?.stop();
});
afterAll(() => stopLibrary());

const question = '{ book(id: "1") { title } }';
/** Much more of an answer than of a question. */
const large = { status: 200, body: JSON.stringify({ data: { book: { title: 'x'.repeat(1_000_000) } } }) };
const post = (query: string, more = '') => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
};

/** A connection that sends and never reads. */
async function sendAndSleep(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(text);
  return socket;
}

const countOf = async (of: TestGateway, metric: string) => {
  const metrics = await (await fetch(new URL('/metrics', of.adminUrl))).text();
  return Number(new RegExp(`^${metric} (\\d+)`, 'm').exec(metrics)?.[1]);
};

describe('a client that does not read what it asked for', () => {
  test('is cut off when all such answers together are more than there is room for; others are served', async () => {
    const small = await startTestGateway(supergraph, { MAX_BACKLOG_BYTES: '10000', GUEST_RATE_LIMIT_BURST: '0' });
    gateway = small;
    books.behave(large);
    // more of them in one go than the buffers of the network take
    const many = post(question).repeat(80);

    await Promise.all([sendAndSleep(small.port, many), sendAndSleep(small.port, many)]);

    await waitFor('both to be cut off', async () => (await countOf(small, 'marigold_gateway_slow_readers_total')) >= 2, 20_000);
    books.behave('answer');
    expect((await small.post({ query: question })).status).toBe(200);
  }, 40_000);

  test('is cut off when nothing moves on its connection for a while', async () => {
    const small = await startTestGateway(supergraph, { STALLED_CONNECTION_MS: '500', GUEST_RATE_LIMIT_BURST: '0' });
    gateway = small;
    books.behave(large);
    const socket = await sendAndSleep(small.port, post(question).repeat(80));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // what is on its way is read when the gateway has had the time to lose its patience; without a cut it would go on with the rest
    setTimeout(() => socket.resume(), 5000);

    await closed;
  }, 30_000);
});

test('a connection on which the budget is exceeded again and again is closed', async () => {
  const small = await startTestGateway(supergraph, { GUEST_RATE_LIMIT_BURST: '1', GUEST_RATE_LIMIT_PER_SECOND: '1' });
  gateway = small;
  const socket = connect({ port: small.port, host: '127.0.0.1' });
  sockets.push(socket);
  let answered = '';
  socket.on('data', (data) => {
    answered += String(data);
  });
  socket.on('error', () => undefined);
  socket.write(post(question).repeat(100));

  await once(socket, 'close');

  const statuses = [...answered.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses.filter((status) => status === '429')).toHaveLength(20);
}, 20_000);

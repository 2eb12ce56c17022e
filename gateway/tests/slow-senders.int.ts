import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

let supergraph: string;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;
const sockets: Socket[] = [];

beforeAll(async () => {
  const library = await startLibrary();
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.stop();
});
afterAll(() => stopLibrary());

async function start(env: Record<string, string>): Promise<void> {
  gateway = await startTestGateway(supergraph, { GUEST_RATE_LIMIT_BURST: '0', ...env });
}

function send(text: string): { socket: Socket; closed: Promise<unknown>; answered(): string } {
  const socket = connect({ port: gateway.port, host: '127.0.0.1' });
  sockets.push(socket);
  let answered = '';
  socket.on('data', (data) => {
    answered += String(data);
  });
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, closed: closeOf(socket), answered: () => answered };
}

/** With or without an error before it. */
const closeOf = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

const post = (headers: string, path = '/graphql') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n\r\n`;
const inPieces = (text: string) => [...text].map((character) => `1\r\n${character}\r\n`).join('');
const question = JSON.stringify({ query: '{ book(id: "1") { title } }' });

const cuts = async () => {
  const metrics = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
  return Number(/^marigold_gateway_slow_senders_total (\d+)/m.exec(metrics)?.[1]);
};

test('bodies that do not end are cut off when all of them together are more than there is room for; others are served', async () => {
  await start({ MAX_INCOMING_BYTES: '100000', SUSPENSION_MS: '0' });
  const half = post('content-length: 100000') + ' '.repeat(60_000);

  const first = send(half);
  await waitFor('its bytes', () => first.socket.bytesWritten === half.length);
  const second = send(half);

  await Promise.race([first.closed, second.closed]);
  expect(await cuts()).toBe(1);
  expect((await gateway.post(question)).status).toBe(200);
});

test('an address whose bodies were cut off for what they hold is taken nothing from for a while, or it would send them again', async () => {
  await start({ MAX_INCOMING_BYTES: '100000', SUSPENSION_MS: '600000' });
  const half = post('content-length: 100000') + ' '.repeat(60_000);

  await Promise.all([send(half), send(half)].map(({ closed }) => closed));
  const next = send(`${post(`content-length: ${question.length}`)}${question}`);

  await next.closed;
  expect([await cuts(), next.answered()]).toEqual([1, '']);
});

test('a body in pieces of one byte is cut off', async () => {
  await start({ MAX_SMALL_PIECES: '100' });

  const { closed, answered } = send(post('transfer-encoding: chunked') + inPieces(question + ' '.repeat(1000)));

  await closed;
  expect([await cuts(), answered()]).toEqual([1, '']);
});

test('an address that sends small pieces is taken no connection from for a while, whatever it asked for with them', async () => {
  await start({ MAX_SMALL_PIECES: '100', SUSPENSION_MS: '600000' });
  const [idle, sending] = [send(''), send(post('content-length: 10'))];
  const { closed } = send(post('transfer-encoding: chunked', '/nothing') + inPieces(question + ' '.repeat(1000)));

  await Promise.all([closed, idle.closed, sending.closed]);
  const next = send(`${post(`content-length: ${question.length}`)}${question}`);

  await next.closed;
  expect([await cuts(), next.answered()]).toEqual([1, '']);
});

test('what was asked to its end is still answered when its address is suspended', async () => {
  await start({ MAX_SMALL_PIECES: '100', SUSPENSION_MS: '600000', VISIT_RATE_LIMIT_BURST: '1', VISIT_RATE_LIMIT_PER_SECOND: '1' });
  // the second visit is one too many, and its answer waits
  const waiting = send('GET /one HTTP/1.1\r\nhost: x\r\n\r\nGET /two HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await waitFor('the first answer', () => waiting.answered().includes('404'));
  const { closed } = send(post('transfer-encoding: chunked') + inPieces(question + ' '.repeat(1000)));

  await Promise.all([closed, waiting.closed]);
  expect(waiting.answered()).toContain('Too many requests');
});

test('behind a trusted proxy the forwarded address is suspended, and others are served over the same connection', async () => {
  await start({ MAX_SMALL_PIECES: '100', SUSPENSION_MS: '600000', TRUSTED_PROXIES: '1' });
  const from = (address: string) => ({ 'x-forwarded-for': `10.9.9.9, ${address}` });
  const { closed } = send(post('x-forwarded-for: 10.0.0.1\r\ntransfer-encoding: chunked') + inPieces(question + ' '.repeat(1000)));
  await closed;

  const answers = [await gateway.post(question, from('10.0.0.1')), await gateway.post(question, from('10.0.0.2'))];

  expect(answers.map(({ status }) => status)).toEqual([429, 200]);
  expect(answers[0]?.headers.get('retry-after')).toBe('600');
});

test('a body of no declared length is read, and its connection ends with the answer', async () => {
  await start({});

  const { closed, answered } = send(`${post('transfer-encoding: chunked')}${inPieces(question)}0\r\n\r\n`);

  await closed;
  expect(answered()).toContain('{"data":{"book":{"title":"Book 1"}}}');
});

test('what nobody reads is not received without an end', async () => {
  await start({});

  const { closed, answered } = send(post('transfer-encoding: chunked', '/nothing') + inPieces('endless'));

  await closed;
  expect(answered()).toContain('HTTP/1.1 405');
});

test.each([
  ['headers', 'GET / HTTP/1.1\r\nx-slow: '],
  ['a body', post('content-length: 10000')],
])('a client that sends %s byte by byte is cut off after a while, however long it goes on', async (_, text) => {
  await start({ REQUEST_TIMEOUT_MS: '600' });
  const { socket, closed } = send(text);
  const trickle = setInterval(() => socket.write('a'), 50);

  await closed;
  clearInterval(trickle);
});

test('a client that asks whether it may send its body, and then does not, is cut off', async () => {
  await start({ REQUEST_TIMEOUT_MS: '600' });

  const { closed, answered } = send(post('content-length: 10\r\nexpect: 100-continue'));

  await closed;
  expect(answered()).toContain('HTTP/1.1 100 Continue');
});

test('a client whose socket is rejected, and who does not close its side, is let go of', async () => {
  await start({ REQUEST_TIMEOUT_MS: '600' });
  const upgrade = 'GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let answered = '';
  socket.on('data', (data) => {
    answered += String(data);
  });
  socket.on('error', () => undefined);
  socket.write(upgrade);
  // what is sent to a connection that is gone is answered with a reset, and to one that is half open with nothing
  const closed = closeOf(socket);
  await once(socket, 'end');
  const prod = setInterval(() => socket.write('a'), 50);

  await closed;
  clearInterval(prod);
  expect(answered).toContain('HTTP/1.1 404');
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type Drain, drainOf } from '../http/drain.ts';
import { listen } from '../http/server.ts';

type Running = { server: Server; drain: Drain; port: number; taken: string[]; answer: (() => void)[] };
const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers `/at-once` at once, and anything else when the test says so. */
async function start(): Promise<Running> {
  const server = createServer();
  running.push(server);
  const drain = drainOf(server);
  const taken: string[] = [];
  const answer: (() => void)[] = [];
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.socket.writableEnded) return;
    taken.push(request.url ?? '');
    const send = () => void response.end('done');
    if (request.url === '/at-once') send();
    else answer.push(send);
  });
  return { server, drain, port: await listen(server, '127.0.0.1', 0), taken, answer };
}

type Client = { socket: Socket; send(path: string): void; received: string; until(sign: RegExp): Promise<void>; ended: Promise<void> };

async function open(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let wake: () => void = () => undefined;
  const client: Client = {
    socket,
    received: '',
    send: (path) => void socket.write(`POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n{}`),
    async until(sign) {
      while (!sign.test(client.received)) await new Promise<void>((resolve) => (wake = resolve));
    },
    ended: new Promise((resolve) => socket.once('end', () => resolve())),
  };
  socket.setEncoding('utf8').on('data', (text: string) => {
    client.received += text;
    wake();
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return client;
}

test('a request that is under way is answered, and its answer says that the connection ends', async () => {
  const { drain, port, answer, server } = await start();
  const client = await open(port);
  client.send('/slow');
  await new Promise((resolve) => server.once('request', resolve));

  const ended = drain.end(60_000);
  answer[0]?.();
  await client.ended;

  expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*Connection: close\r\n(.*\r\n)*.*done$/);
  client.socket.end();
  await ended;
});

test('an idle connection is told that nothing more is read from it', async () => {
  const { drain, port, taken } = await start();
  const client = await open(port);
  client.send('/at-once');
  await client.until(/done/);

  const ended = drain.end(60_000);
  // it crosses the word of the server
  client.send('/crossing');
  await client.ended;

  expect(client.received.split('done').at(-1)).toBe('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  client.socket.end();
  await ended;
  expect(taken).toEqual(['/at-once']);
});

test('what keeps its connection open is cut in the end', async () => {
  const { drain, port, server } = await start();
  const client = await open(port);
  client.send('/never-answered');
  await new Promise((resolve) => server.once('request', resolve));
  const closed = new Promise((resolve) => client.socket.once('close', resolve));
  client.socket.on('error', () => undefined);

  await drain.end(1);
  client.socket.end();
  await closed;

  expect(client.received).toBe('');
});

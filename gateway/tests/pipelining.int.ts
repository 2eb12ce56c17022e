import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { serveInOrder } from '../http/in-order.ts';

type Exchange = { readonly path: string; readonly request: IncomingMessage; readonly response: ServerResponse };

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server?.close(resolve));
});

/** A server that answers on the test's command, and records which requests arrived and which were started. */
async function start(serve: (exchange: Exchange) => void = () => undefined) {
  const begun: Exchange[] = [];
  const running = createServer();
  server = running;
  const seen = { begun, arrived: 0, cuts: 0, port: 0 };
  running.on('request', () => {
    seen.arrived += 1;
  });
  serveInOrder(running, {
    serve(request, response) {
      const exchange = { path: request.url ?? '', request, response };
      begun.push(exchange);
      serve(exchange);
    },
    onCut() {
      seen.cuts += 1;
    },
  });
  seen.port = await listen(running, '127.0.0.1', 0);
  return seen;
}

async function open(port: number): Promise<{ socket: Socket; answers(): string[] }> {
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.push(socket);
  let received = '';
  socket.on('data', (data) => {
    received += String(data);
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, answers: () => [...received.matchAll(/answer (\S+)/g)].map(([, path]) => path ?? '') };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
const post = (path: string, body: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const answer = ({ path, response }: Exchange) => void response.end(`answer ${path} `);
const pathsOf = (exchanges: readonly Exchange[]) => exchanges.map(({ path }) => path);

describe('requests that a client sends without waiting for the answers', () => {
  test('are started one after the other, each when the one before it is answered', async () => {
    const seen = await start();
    const { socket, answers } = await open(seen.port);

    socket.write(get('/1') + get('/2') + get('/3'));
    await waitFor('all to arrive', () => seen.arrived === 3);
    await turn();
    expect(pathsOf(seen.begun)).toEqual(['/1']);

    for (const count of [1, 2, 3]) {
      await waitFor(`${count} to begin`, () => seen.begun.length === count);
      answer(seen.begun[count - 1] as Exchange);
    }
    await waitFor('all to be answered', () => answers().length === 3);
    expect(answers()).toEqual(['/1', '/2', '/3']);
  });

  test('give way to other connections between two of them', async () => {
    const order: string[] = [];
    const seen = await start((exchange) => {
      order.push(exchange.path);
      answer(exchange);
    });
    const [greedy, other] = [await open(seen.port), await open(seen.port)];

    other.socket.write(get('/other'));
    greedy.socket.write(Array.from({ length: 100 }, (_, index) => get(`/${index}`)).join(''));

    await waitFor('all to be answered', () => order.length === 101);
    expect(order.indexOf('/other')).toBeLessThan(10);
  });

  test('with bodies are read whole, each by its own', async () => {
    const bodies: string[] = [];
    const seen = await start((exchange) => {
      void text(exchange.request).then((body) => {
        bodies.push(body);
        answer(exchange);
      });
    });
    const { socket, answers } = await open(seen.port);
    const long = 'x'.repeat(200_000);

    socket.write([post('/1', `${long}1`), post('/2', `${long}2`), get('/3'), post('/4', `${long}4`)].join(''));

    await waitFor('all to be answered', () => answers().length === 4);
    expect(bodies.map((body) => body.slice(-1))).toEqual(['1', '2', '', '4']);
  });

  test('are as many as may wait, and are all answered', async () => {
    const seen = await start(answer);
    const { socket, answers } = await open(seen.port);

    socket.write(get('/a').repeat(101));

    await waitFor('all to be answered', () => answers().length === 101);
    expect(seen.cuts).toBe(0);
  });

  test('end the connection when they are too many, and take no memory', async () => {
    const seen = await start();
    const { socket } = await open(seen.port);
    const closed = new Promise((resolve) => socket.once('close', resolve));

    socket.write(post('/a', 'hello').repeat(30_000));
    await closed;

    expect(seen.cuts).toBe(1);
    expect(seen.begun).toHaveLength(1);
    // the rest of what had been read
    expect(seen.arrived).toBeLessThan(2000);
  });

  test('wait and are counted like others with an unknown Expect header', async () => {
    const seen = await start();
    const { socket } = await open(seen.port);
    const closed = new Promise((resolve) => socket.once('close', resolve));

    socket.write('GET /a HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n'.repeat(1_000));
    await closed;

    expect(seen.cuts).toBe(1);
    expect(seen.begun).toHaveLength(1);
  });

  test('are forgotten when the client has left', async () => {
    const seen = await start();
    const { socket } = await open(seen.port);
    socket.write(get('/1') + get('/2') + get('/3'));
    await waitFor('all to arrive', () => seen.arrived === 3);
    const [first] = seen.begun;
    const left = once((first as Exchange).response, 'close');

    socket.destroy();
    await left;
    first?.response.end();
    for (let round = 0; round < 10; round += 1) await turn();

    expect(pathsOf(seen.begun)).toEqual(['/1']);
  });

  test('after the answer that ends the connection are never started', async () => {
    const seen = await start();
    const { socket, answers } = await open(seen.port);
    const closed = once(socket, 'close');
    socket.write(get('/1') + get('/2'));
    await waitFor('both to arrive', () => seen.arrived === 2);

    seen.begun[0]?.response.setHeader('connection', 'close');
    answer(seen.begun[0] as Exchange);
    await closed;
    for (let round = 0; round < 10; round += 1) await turn();

    expect(answers()).toEqual(['/1']);
    expect(pathsOf(seen.begun)).toEqual(['/1']);
  });
});

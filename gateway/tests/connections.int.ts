import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { limitConnections } from '../http/connections.ts';

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function start(perAddress: number) {
  const seen = { rejected: 0, addresses: [] as string[] };
  server = createServer((_request, response) => response.end('answered'));
  // addresses of this machine differ on Linux alone
  server.prependListener('connection', (socket: Socket) => {
    const address = seen.addresses.shift() ?? '10.0.0.1';
    Object.defineProperty(socket, 'remoteAddress', { value: address });
  });
  limitConnections(server, { perAddress, onRejected: () => (seen.rejected += 1) });
  const port = await listen(server, '127.0.0.1', 0);
  return {
    seen,
    async open() {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      const outcome = new Promise<string>((resolve) => {
        socket.once('data', () => resolve('answered')).once('close', () => resolve('closed'));
        socket.on('error', () => resolve('closed'));
      });
      socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      return { socket, outcome: await outcome };
    },
  };
}

test('one address has so many connections, and others have theirs', async () => {
  const { seen, open } = await start(2);
  seen.addresses.push('10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2');

  const outcomes = [await open(), await open(), await open(), await open()].map(({ outcome }) => outcome);

  expect(outcomes).toEqual(['answered', 'answered', 'closed', 'answered']);
  expect(seen.rejected).toBe(1);
});

test('a connection that is closed no longer counts', async () => {
  const { open } = await start(1);
  const first = await open();
  const second = await open();
  first.socket.destroy();
  await waitFor('its end', () => new Promise<boolean>((resolve) => server.getConnections((_, count) => resolve(count === 0))));

  expect([second.outcome, (await open()).outcome]).toEqual(['closed', 'answered']);
});

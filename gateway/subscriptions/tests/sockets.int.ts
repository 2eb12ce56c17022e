import { request } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { Client, ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';
import { waitFor } from '#tests/support/wait-for.ts';
import { connect, watch } from './customer.ts';
import { ada } from './fake-orders.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const statusOf = 'subscription ($id: ID!) { order: orderStatus(orderId: $id) { version } }';

let world: World;
const clients: Client[] = [];
const sockets: WebSocket[] = [];

async function start(options?: WorldOptions): Promise<void> {
  world = await startWorld(options);
}

function open(token?: string, options?: Partial<ClientOptions>): Client {
  const client = connect(world.url, token, options);
  clients.push(client);
  return client;
}

/** A socket that speaks the protocol by hand. */
async function openRaw(headers: Record<string, string> = {}, init: object = {}): Promise<WebSocket> {
  const socket = new WebSocket(world.url, 'graphql-transport-ws', { headers });
  sockets.push(socket);
  const acknowledged = new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('error', reject);
    socket.once('close', (code, reason) => reject(new Error(`${code} ${reason}`)));
  });
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: init })));
  await acknowledged;
  return socket;
}

function closeOf(socket: WebSocket): Promise<[number, string]> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await world.stop();
});

test.each([
  ['invalid', 4401, 'Invalid token'],
  ['expired', 4403, 'Token expired'],
  ['unknown', 1013, 'The token cannot be checked at the moment: connect again'],
])('closes a socket whose token is %s with a code for what to do', async (token, code, reason) => {
  await start();

  const seen = watch(open(token), statusOf, { id: ada });

  expect(await seen.untilEnd()).toEqual({ kind: 'closed', code, reason });
});

test('closes a socket when its token expires, and a client renews it and goes on', async () => {
  await start();
  const order = await world.orders.place(ada);
  const tokens = [`user:${ada}@1.5`, `user:${ada}`];
  const closed: [number, string][] = [];
  let seenBefore = 0;
  const client = open(undefined, {
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
    retryAttempts: 1,
    retryWait: async () => undefined,
    on: {
      closed(event) {
        const { code, reason } = event as { code: number; reason: string };
        closed.push([code, reason]);
        seenBefore = seen.data.length;
      },
    },
  });

  const seen = watch(client, statusOf, { id: order.id });

  await waitFor('an answer to the second token', () => closed.length > 0 && seen.data.length > seenBefore);
  expect(closed).toEqual([[4403, 'Token expired']]);
  expect(seen.data.map((data) => data['order'].version)).toEqual(seen.data.map(() => 1));
});

test('takes the token from the header of the upgrade, and without one serves a guest', async () => {
  await start();
  const order = await world.orders.place(ada);
  const socket = await openRaw({ authorization: `Bearer user:${ada}` });
  const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));

  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: statusOf, variables: { id: order.id } } }));

  expect(JSON.parse(await answer)).toEqual({ id: '1', type: 'next', payload: { data: { order: { version: 1 } } } });
});

test('runs queries and mutations as HTTP would', async () => {
  await start();
  const seen = watch(open(), '{ me { id } }');

  expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
  expect(world.executed).toEqual(['{ me { id } }']);
  expect(world.observed).toEqual([{ operation: 'query', hasErrors: false }]);
  expect(seen.data).toEqual([{ executed: 1 }]);
});

test('without an event log rejects subscriptions and serves queries', async () => {
  await start({ hasEventLog: false });
  const client = open();

  const seen = watch(client, statusOf, { id: ada });

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  expect(await watch(client, '{ me { id } }').untilEnd()).toEqual({ kind: 'complete' });
  expect(await world.subscriptions.unhealthyReason()).toBe('there is no event log');
});

test.each([
  ['another path', '/other', {}, 404],
  ['a page of another origin', '/graphql', { origin: 'https://evil.example' }, 403],
  ['an origin that is no address', '/graphql', { origin: 'null' }, 403],
])('rejects %s before it opens', async (_what, path, headers, status) => {
  await start({ allowedOrigins: ['https://shop.example'] });

  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const answered = new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.url);
    request({ hostname, port, path, headers: { ...upgrade, ...headers } }, (response) => resolve(response.statusCode))
      .on('upgrade', () => reject(new Error('the socket opened')))
      .on('error', reject)
      .end();
  });

  expect(await answered).toBe(status);
});

test('lets in pages of an allowed origin and of the gateway’s own', async () => {
  await start({ allowedOrigins: ['https://shop.example'] });

  await openRaw({ origin: 'https://shop.example' });
  await openRaw({ origin: `http://${new URL(world.url).host}` });

  expect(await world.metric('sockets')).toBe(2);
});

test('rejects more sockets from one address than the limit', async () => {
  await start({ limits: { socketsPerAddress: 2 } });
  const [first] = [await openRaw(), await openRaw()];

  await expect(openRaw()).rejects.toThrow('429');

  first.close();
  await waitFor('room', async () => (await world.metric('sockets')) === 1);
  await openRaw();
});

test('counts the addresses of one household as one', async () => {
  const addresses = ['2001:db8::a:1:1:1', '2001:db8::b:2:2:2', '2001:db8::c:3:3:3'];
  await start({ limits: { socketsPerAddress: 2 }, clientAddress: () => addresses.shift() ?? '' });
  await openRaw();
  await openRaw();

  await expect(openRaw()).rejects.toThrow('429');
});

test('rejects more operations on one socket than the limit, and goes on with the others', async () => {
  await start({ limits: { operationsPerSocket: 2 } });
  const order = await world.orders.place(ada);
  const client = open(`user:${ada}`);
  const kept = [watch(client, statusOf, { id: order.id }), watch(client, statusOf, { id: order.id })];
  await Promise.all(kept.map((seen) => seen.until(1)));

  const tooMany = watch(client, statusOf, { id: order.id });

  expect(await tooMany.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  await world.orders.move(order, 'AWAITING_PAYMENT');
  await Promise.all(kept.map((seen) => seen.until(2)));
});

test('closes the sockets of a session that ends, and of one that has ended, and no others', async () => {
  await start();
  const token = `user:${ada}`;
  const [first, second] = [await openRaw({}, { authorization: token }), await openRaw({}, { authorization: token })];
  const other = await openRaw({}, { authorization: `admin:${ada}` });
  const closed = Promise.all([closeOf(first), closeOf(second)]);

  world.endSession(token);
  const late = watch(open(token), statusOf, { id: ada });

  expect(await closed).toEqual(Array(2).fill([4403, 'Token expired']));
  expect(await late.untilEnd()).toEqual({ kind: 'closed', code: 4403, reason: 'Token expired' });
  expect(other.readyState).toBe(WebSocket.OPEN);
});

test('closes a socket that sends more than a message may hold', async () => {
  await start();
  const socket = await openRaw();
  const closed = closeOf(socket);

  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `{ me { id } } # ${'x'.repeat(65 * 1024)}` } }));

  expect((await closed)[0]).toBe(1009);
});

test('closes a socket that never sends connection_init', async () => {
  await start({ limits: { initWithinMs: 30 } });
  const socket = new WebSocket(world.url, 'graphql-transport-ws');
  sockets.push(socket);

  expect(await closeOf(socket)).toEqual([4408, 'Connection initialisation timeout']);
});

test('cuts off a client that does not take what it asked for, and forgets it', async () => {
  await start({ limits: { keepAliveMs: 100, queuedUpdates: 5 } });
  const me = ada;
  const socket = await openRaw({}, { authorization: `admin:${me}` });
  // enough of them to fill what the kernel holds for a reader that has stopped
  for (let id = 0; id < 20; id += 1) {
    socket.send(
      JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: 'subscription { orders { id number status version } }' } }),
    );
  }
  await waitFor('the subscriptions', async () => (await world.metric('subscription_listeners')) === 20);
  socket.pause();

  await waitFor(
    'the end of the client',
    async () => {
      await Promise.all(Array.from({ length: 50 }, () => world.orders.place(me)));
      return (await world.metric('sockets')) === 0;
    },
    10_000,
  );

  expect(await world.metric('subscription_listeners')).toBe(0);
});

test('closes every socket with 1001 when it stops, so that clients come back', async () => {
  await start();
  const order = await world.orders.place(ada);
  const seen = watch(open(`user:${ada}`), statusOf, { id: order.id });
  await seen.until(1);

  await world.subscriptions.stop();

  expect(await seen.untilEnd()).toEqual({ kind: 'closed', code: 1001, reason: 'Going away' });
  expect(await world.metric('subscription_listeners')).toBe(0);
});

test('stops though a client does not answer', async () => {
  await start();
  const socket = await openRaw();
  socket.pause();

  await world.subscriptions.stop();

  expect(await world.metric('sockets')).toBe(0);
});

test('a slow subscriber gets an error that asks it to subscribe again', async () => {
  await start({ limits: { queuedUpdates: 3 } });
  const seen = watch(open(`user:${ada}`), 'subscription { orders { number payment { status } } }');
  await waitFor('the subscription', async () => (await world.metric('subscription_listeners')) === 1);
  const letGo = world.holdPayments();

  for (let count = 0; count < 6; count += 1) await world.orders.place(ada);
  await waitFor('the cut', async () => (await world.metric('subscription_listeners')) === 0);
  letGo();

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
});

test('answers a query that is under way before it closes the socket', async () => {
  await start();
  const socket = await openRaw({}, { authorization: `user:${ada}` });
  const received: unknown[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  const closed = closeOf(socket);
  const answer = world.holdExecutions();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } }));
  await waitFor('the query', () => world.executed.length === 1);

  const stopped = world.subscriptions.stop();
  answer();

  expect(await closed).toEqual([1001, 'Going away']);
  expect(received).toEqual([
    { id: '1', type: 'next', payload: { data: { executed: 1 } } },
    { id: '1', type: 'complete' },
  ]);
  await stopped;
});

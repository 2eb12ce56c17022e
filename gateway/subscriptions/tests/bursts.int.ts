import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { ada } from './fake-orders.ts';
import { startWorld, type World } from './world.ts';

type Message = { readonly id?: string; readonly type: string; readonly payload?: unknown };
type RawSocket = {
  readonly socket: WebSocket;
  readonly received: Message[];
  /** All messages in one burst: the gateway reads them before it can have answered the first. */
  burst(...messages: Message[]): void;
};

const statusOf = 'subscription ($id: ID!) { order: orderStatus(orderId: $id) { id version } }';
const subscribe = (id: string, orderId: string): Message => ({
  id,
  type: 'subscribe',
  payload: { query: statusOf, variables: { id: orderId } },
});
const complete = (id: string): Message => ({ id, type: 'complete' });

let world: World;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  world = await startWorld({ limits: { operationsPerSocket: 5 } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await world.stop();
});

async function open(): Promise<RawSocket> {
  const socket = new WebSocket(world.url, 'graphql-transport-ws');
  sockets.push(socket);
  const received: Message[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `user:${ada}` } }));
  await waitFor('the acknowledgement', () => received.length === 1);
  received.splice(0);
  return {
    socket,
    received,
    burst(...messages) {
      // corked, so that they leave in one packet
      const { _socket: stream } = socket as unknown as { _socket: { cork(): void; uncork(): void } };
      stream.cork();
      for (const message of messages) socket.send(JSON.stringify(message));
      stream.uncork();
    },
  };
}

/** Whether anything is left of subscriptions: in the gauge of live ones, or among those who wait for events. */
async function left(): Promise<number> {
  return (await world.metric('subscriptions')) + (await world.metric('subscription_listeners'));
}

/** Resolves when the gateway has dealt with everything that was sent before on this socket. */
async function roundTrip({ socket, received }: RawSocket): Promise<void> {
  socket.send(JSON.stringify({ type: 'ping' }));
  await waitFor('the pong', () => received.some(({ type }) => type === 'pong'));
}

describe('one burst on one socket', () => {
  test('subscribe, complete, and subscribe with the same id: only the second subscription lives, and answers', async () => {
    const [first, second] = [await world.orders.place(ada), await world.orders.place(ada)];
    const raw = await open();

    raw.burst(subscribe('1', first.id), complete('1'), subscribe('1', second.id));

    await waitFor('an answer', () => raw.received.length > 0);
    await world.orders.move(first, 'AWAITING_PAYMENT');
    await world.orders.move(second, 'AWAITING_PAYMENT');
    await waitFor('both answers', () => raw.received.length > 1);
    expect(raw.received).toEqual(
      [1, 2].map((version) => ({ id: '1', type: 'next', payload: { data: { order: { id: second.id, version } } } })),
    );
    expect(await world.metric('subscriptions')).toBe(1);
    expect(await world.metric('subscription_listeners')).toBe(1);
    raw.burst(complete('1'));
    await waitFor('the end', async () => (await left()) === 0);
  });

  test('the same many times over leaves nothing when its socket closes', async () => {
    const order = await world.orders.place(ada);
    const raw = await open();

    raw.burst(...Array.from({ length: 40 }, () => [subscribe('1', order.id), complete('1')]).flat(), subscribe('1', order.id));
    await roundTrip(raw);
    raw.socket.terminate();

    await waitFor('the end of the socket', async () => (await world.metric('sockets')) === 0);
    await waitFor('the end of every subscription', async () => (await left()) === 0);
  });

  test('complete before the subscription has started ends it', async () => {
    const order = await world.orders.place(ada);
    const raw = await open();

    raw.burst(subscribe('1', order.id), complete('1'));
    await roundTrip(raw);

    await waitFor('the end', async () => (await left()) === 0);
    expect(raw.received.filter(({ type }) => type !== 'pong')).toEqual([]);
  });

  test('a query that was completed before it began is not run', async () => {
    const raw = await open();

    raw.burst({ id: '1', type: 'subscribe', payload: { query: 'mutation { logOut { __typename } }' } }, complete('1'));
    await roundTrip(raw);

    expect(world.executed).toEqual([]);
  });

  test('counts what was completed against the limit until it has really ended', async () => {
    const order = await world.orders.place(ada);
    const raw = await open();
    const ids = Array.from({ length: 6 }, (_, index) => String(index));

    raw.burst(...ids.flatMap((id) => [subscribe(id, order.id), complete(id)]), subscribe('last', order.id));

    await waitFor('the rejection', () => raw.received.length > 0);
    expect(raw.received[0]).toMatchObject({ id: 'last', type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    await waitFor('the end of all', async () => (await left()) === 0);
    raw.received.splice(0);
    raw.burst(subscribe('again', order.id));
    await waitFor('an answer', () => raw.received.length > 0);
    expect(raw.received[0]).toMatchObject({ id: 'again', type: 'next' });
  });
});

test('a socket that closes while the snapshot is being read leaves nothing', async () => {
  const order = await world.orders.place(ada);
  world.behaviour.readTakesMs = 200;
  const raw = await open();
  raw.burst(subscribe('1', order.id), subscribe('2', order.id));
  await waitFor('the subscriptions', async () => (await world.metric('subscription_listeners')) === 2);

  raw.socket.terminate();

  await waitFor('the end', async () => (await left()) === 0);
});

test('a second subscription under an id that is in use closes the socket, however long the id is', async () => {
  const order = await world.orders.place(ada);
  const raw = await open();
  const closed = new Promise((resolve) => raw.socket.once('close', (code, reason) => resolve([code, String(reason)])));
  const id = 'ä'.repeat(200);

  raw.burst(subscribe(id, order.id), subscribe(id, order.id));

  expect(await closed).toEqual([4409, `Subscriber for ${'ä'.repeat(20)} already exists`]);
  await waitFor('the end', async () => (await left()) === 0);
});

test.each([
  [
    'nested without end',
    `{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}`,
  ],
  ['an id that is longer than any client’s', `{"id":"${'a'.repeat(201)}","type":"subscribe","payload":{"query":"{ a }"}}`],
  ['a server’s: next', '{"id":"1","type":"next","payload":{}}'],
  ['a server’s: error', '{"id":"1","type":"error","payload":[{"message":"m"}]}'],
  ['a server’s: connection_ack', '{"type":"connection_ack"}'],
])('a message that is %s closes its socket only', async (_, message) => {
  const order = await world.orders.place(ada);
  const [raw, other] = [await open(), await open()];
  const closed = new Promise((resolve) => raw.socket.once('close', resolve));

  raw.socket.send(message);

  expect(await closed).toBe(4400);
  other.burst(subscribe('1', order.id));
  await waitFor('an answer', () => other.received.length > 0);
  expect(other.received).toMatchObject([{ id: '1', type: 'next' }]);
});

test('ids are the client’s own, whatever they look like, and may be used again at once', async () => {
  const [first, second] = [await world.orders.place(ada), await world.orders.place(ada)];
  const raw = await open();

  for (const id of ['1:1', '"', '__proto__', 'constructor', '\\', newId()]) {
    raw.received.splice(0);
    raw.burst(subscribe(id, first.id), complete(id), subscribe(id, second.id));
    await waitFor('an answer', () => raw.received.length > 0);
    raw.burst(complete(id));
    await waitFor('the end', async () => (await left()) === 0);

    expect(raw.received).toEqual([{ id, type: 'next', payload: { data: { order: { id: second.id, version: 1 } } } }]);
  }
});

describe('a socket that sends too much', () => {
  test('is closed before its messages are read, and the others go on', async () => {
    await world.stop();
    world = await startWorld({ limits: { messageBurst: 20, messagesPerSecond: 1 } });
    const [loud, quiet] = [await open(), await open()];
    const code = new Promise<number>((resolve) => loud.socket.once('close', resolve));
    const order = await world.orders.place(ada);

    loud.burst(...Array.from({ length: 50 }, (_, index) => subscribe(`s${index}`, order.id)));
    quiet.burst(subscribe('quiet', order.id));

    expect(await code).toBe(4429);
    await waitFor('an answer', () => quiet.received.length > 0);
    expect(quiet.received[0]).toMatchObject({ id: 'quiet', type: 'next' });
    await waitFor('the end of what it had begun', async () => (await world.metric('subscriptions')) === 1);
  });

  test.each(['ping', 'pong'] as const)('is closed when it sends nothing but %s frames', async (kind) => {
    await world.stop();
    world = await startWorld({ limits: { messageBurst: 20, messagesPerSecond: 1 } });
    const { socket } = await open();
    const code = new Promise<number>((resolve) => socket.once('close', resolve));

    for (let count = 0; count < 50; count += 1) socket[kind]();

    expect(await code).toBe(4429);
  });

  test('is closed when its message never ends', async () => {
    const { socket } = await open();
    const code = new Promise<number>((resolve) => socket.once('close', resolve));

    for (let count = 0; count < 100; count += 1) socket.send('', { fin: false });

    expect(await code).toBe(1008);
  });

  test('is closed when all sockets of its address together say too much, and no more are opened from there', async () => {
    await world.stop();
    const addresses = ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.1'];
    world = await startWorld({
      limits: { addressMessageBurst: 20, addressMessagesPerSecond: 0.1 },
      clientAddress: () => addresses.shift() ?? '10.0.0.1',
    });
    const loud = [await open(), await open()];
    const other = await open();
    const codes = loud.map(({ socket }) => new Promise<number>((resolve) => socket.once('close', resolve)));

    for (const { burst } of loud) burst(...Array.from({ length: 30 }, () => ({ type: 'ping' })));
    other.burst({ type: 'ping' });

    expect(await Promise.all(codes)).toEqual([4429, 4429]);
    await expect(open()).rejects.toThrow('429');
    await waitFor('an answer', () => other.received.length > 0);
    expect(other.received).toEqual([{ type: 'pong' }]);
  });
});

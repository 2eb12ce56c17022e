import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import type { OrderStatus } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { connect, watch } from './customer.ts';
import { ada, aTimestamp, eve, type FakeOrder } from './fake-orders.ts';
import { startWorld, type World } from './world.ts';

const statusOf = `subscription ($id: ID!, $since: Int) {
  order: orderStatus(orderId: $id, sinceVersion: $since) { version status cancelReason }
}`;

let world: World;
let customer: Client;
const clients: Client[] = [];

function open(token?: string): Client {
  const client = connect(world.url, token);
  clients.push(client);
  return client;
}

function follow(order: FakeOrder, since?: number, client = customer) {
  return watch(client, statusOf, { id: order.id, since });
}

const versions = (seen: { data: Record<string, { version: number }>[] }) => seen.data.map((data) => data['order']?.version);

beforeAll(async () => {
  world = await startWorld({ limits: { operationsPerSocket: 150 } });
});

beforeEach(() => {
  customer = open(`user:${ada}`);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  world.calm();
});

afterAll(() => world.stop());

test('shows the order as it is, then each change, and completes on a final status', async () => {
  const order = await world.orders.place(ada);
  const seen = follow(order);
  await seen.until(1);

  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'CANCELLED');

  expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
  expect(seen.data.map((data) => data['order'])).toEqual([
    { version: 1, status: 'PENDING', cancelReason: null },
    { version: 2, status: 'AWAITING_PAYMENT', cancelReason: null },
    { version: 3, status: 'CANCELLED', cancelReason: 'TIMED_OUT' },
  ]);
});

test('does not complete when the order is paid', async () => {
  const order = await world.orders.place(ada);
  const seen = follow(order);
  await seen.until(1);

  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'PAID');
  await seen.until(3);
  expect(seen.end).toBeNull();
  await world.orders.move(order, 'SHIPPED');
  await world.orders.move(order, 'DELIVERED');

  expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
  expect(versions(seen)).toEqual([1, 2, 3, 4, 5]);
});

test('completes at once for an order that is final', async () => {
  const order = await world.orders.place(ada);
  await world.orders.move(order, 'CANCELLED');

  const seen = follow(order);

  expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
  expect(versions(seen)).toEqual([2]);
});

test('replays what a client missed, one by one, with the reason on the cancellation only', async () => {
  const order = await world.orders.place(ada);
  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'CANCELLED');

  const seen = follow(order, 1);

  await seen.untilEnd();
  expect(seen.data.map((data) => data['order'])).toEqual([
    { version: 2, status: 'AWAITING_PAYMENT', cancelReason: null },
    { version: 3, status: 'CANCELLED', cancelReason: 'TIMED_OUT' },
  ]);
});

test('gives the same time of the last transition by event, by reading and after a reconnect', async () => {
  const sinceOf = 'subscription ($id: ID!, $since: Int) { order: orderStatus(orderId: $id, sinceVersion: $since) { version statusSince } }';
  const order = await world.orders.place(ada);
  const seen = watch(customer, sinceOf, { id: order.id });
  await seen.until(1);
  const readings = world.behaviour.resolved.get('Query.order');

  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'PAID');
  await seen.until(3);

  const expected = order.history.map(({ version, at }) => ({ order: { version, statusSince: at } }));
  expect(seen.data).toEqual(expected);
  expect(world.behaviour.resolved.get('Query.order')).toBe(readings);
  const again = watch(customer, sinceOf, { id: order.id, since: 0 });
  await again.until(3);
  expect(again.data).toEqual(expected);
});

test('repeats nothing to a client that has seen everything', async () => {
  const order = await world.orders.place(ada);
  await world.orders.move(order, 'AWAITING_PAYMENT');
  const seen = follow(order, 2);
  await waitFor('the reading', () => world.behaviour.resolved.get('Query.order'));

  await world.orders.move(order, 'PAID');

  await seen.until(1);
  expect(versions(seen)).toEqual([3]);
});

test('completes without a word for a client that has seen the final status', async () => {
  const order = await world.orders.place(ada);
  await world.orders.move(order, 'CANCELLED');

  const seen = follow(order, 2);

  expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
  expect(seen.data).toEqual([]);
});

test.each([
  ['a stranger’s order', `user:${eve}`, 'NOT_FOUND'],
  ['an order as a guest', undefined, 'NOT_FOUND'],
])('rejects %s and leaves no listener', async (_what, token, code) => {
  const order = await world.orders.place(ada);

  const seen = follow(order, undefined, open(token));

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code } }] });
  expect(await world.metric('subscription_listeners')).toBe(0);
  await waitFor('no subscription', async () => (await world.metric('subscriptions')) === 0);
});

test('shows every order to an admin', async () => {
  const order = await world.orders.place(ada);

  const seen = follow(order, undefined, open(`admin:${eve}`));

  await seen.until(1);
  expect(versions(seen)).toEqual([1]);
});

test.each([
  ['an order that does not exist', newId(), undefined, 'NOT_FOUND'],
  ['a malformed id', 'no id', undefined, 'INVALID_INPUT'],
  ['a negative version', newId(), -1, 'INVALID_INPUT'],
  ['a variable of another type', newId(), 'one', 'BAD_USER_INPUT'],
])('rejects %s', async (_what, id, since, code) => {
  const seen = watch(customer, statusOf, { id, since });

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code } }] });
});

test('rejects a version that the order has not come to', async () => {
  const order = await world.orders.place(ada);

  expect(await follow(order, 7).untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
});

test('reads the missing versions when the log left some out', async () => {
  const order = await world.orders.place(ada);
  const seen = follow(order);
  await seen.until(1);

  await world.orders.move(order, 'AWAITING_PAYMENT', false);
  await world.orders.move(order, 'PAID');

  await seen.until(3);
  expect(versions(seen)).toEqual([1, 2, 3]);
});

test('ignores what is repeated, what is malformed and what never happened', async () => {
  const order = await world.orders.place(ada);
  const seen = follow(order);
  await seen.until(1);

  await world.orders.push(order);
  await world.orders.push({ ...order, version: 99, status: 'SHIPPED' });
  await world.log.eventLog.publish([{ topic: 'checkout', key: order.id, headers: { ce_type: 'order.paid', ce_id: newId() }, value: '{' }]);
  await world.log.eventLog.publish([{ topic: 'checkout', key: order.id, headers: {}, value: null }]);
  await world.orders.move(order, 'AWAITING_PAYMENT');

  await seen.until(2);
  expect(versions(seen)).toEqual([1, 2]);
});

test('reads what it missed when the consumer joins again', async () => {
  const order = await world.orders.place(ada);
  const seen = follow(order);
  await seen.until(1);
  world.log.leak();
  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'PAID');

  world.log.rejoin();

  await seen.until(3);
  await world.orders.move(order, 'REFUNDED');
  await seen.untilEnd();
  expect(versions(seen)).toEqual([1, 2, 3, 4]);
});

test('waits for an order subgraph that is away for a moment', async () => {
  const order = await world.orders.place(ada);
  world.behaviour.failing.add('Query.order');
  const seen = follow(order);
  await waitFor('a failed reading', () => world.behaviour.resolved.get('Query.order'));

  world.behaviour.failing.delete('Query.order');

  await seen.until(1);
  expect(versions(seen)).toEqual([1]);
});

test('gives up on an order subgraph that stays away, with an error that may be retried', async () => {
  const order = await world.orders.place(ada);
  world.behaviour.failing.add('Query.order');

  expect(await follow(order).untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
});

test('goes on after a reconnect where the client was', async () => {
  const order = await world.orders.place(ada);
  const before = follow(order);
  await before.until(1);
  customer.terminate();
  await before.untilEnd();
  await world.orders.move(order, 'AWAITING_PAYMENT');
  await world.orders.move(order, 'PAID');

  const after = follow(order, 1, open(`user:${ada}`));

  await after.until(2);
  await world.orders.move(order, 'SHIPPED');
  await after.until(3);
  expect([...versions(before), ...versions(after)]).toEqual([1, 2, 3, 4]);
});

const story: OrderStatus[] = ['AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED'];

test.each([
  ['nothing', false],
  ['some events, and its place again and again,', true],
])('leaves no version out and repeats none, whenever one subscribes, while the log loses %s', async (_what, loses) => {
  world.behaviour.readTakesMs = 15;
  const unruly = setInterval(() => {
    if (!loses) return;
    world.log.rejoin();
    if (Math.random() < 0.3) world.log.leak();
  }, 20);

  const running = Promise.all(
    Array.from({ length: 120 }, async (_, index) => {
      const order = await world.orders.place(ada);
      const writing = (async () => {
        for (const status of story) {
          await aTimestamp(60);
          await world.orders.move(order, status, !loses || Math.random() < 0.8);
        }
      })();
      await aTimestamp(150);
      const since = index % 3 === 0 ? 0 : undefined;
      const seen = follow(order, since);
      await writing;
      return { seen, since };
    }),
  );
  const runs = await running.finally(() => clearInterval(unruly));
  // the last event may have been lost with nothing behind it: the next join reads it
  if (loses) world.log.rejoin();

  for (const { seen, since } of runs) {
    expect(await seen.untilEnd()).toEqual({ kind: 'complete' });
    const [first = 0] = versions(seen);
    expect(versions(seen)).toEqual([1, 2, 3, 4, 5].slice((first ?? 0) - 1));
    if (since === 0) expect(first).toBe(1);
    for (const { order } of seen.data) expect(order.status).toBe(['PENDING', ...story][order.version - 1]);
  }
  await waitFor('no listener', async () => (await world.metric('subscription_listeners')) === 0);
});

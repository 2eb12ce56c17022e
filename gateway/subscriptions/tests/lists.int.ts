import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import type { OrderStatus } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { connect, type Seen, watch } from './customer.ts';
import { aTimestamp } from './fake-orders.ts';
import { startWorld, type World } from './world.ts';

const ofOrders = 'subscription { order: orders { id version status } }';
const ofProducts = 'subscription ($ids: [ID!]!) { product: productAvailability(ids: $ids) { id availability name } }';

let world: World;
const clients: Client[] = [];

function open(token?: string): Client {
  const client = connect(world.url, token);
  clients.push(client);
  return client;
}

/** The versions that were shown, by order. */
function versionsById(seen: Seen): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { order } of seen.data as { order: { id: string; version: number } }[]) {
    found[order.id] = [...(found[order.id] ?? []), order.version];
  }
  return found;
}

beforeAll(async () => {
  world = await startWorld();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await waitFor('no listener', async () => (await world.metric('subscription_listeners')) === 0);
  world.calm();
});

afterAll(() => world.stop());

test('shows a customer the orders under way, the oldest first, then each change of any', async () => {
  const me = newId();
  const [first, second, over] = [await world.orders.place(me), await world.orders.place(me), await world.orders.place(me)];
  await world.orders.move(over, 'CANCELLED');
  await world.orders.place(newId());
  const seen = watch(open(`user:${me}`), ofOrders);
  await seen.until(2);
  expect(seen.data.map(({ order }) => order.id)).toEqual([first.id, second.id]);

  const third = await world.orders.place(me);
  await world.orders.move(second, 'AWAITING_PAYMENT');
  await world.orders.move(first, 'CANCELLED');

  await seen.until(5);
  expect(versionsById(seen)).toEqual({ [first.id]: [1, 2], [second.id]: [1, 2], [third.id]: [1] });
  expect(seen.end).toBeNull();
});

test('shows an admin the orders of all customers', async () => {
  const order = await world.orders.place(newId());
  const seen = watch(open(`admin:${newId()}`), ofOrders);
  await waitFor('the order', () => seen.data.some((data) => data['order'].id === order.id));

  await world.orders.move(order, 'AWAITING_PAYMENT');

  await waitFor('the change', () => versionsById(seen)[order.id]?.length === 2);
});

test('rejects the orders of a guest', async () => {
  const seen = watch(open(), ofOrders);

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('delivers how orders ended while the log was lost', async () => {
  const me = newId();
  const [ended, moved] = [await world.orders.place(me), await world.orders.place(me)];
  const seen = watch(open(`user:${me}`), ofOrders);
  await seen.until(2);
  world.log.leak();
  await world.orders.move(ended, 'AWAITING_PAYMENT');
  await world.orders.move(ended, 'CANCELLED');
  await world.orders.move(moved, 'AWAITING_PAYMENT');
  const placed = await world.orders.place(me);

  world.log.rejoin();

  await seen.until(6);
  expect(versionsById(seen)).toEqual({ [ended.id]: [1, 2, 3], [moved.id]: [1, 2], [placed.id]: [1] });
});

test('leaves nothing out and repeats nothing of many orders, whatever the log loses', async () => {
  const me = newId();
  world.behaviour.readTakesMs = 10;
  const seen = watch(open(`user:${me}`), ofOrders);
  await waitFor('the subscription', async () => (await world.metric('subscription_listeners')) === 1);
  const story: OrderStatus[] = ['AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED'];

  const orders = await Promise.all(
    Array.from({ length: 30 }, async () => {
      await aTimestamp(50);
      const order = await world.orders.place(me);
      for (const status of story) {
        await aTimestamp(30);
        // the last one is published: nothing else would trigger a read
        await world.orders.move(order, status, status === 'DELIVERED' || Math.random() < 0.7);
      }
      return order;
    }),
  );

  await waitFor('every order to end', () => Object.values(versionsById(seen)).filter((versions) => versions.at(-1) === 5).length === 30);
  for (const order of orders) {
    const versions = versionsById(seen)[order.id] ?? [];
    expect(versions).toEqual([1, 2, 3, 4, 5].slice((versions[0] ?? 0) - 1));
  }
});

test('shows each product as it is, then each change of level', async () => {
  const [lamp, chair, other] = [world.addProduct(), world.addProduct(), world.addProduct()];
  const seen = watch(open(), ofProducts, { ids: [lamp.id, chair.id, lamp.id] });
  await seen.until(2);
  expect(seen.data.map(({ product }) => product)).toEqual([
    { id: lamp.id, availability: 'IN_STOCK', name: 'Lamp' },
    { id: chair.id, availability: 'IN_STOCK', name: 'Lamp' },
  ]);

  await world.changeProduct(other, 'LOW_STOCK');
  await world.changeProduct(chair, 'IN_STOCK');
  await world.changeProduct(chair, 'LOW_STOCK');
  await world.changeProduct(lamp, 'OUT_OF_STOCK');

  await seen.until(4);
  expect(seen.data.slice(2).map(({ product }) => [product.id, product.availability])).toEqual([
    [chair.id, 'LOW_STOCK'],
    [lamp.id, 'OUT_OF_STOCK'],
  ]);
});

test('reads the levels again when the consumer joins again', async () => {
  const lamp = world.addProduct();
  const seen = watch(open(), ofProducts, { ids: [lamp.id] });
  await seen.until(1);
  world.log.leak();
  await world.changeProduct(lamp, 'LOW_STOCK');

  world.log.rejoin();

  await seen.until(2);
  expect(seen.data[1]?.['product'].availability).toBe('LOW_STOCK');
});

test('leaves out products that do not exist', async () => {
  const lamp = world.addProduct();

  const seen = watch(open(), ofProducts, { ids: [newId(), lamp.id] });

  await seen.until(1);
  expect(seen.data.map(({ product }) => product.id)).toEqual([lamp.id]);
});

test.each([
  ['no product', [], 'INVALID_INPUT'],
  ['101 products', Array.from({ length: 101 }, newId), 'INVALID_INPUT'],
  ['a malformed id', ['no id'], 'INVALID_INPUT'],
  ['products none of which exists', [newId()], 'NOT_FOUND'],
])('rejects %s', async (_what, ids, code) => {
  const seen = watch(open(), ofProducts, { ids });

  expect(await seen.untilEnd()).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code } }] });
});

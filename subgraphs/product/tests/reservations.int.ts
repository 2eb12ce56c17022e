import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { commitStock, releaseStock, reserveStock } from '../event-handlers.ts';
import type { Product } from '../queries/catalogue.ts';
import { findStocks } from '../queries/catalogue.ts';
import { openProductFixture, orderCancelled, orderCreated, orderPaid, orderRefunded, type ProductFixture, takeEvents } from './fixture.ts';

let fixture: ProductFixture;
beforeAll(async () => {
  fixture = await openProductFixture('reservations');
});
afterAll(() => fixture.close());

const reserve = (...events: DomainEvent<'order.created'>[]) => fixture.handle((sql) => reserveStock(fixture.deps, sql, events));
const commit = (...events: DomainEvent<'order.paid'>[]) => fixture.handle((sql) => commitStock(sql, events));
const release = (...events: DomainEvent<'order.cancelled' | 'order.refunded'>[]) =>
  fixture.handle((sql) => releaseStock(fixture.deps, sql, events));
const stockOf = async (product: Product) => (await findStocks(fixture.deps, [product.id]))[0];
const eventTypes = async () => (await takeEvents(fixture.database)).map((event) => event.type);

test('reserves the lines of an order and publishes it', async () => {
  const product = await fixture.addProduct({ stock: 10 });
  await takeEvents(fixture.database);
  const order = orderCreated([{ product, quantity: 3 }]);

  await reserve(order);

  expect(await stockOf(product)).toEqual({ available: 7, held: 3, committed: 0 });
  expect(await takeEvents(fixture.database)).toEqual([
    { type: 'inventory.reserved', data: { orderId: order.key, lines: [{ productId: product.id, quantity: 3 }] } },
  ]);
});

test('sums the lines of one product', async () => {
  const product = await fixture.addProduct({ stock: 5 });
  const line = { product, quantity: 3 };

  await reserve(orderCreated([line, line]));

  expect(await stockOf(product)).toEqual({ available: 5, held: 0, committed: 0 });
});

test('holds nothing of an order when one of its lines is impossible', async () => {
  const [good, scarce] = [await fixture.addProduct({ stock: 10 }), await fixture.addProduct({ stock: 1 })];
  await takeEvents(fixture.database);
  const order = orderCreated([
    { product: good, quantity: 1 },
    { product: scarce, quantity: 2 },
  ]);

  await reserve(order);

  expect(await stockOf(good)).toEqual({ available: 10, held: 0, committed: 0 });
  expect(await takeEvents(fixture.database)).toEqual([
    {
      type: 'inventory.reservation-failed',
      data: {
        orderId: order.key,
        reason: 'OUT_OF_STOCK',
        productIds: [scarce.id],
        shortages: [{ productId: scarce.id, requested: 2, available: 1 }],
      },
    },
  ]);
});

test('rejects another price than its own, and products it does not sell', async () => {
  const product = await fixture.addProduct();
  const archived = await fixture.addProduct();
  await archiveProduct(fixture.deps, { kind: 'user', userId: newId(), role: 'ADMIN' }, { id: archived.id });
  await takeEvents(fixture.database);

  await reserve(
    orderCreated([{ product, quantity: 1, price: 1 }]),
    orderCreated([{ product: { id: newId(), price: product.price }, quantity: 1 }]),
    orderCreated([{ product: archived, quantity: 1 }]),
  );

  const reasons = (await takeEvents(fixture.database)).map((event) => event.data['reason']);
  expect(reasons).toEqual(['PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'UNKNOWN_PRODUCT']);
});

test('gives the last piece to the first of two orders in one batch', async () => {
  const product = await fixture.addProduct({ stock: 1 });
  const [first, second] = [orderCreated([{ product, quantity: 1 }], newId()), orderCreated([{ product, quantity: 1 }], newId())];
  await takeEvents(fixture.database);

  await reserve(second, first);

  const answers = (await takeEvents(fixture.database)).map((event) => [event.type, event.data['orderId']]);
  expect(answers.slice(0, 2)).toEqual([
    ['inventory.reserved', second.key],
    ['inventory.reservation-failed', first.key],
  ]);
});

test('sells exactly ten of ten to fifty parallel orders', async () => {
  const product = await fixture.addProduct({ stock: 10 });
  await takeEvents(fixture.database);
  const orders = Array.from({ length: 50 }, () => orderCreated([{ product, quantity: 1 }]));

  await Promise.all(orders.map((order) => reserve(order)));

  expect(await stockOf(product)).toEqual({ available: 0, held: 10, committed: 0 });
  const answers = await eventTypes();
  expect(answers.filter((type) => type === 'inventory.reserved')).toHaveLength(10);
  expect(answers.filter((type) => type === 'inventory.reservation-failed')).toHaveLength(40);
});

test('does not deadlock when orders cross', async () => {
  const [a, b] = [await fixture.addProduct({ stock: 1000 }), await fixture.addProduct({ stock: 1000 })];
  const crossing = (at: number) => {
    const lines = [
      { product: a, quantity: 1 },
      { product: b, quantity: 1 },
    ];
    return orderCreated(at % 2 === 0 ? lines : lines.reverse());
  };
  const orders = Array.from({ length: 60 }, (_, at) => crossing(at));

  await Promise.all(orders.map((order) => reserve(order)));
  await Promise.all(orders.map((order) => release(orderCancelled(order.key))));

  expect(await stockOf(a)).toEqual({ available: 1000, held: 0, committed: 0 });
  expect(await stockOf(b)).toEqual({ available: 1000, held: 0, committed: 0 });
});

test('releases cancelled and refunded pieces and publishes it', async () => {
  const product = await fixture.addProduct({ stock: 10 });
  const [cancelled, refunded] = [orderCreated([{ product, quantity: 2 }]), orderCreated([{ product, quantity: 4 }])];
  await reserve(cancelled, refunded);
  await commit(orderPaid(refunded.key, [{ product, quantity: 4 }]));
  expect(await stockOf(product)).toEqual({ available: 4, held: 2, committed: 4 });
  await takeEvents(fixture.database);

  await release(orderCancelled(cancelled.key));
  await release(orderRefunded(refunded.key));

  expect(await stockOf(product)).toEqual({ available: 10, held: 0, committed: 0 });
  expect(await eventTypes()).toEqual(['inventory.released', 'product.availability-changed', 'inventory.released']);
});

test('publishes a change of the level of availability, and only that', async () => {
  const product = await fixture.addProduct({ stock: 8 });
  await takeEvents(fixture.database);
  const [first, second, third] = [2, 2, 4].map((quantity) => orderCreated([{ product, quantity }]));
  if (!first || !second || !third) throw new Error('three orders');

  for (const order of [first, second, third]) await reserve(order);
  await release(orderCancelled(third.key), orderCancelled(second.key));

  const levels = (await takeEvents(fixture.database)).filter((event) => event.type === 'product.availability-changed');
  expect(levels.map((event) => [event.data['availability'], event.data['version']])).toEqual([
    ['LOW_STOCK', 2],
    ['OUT_OF_STOCK', 3],
    ['IN_STOCK', 4],
  ]);
});

describe('events of one order in any order, each of them twice', () => {
  type Kind = 'created' | 'paid' | 'cancelled' | 'refunded';
  const stories: [Kind[], { available: number; held: number; committed: number }][] = [
    [['created', 'cancelled'], { available: 10, held: 0, committed: 0 }],
    [['created', 'paid'], { available: 7, held: 0, committed: 3 }],
    [['created', 'paid', 'refunded'], { available: 10, held: 0, committed: 0 }],
  ];
  const cases = stories.flatMap(([kinds, expected]) => permutations(kinds).map((kindsInOrder) => ({ kindsInOrder, expected })));

  test.each(cases)('$kindsInOrder end in the same stock', async ({ kindsInOrder, expected }) => {
    const product = await fixture.addProduct({ stock: 10 });
    const lines = [{ product, quantity: 3 }];
    const created = orderCreated(lines);
    const kindOfSubscribed: Record<Kind, () => Promise<void>> = {
      created: () => reserve(created),
      paid: () => commit(orderPaid(created.key, lines)),
      cancelled: () => release(orderCancelled(created.key)),
      refunded: () => release(orderRefunded(created.key)),
    };

    for (const kind of kindsInOrder) await kindOfSubscribed[kind]();
    const once = await stockOf(product);
    for (const kind of kindsInOrder) await kindOfSubscribed[kind]();

    expect(once).toEqual(expected);
    expect(await stockOf(product)).toEqual(expected);
  });
});

test('sells what was paid before its first event arrived, at whatever price it is by now', async () => {
  const product = await fixture.addProduct({ stock: 10 });
  const order = orderCreated([{ product, quantity: 1, price: 1 }]);

  await commit(orderPaid(order.key, [{ product, quantity: 1 }]));
  await reserve(order);

  expect(await stockOf(product)).toEqual({ available: 9, held: 0, committed: 1 });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]));
}

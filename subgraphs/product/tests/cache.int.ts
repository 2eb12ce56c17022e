import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cache, openCache } from '#platform/cache.ts';
import { createLogger } from '#platform/logger.ts';
import { type FakeRedis, openFakeRedis } from '#tests/support/fake-redis.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { adjustStock } from '../commands/adjust-stock.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { updateProduct } from '../commands/update-product.ts';
import { releaseStock, reserveStock } from '../event-handlers.ts';
import { findProducts, findStocks } from '../queries/catalogue.ts';
import { admin, openProductFixture, orderCancelled, orderCreated, type ProductFixture } from './fixture.ts';

let redis: FakeRedis;
let fixture: ProductFixture;
/** Called with each fill before it is made. */
let beforeFill: () => Promise<void> = async () => {};

beforeAll(async () => {
  redis = await openFakeRedis();
  const logger = createLogger('test', 'silent');
  const cache: Cache = openCache(redis.url, { prefix: 'product:', timeoutMs: 2000, markMs: 60_000, logger });
  const gated: Cache = {
    getMany: (keys) => cache.getMany(keys),
    dropMany: (keys) => cache.dropMany(keys),
    close: () => cache.close(),
    async setMany(entries) {
      await beforeFill();
      await cache.setMany(entries);
    },
  };
  fixture = await openProductFixture('product_cache', gated);
  await waitFor('the cache to answer', async () => {
    await cache.setMany([{ key: 'probe', value: 1 }]);
    return (await cache.getMany(['probe']))[0] === 1;
  });
});
afterAll(async () => {
  await fixture.close();
  await redis.goAway();
});

const read = async (id: string) => (await findProducts(fixture.deps, [id]))[0];
const isHeld = (id: string) => redis.texts.get(`product:${id}`)?.text.startsWith('{');

/** A product that nothing was asked of yet; creating it has left its mark in the cache. */
async function addUncached(changes: Record<string, unknown> = {}) {
  const product = await fixture.addProduct(changes);
  redis.texts.clear();
  return product;
}

test('reads a product once from the database, then from the cache', async () => {
  const { id } = await addUncached();
  await read(id);
  await fixture.database.query(`UPDATE products SET name = 'Changed behind our back' WHERE id = $1`, [id]);

  const again = await read(id);

  expect(again).toMatchObject({ id, name: 'Oak table' });
});

test('drops what changes: by an admin, by an order, by its cancellation', async () => {
  const { id, price } = await addUncached({ stock: 6 });
  const order = orderCreated([{ product: { id, price: { ...price, amount: 1 } }, quantity: 6 }]);
  const changes: [() => Promise<unknown>, object][] = [
    [() => updateProduct(fixture.deps, admin, { id, price: 1 }), { price: { amount: 1 } }],
    [() => fixture.handle((sql) => reserveStock(fixture.deps, sql, [order])), { availability: 'OUT_OF_STOCK' }],
    [() => fixture.handle((sql) => releaseStock(fixture.deps, sql, [orderCancelled(order.key)])), { availability: 'IN_STOCK' }],
    [() => adjustStock(fixture.deps, admin, { id, difference: -1, reason: 'count' }), { availability: 'LOW_STOCK' }],
    [() => archiveProduct(fixture.deps, admin, { id }), { archived: true }],
  ];

  for (const [change, expected] of changes) {
    await read(id);
    expect(isHeld(id)).toBe(true);
    await change();
    expect(isHeld(id)).toBe(false);
    expect(await read(id)).toMatchObject(expected);
    redis.texts.clear();
  }
});

test('is not filled with what was read before a change', async () => {
  const { id } = await addUncached();
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let filling = () => {};
  const isFilling = new Promise<void>((resolve) => {
    filling = resolve;
  });
  beforeFill = () => {
    filling();
    return held;
  };

  const slowRead = read(id);
  await isFilling;
  await updateProduct(fixture.deps, admin, { id, name: 'Newer' });
  goOn();
  await slowRead;
  beforeFill = async () => {};

  expect(await read(id)).toMatchObject({ name: 'Newer' });
  expect(isHeld(id)).toBe(false);
});

test('is never asked for a price at checkout', async () => {
  const { id, price } = await addUncached();
  await read(id);
  await fixture.database.query('UPDATE products SET price = 1 WHERE id = $1', [id]);
  const order = orderCreated([{ product: { id, price }, quantity: 1 }]);

  await fixture.handle((sql) => reserveStock(fixture.deps, sql, [order]));

  expect(await findStocks(fixture.deps, [id])).toMatchObject([{ held: 0 }]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Shop, startShop } from '#local/shop.ts';
import { waitFor } from '#testing/wait-for.ts';
import { archiveProduct, createProduct, stockOf } from '../tools/demo/scene.ts';
import { rowsOf } from './books.ts';
import { type OpenShop, openShop } from './shop.ts';
import { sendShoppers, statusOf } from './shoppers.ts';

// a shop of its own, whose orders wait for a payment that takes long to come back: one that is cancelled at its deadline is no fault
const dataDir = mkdtempSync(join(tmpdir(), 'marigold-faults-'));
let running: Shop;
let shop: OpenShop;

beforeAll(async () => {
  const env = { order: { PENDING_DEADLINE_MS: '60000', PAYMENT_DEADLINE_MS: '60000' } };
  running = await startShop({ dataDir, ports: 'free', quiet: true, env });
  shop = await openShop(dataDir);
}, 150_000);

afterAll(async () => {
  await shop?.close();
  await running?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('while customers buy', () => {
  test.each(['order', 'product', 'payment', 'cart', 'user', 'gateway', 'mailer'])(
    'killing %s loses no order, charges none twice and leaves none behind',
    async (service) => {
      const product = await createProduct(shop.stage, `Lamp of the ${service} test`, 100_000);
      const shoppers = sendShoppers(shop.stage, product);
      const { acknowledged } = shoppers;
      await shoppers.buyMore(8, 30_000);
      const pid = shop.pidOf(service);
      process.kill(pid, 'SIGKILL');
      await waitFor('another process', () => shop.pidOf(service) !== pid, 60_000);
      await shoppers.buyMore(8, 60_000);
      const customers = await shoppers.goHome();
      for (const { customer, orderId } of acknowledged)
        await waitFor(`${orderId} to be paid`, async () => (await statusOf(customer, orderId)) === 'PAID', 60_000);
      await waitFor('the stock to settle', async () => (await stockOf(shop.stage, product)).held === 0, 60_000);
      // an order whose answer was lost on the way exists all the same: the customer finds it, and it is paid like the others
      const orders = (await Promise.all(customers.map((customer) => customer.orderCount()))).reduce((sum, count) => sum + count, 0);
      const sold = (await Promise.all(customers.map((customer) => customer.piecesBought()))).reduce((sum, count) => sum + count, 0);

      expect(orders).toBeGreaterThanOrEqual(acknowledged.length);
      expect(await stockOf(shop.stage, product)).toEqual({ available: 100_000 - sold, held: 0, committed: sold });
      await Promise.all(customers.map((customer) => customer.close()));
      await archiveProduct(shop.stage, product);
    },
    150_000,
  );

  test('the provider charged every order at most once, and the outboxes are empty', async () => {
    const twice = await rowsOf(
      shop.postgresUrl,
      'provider',
      "SELECT idempotency_key FROM charges WHERE outcome = 'SUCCEEDED' AND refunded_amount < amount GROUP BY 1 HAVING count(*) > 1",
    );

    expect(twice).toEqual([]);
    for (const name of ['product', 'order', 'payment', 'user', 'cart', 'mailer']) {
      await waitFor(
        `the outbox of ${name}`,
        async () => (await rowsOf(shop.postgresUrl, name, 'SELECT 1 FROM outbox')).length === 0,
        20_000,
      );
    }
  }, 150_000);
});

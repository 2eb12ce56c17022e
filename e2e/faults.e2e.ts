import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '#testing/wait-for.ts';
import { archiveProduct, type Customer, createCustomer, createProduct, stockOf } from '../tools/demo/scene.ts';
import { type OpenShop, openShop } from './shop.ts';

let shop: OpenShop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

/** What somebody got an answer for, and must find again whatever happens. */
type Acknowledged = { readonly customer: Customer; readonly orderId: string };

/** Buys one piece after the other until told to stop; requests that fail meanwhile are not acknowledged, and tried again. */
async function shopUntil(isOver: () => boolean, productId: string, acknowledged: Acknowledged[]): Promise<Customer> {
  const customer = await createCustomer(shop.stage);
  while (!isOver()) {
    try {
      await customer.fill([{ productId, quantity: 1 }]);
      const order = await customer.place('card-ok');
      if ('refused' in order) continue;
      acknowledged.push({ customer, orderId: order.id });
      await waitFor('the order to move on', async () => (await statusOf(customer, order.id)) === 'PAID', 60_000);
      await customer.cartEmptied();
    } catch {
      // a service is being restarted; what counts is what was acknowledged
    }
  }
  return customer;
}

async function statusOf(customer: Customer, id: string): Promise<string> {
  const { order } = await customer.client.ask<{ order: { status: string } }>('query ($id: ID!) { order(id: $id) { status } }', { id });
  return order.status;
}

/** Rows of one of the shop's databases, asked behind its back. */
async function rowsOf(database: string, statement: string): Promise<Record<string, unknown>[]> {
  const url = new URL(shop.postgresUrl);
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('while customers buy', () => {
  test.each(['order', 'product', 'payment', 'cart', 'user', 'gateway', 'mailer'])(
    'killing %s loses no order, charges none twice and leaves none behind',
    async (service) => {
      const product = await createProduct(shop.stage, `Lamp of the ${service} test`, 100_000);
      const acknowledged: Acknowledged[] = [];
      let isOver = false;
      const shoppers = Array.from({ length: 4 }, () => shopUntil(() => isOver, product, acknowledged));
      await waitFor('some orders', () => acknowledged.length >= 8, 30_000);
      const pid = shop.pidOf(service);
      process.kill(pid, 'SIGKILL');
      await waitFor('another process', () => shop.pidOf(service) !== pid, 20_000);
      const count = acknowledged.length;
      await waitFor('orders afterwards', () => acknowledged.length >= count + 8, 60_000);
      isOver = true;
      const customers = await Promise.all(shoppers);
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
      'marigold_provider',
      "SELECT idempotency_key FROM charges WHERE outcome = 'SUCCEEDED' AND refunded_amount < amount GROUP BY 1 HAVING count(*) > 1",
    );

    expect(twice).toEqual([]);
    for (const name of ['product', 'order', 'payment', 'user', 'cart', 'mailer']) {
      await waitFor(`the outbox of ${name}`, async () => (await rowsOf(`marigold_${name}`, 'SELECT 1 FROM outbox')).length === 0, 20_000);
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import type { ShopClient } from '#tools/shop-client.ts';
import { type OpenShop, openShop } from './shop.ts';

let shop: OpenShop;
let tea: string;

beforeAll(async () => {
  shop = await openShop();
  tea = await createProduct(shop.stage, 'Tea of the live tests', 100_000);
});

afterAll(async () => {
  if (tea) await archiveProduct(shop.stage, tea);
  await shop?.close();
});

async function placeOrder(paymentMethodId = 'card-ok') {
  const customer = await createCustomer(shop.stage);
  await customer.fill([{ productId: tea, quantity: 2 }]);
  const order = await customer.place(paymentMethodId);
  if ('rejected' in order) throw new Error(order.rejected);
  return { customer, order };
}

describe('a subscription to an order', () => {
  test('may select fields of every subgraph', async () => {
    const { customer, order } = await placeOrder();
    const document = `subscription ($orderId: ID!) { orderStatus(orderId: $orderId) {
      status version total { amount } customer { username } payment { status } lines { quantity product { name } } } }`;
    let last: unknown;
    for await (const { orderStatus } of customer.client.listen<{ orderStatus: { status: string } }>(document, { orderId: order.id })) {
      last = orderStatus;
      if (orderStatus.status === 'PAID') break;
    }

    expect(last).toEqual({
      status: 'PAID',
      version: 3,
      total: { amount: 2500 },
      customer: { username: expect.stringMatching(/^demo-/) },
      payment: { status: 'CAPTURED' },
      lines: [{ quantity: 2, product: { name: 'Tea of the live tests' } }],
    });
    await customer.close();
  });

  test('delivers the missed updates, one by one, to a client with an older version', async () => {
    const { customer, order } = await placeOrder();
    await customer.watch(order.id, (move) => move.status === 'PAID');
    const missed: number[] = [];
    const document = 'subscription ($orderId: ID!) { orderStatus(orderId: $orderId, sinceVersion: 1) { version } }';
    for await (const { orderStatus } of customer.client.listen<{ orderStatus: { version: number } }>(document, { orderId: order.id })) {
      missed.push(orderStatus.version);
      if (orderStatus.version === 3) break;
    }

    expect(missed).toEqual([2, 3]);
    await customer.close();
  });

  test('ends when the order is final', async () => {
    const { customer, order } = await placeOrder('card-declined');
    const seen: string[] = [];
    const document = 'subscription ($orderId: ID!) { orderStatus(orderId: $orderId) { status } }';
    for await (const { orderStatus } of customer.client.listen<{ orderStatus: { status: string } }>(document, { orderId: order.id }))
      seen.push(orderStatus.status);

    expect(seen.at(-1)).toBe('CANCELLED');
    await customer.close();
  });

  test("is not to be had for a stranger's order, nor for one that does not exist", async () => {
    const { customer, order } = await placeOrder();
    const stranger = await shop.newCustomer();
    const document = 'subscription ($orderId: ID!) { orderStatus(orderId: $orderId) { status } }';

    for (const [client, orderId] of [
      [stranger.client, order.id],
      [shop.guest, order.id],
      [stranger.client, '00000000-0000-7000-8000-000000000000'],
      [stranger.client, 'nonsense'],
    ] as const) {
      await expect(client.listen(document, { orderId }).next()).rejects.toThrow();
    }
    await customer.close();
  });

  test('goes on where it was after the gateway was killed', async () => {
    const { customer, order } = await placeOrder('card-slow');
    const gateway = shop.pidOf('gateway');
    const before = await watchSince(customer.client, order.id, 0, 'AWAITING_PAYMENT');
    process.kill(gateway, 'SIGKILL');
    await waitFor('another gateway', () => shop.pidOf('gateway') !== gateway, 20_000);
    const after = await watchSince(customer.client, order.id, 2, 'PAID');

    expect([...before, ...after]).toEqual([1, 2, 3]);
    await customer.close();
  }, 60_000);
});

/** The versions that come after `since`, until the order has the status. */
async function watchSince(client: ShopClient, orderId: string, since: number, until: string): Promise<number[]> {
  const versions: number[] = [];
  const document = 'subscription ($orderId: ID!, $since: Int) { orderStatus(orderId: $orderId, sinceVersion: $since) { status version } }';
  for await (const { orderStatus } of client.listen<{ orderStatus: { status: string; version: number } }>(document, { orderId, since })) {
    versions.push(orderStatus.version);
    if (orderStatus.status === until) break;
  }
  return versions;
}

describe('a subscription to products', () => {
  test('delivers each state, and then its changes', async () => {
    const product = await createProduct(shop.stage, 'Cup of the live tests', 7);
    const seen: string[] = [];
    const document = 'subscription ($ids: [ID!]!) { productAvailability(ids: $ids) { id availability name } }';
    const adjust = (difference: number) =>
      shop.admin.ask('mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }', {
        input: { id: product, difference, reason: 'test' },
      });
    for await (const { productAvailability } of shop.guest.listen<{ productAvailability: { availability: string } }>(document, {
      ids: [product],
    })) {
      seen.push(productAvailability.availability);
      if (seen.length === 1) await adjust(-3);
      if (seen.length === 2) await adjust(-4);
      if (seen.length === 3) break;
    }

    expect(seen).toEqual(['IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK']);
    await archiveProduct(shop.stage, product);
  });
});

describe("the customer's own orders", () => {
  test('are delivered as they move, to no other user', async () => {
    const buyer = await createCustomer(shop.stage);
    const other = await shop.newCustomer();
    const subscribedByOther: unknown[] = [];
    const listening = other.client.listen('subscription { orders { id } }');
    const next = listening.next().then(
      (heard) => subscribedByOther.push(heard),
      () => {},
    );
    await buyer.fill([{ productId: tea, quantity: 1 }]);
    const seen: string[] = [];
    const own = buyer.client.listen<{ orders: { id: string; status: string } }>('subscription { orders { id status } }');
    const handler = (async () => {
      for await (const { orders } of own) {
        seen.push(orders.status);
        if (orders.status === 'PAID') break;
      }
    })();
    await buyer.place('card-ok');
    await handler;

    expect(seen.at(-1)).toBe('PAID');
    expect(subscribedByOther).toEqual([]);
    await other.client.close();
    await next;
    await buyer.close();
  });
});

describe('the mail inbox', () => {
  test('holds one receipt, sent to the customer, with lines and total', async () => {
    const { client, email } = await shop.newCustomer();
    const { addToCart } = await client.ask<{ addToCart: { cart: { version: number; total: object } } }>(
      'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { version total { amount currency } } } } }',
      { input: { productId: tea, quantity: 2 } },
    );
    const { placeOrder: answer } = await client.ask<{ placeOrder: { order: { number: string } } }>(
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { number } } } }',
      {
        input: {
          idempotencyKey: 'receipt-of-the-test',
          cartVersion: addToCart.cart.version,
          expectedTotal: addToCart.cart.total,
          paymentMethodId: 'card-ok',
          shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'VN' },
        },
      },
    );
    type Mail = { subject: string; text: string; to: { address: string }[] };
    const receipts = await waitFor(
      'the receipt',
      async () => {
        const mails = (await (await fetch(new URL('/api/email', shop.mailUrl))).json()) as Mail[];
        const own = mails.filter((mail) => mail.to.some((to) => to.address === email) && mail.text.includes(answer.order.number));
        return own.length > 0 ? own : null;
      },
      15_000,
    );

    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.text).toContain('Tea of the live tests');
    expect(receipts[0]?.text).toMatch(/25[.,]00/);
  });
});

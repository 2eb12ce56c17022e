import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Customer, createCustomer } from '#tools/demo/scene.ts';
import { grantSession } from './browser.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();

type Seen = {
  cart: { id: string; version: number; total: { amount: number; currency: string }; lines: { name: string; quantity: number }[] };
};
const look = async ({ client }: Customer) =>
  (await client.ask<Seen>('{ cart { id version total { amount currency } lines { name quantity } } }')).cart;

type Ordered = {
  orders: { edges: { node: { id: string; status: string; total: { amount: number }; lines: { name: string; quantity: number }[] } }[] };
};
const ordersOf = async ({ client }: Customer) =>
  (
    await client.ask<Ordered>('{ orders(first: 10) { edges { node { id status total { amount } lines { name quantity } } } } }')
  ).orders.edges.map(({ node }) => node);

/** The price has changed, and the cart has handled the event. */
async function raisePrice(customer: Customer, productId: string, amount: number): Promise<void> {
  const before = await look(customer);
  await stories.shelf.setPrice(productId, amount);
  await waitFor('the cart to know the price', async () => (await look(customer)).version > before.version);
}

describe('an order over the graph', () => {
  const shippingAddress = { name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'VN' };
  type Answer = { placeOrder: { __typename: string; cart?: Seen['cart']; order?: { id: string; total: { amount: number } } } };
  const mutation = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
    ... on PlaceOrderSuccess { order { id total { amount } } }
    ... on CartChanged { cart { id version total { amount currency } lines { name quantity } } } } }`;
  const place = async ({ client }: Customer, agreed: Pick<Seen['cart'], 'version' | 'total'>, idempotencyKey = randomUUID()) => {
    const input = { idempotencyKey, cartVersion: agreed.version, expectedTotal: agreed.total, paymentMethodId: 'card-ok', shippingAddress };
    return (await client.ask<Answer>(mutation, { input })).placeOrder;
  };

  test('is rejected with the cart of now when a price rose since, and nothing is charged', async () => {
    const vase = await stories.shelf.createOne('Vase of another price');
    const customer = await createCustomer(stories.shop.stage);
    await customer.fill([{ productId: vase, quantity: 1 }]);
    const shown = await look(customer);
    await raisePrice(customer, vase, 5000);

    const rejected = await place(customer, shown);
    const placed = rejected.cart && (await place(customer, rejected.cart));

    expect(rejected).toMatchObject({ __typename: 'CartChanged', cart: { id: shown.id, total: { amount: 5000 } } });
    expect(placed).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { total: { amount: 5000 } } });
    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('is rejected when another device added a product, and with a total that was never shown', async () => {
    const vase = await stories.shelf.createOne('Vase of two devices');
    const customer = await createCustomer(stories.shop.stage);
    await customer.fill([{ productId: vase, quantity: 1 }]);
    const shown = await look(customer);
    await customer.fill([{ productId: vase, quantity: 1 }]);
    const now = await look(customer);

    const answers = [await place(customer, shown), await place(customer, { ...now, total: { amount: 1, currency: 'EUR' } })];

    expect(answers.map(({ __typename, cart }) => [__typename, cart?.lines])).toEqual(
      Array(2).fill(['CartChanged', [{ name: 'Vase of two devices', quantity: 2 }]]),
    );
    expect(await ordersOf(customer)).toEqual([]);
    await customer.close();
  }, 30_000);

  test('does not hold what an order before it is buying, though it was placed at once with one thing more', async () => {
    const [vase, cup] = [await stories.shelf.createOne('Vase that is bought once'), await stories.shelf.createOne('Cup that comes later')];
    const customer = await createCustomer(stories.shop.stage);
    await customer.fill([{ productId: vase, quantity: 1 }]);
    const shown = await look(customer);

    const first = place(customer, shown);
    await customer.fill([{ productId: cup, quantity: 1 }]);
    const second = await place(customer, await look(customer));
    const kinds = [(await first).__typename, second.__typename];
    if (second.cart) await place(customer, second.cart);

    const bought = (await ordersOf(customer)).flatMap(({ lines }) => lines).filter(({ name }) => name === 'Vase that is bought once');
    expect(kinds).toContain('PlaceOrderSuccess');
    expect(bought).toEqual([{ name: 'Vase that is bought once', quantity: 1 }]);
    await customer.close();
  }, 30_000);

  test('takes its lines out of the cart at once, and gives them back when it is cancelled', async () => {
    const vase = await stories.shelf.createOne('Vase that comes back');
    const customer = await createCustomer(stories.shop.stage);
    await customer.fill([{ productId: vase, quantity: 2 }]);
    const order = await customer.place('card-slow');
    await customer.cartEmptied();
    const underWay = (await ordersOf(customer)).map(({ status }) => status);
    await customer.cancel('id' in order ? order.id : '');
    await waitFor('the cart to hold it again', async () => (await look(customer)).lines.length > 0);

    expect(['PENDING', 'AWAITING_PAYMENT']).toContain(underWay[0]);
    expect((await look(customer)).lines).toEqual([{ name: 'Vase that comes back', quantity: 2 }]);
    await customer.close();
  }, 30_000);

  test('is not answered with an old order when its key comes with another cart', async () => {
    const vase = await stories.shelf.createOne('Vase of one key');
    const customer = await createCustomer(stories.shop.stage);
    await customer.fill([{ productId: vase, quantity: 1 }]);
    const [shown, key] = [await look(customer), randomUUID()];

    const first = await place(customer, shown, key);
    const again = await place(customer, shown, key);
    const other = await place(customer, { ...shown, version: shown.version + 1 }, key);

    expect([first, again].map(({ order }) => order?.id)).toEqual([first.order?.id, first.order?.id]);
    expect(other.__typename).toBe('IdempotencyKeyReused');
    await customer.close();
  }, 30_000);
});

describe('the checkout', () => {
  const main = (page: Page) => page.getByRole('main');
  const pay = (page: Page, amount: string) => main(page).getByRole('button', { name: `Pay ${amount}` });

  async function visitWith(productId: string) {
    const session = await grantSession(stories.shop.gatewayUrl, {
      register: { email: `${randomUUID()}@example.com`, username: `e2e-${randomUUID().slice(0, 12)}`, password: 'a long enough password' },
    });
    const customer = await createCustomer(stories.shop.stage, session.accessToken);
    await customer.fill([{ productId, quantity: 1 }]);
    const visitor = await stories.visit({ session });
    const { page } = visitor;
    await page.goto('/checkout');
    await page.getByLabel('Country').selectOption('VN');
    await page.getByLabel('Full name').fill('Lan Nguyễn');
    await page.getByLabel('Street and number').fill('12 Hàng Gai');
    await page.getByLabel('Postal code').fill('100000');
    await page.getByLabel('Town').fill('Hà Nội');
    await page.getByLabel('Maestro ending in 3000').check();
    return { page, customer, complaints: visitor.complaints };
  }

  test('lists the changed lines, keeps the form, and needs a new confirmation', async () => {
    const vase = await stories.shelf.createOne('Vase of the checkout');
    const cup = await stories.shelf.createOne('Cup of the checkout');
    const { page, customer, complaints } = await visitWith(vase);
    await pay(page, '€10.00').waitFor();
    await raisePrice(customer, vase, 5000);
    await customer.fill([{ productId: cup, quantity: 2 }]);

    await pay(page, '€10.00').click();
    const alert = main(page).getByRole('alert');
    await alert.waitFor();

    const told = (await alert.textContent()) ?? '';
    const changes = [
      'Vase of the checkout: €50.00 each instead of €10.00',
      'Cup of the checkout: added, 2 × €10.00',
      'Total: €70.00 instead of €10.00',
    ];
    for (const text of ['no order was placed', ...changes]) expect(told).toContain(text);
    expect(await ordersOf(customer)).toEqual([]);
    expect(await page.getByLabel('Street and number').inputValue()).toBe('12 Hàng Gai');
    expect(await page.getByLabel('Maestro ending in 3000').isChecked()).toBe(true);

    await pay(page, '€70.00').click();
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    expect((await ordersOf(customer)).map(({ total }) => total.amount)).toEqual([7000]);
    expect(complaints).toEqual([]);
    await customer.close();
  }, 60_000);
});

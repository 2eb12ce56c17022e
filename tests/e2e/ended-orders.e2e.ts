import { beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type BrowserSession, grantSession, type VisitorOptions } from './browser.ts';
import { type Buyer, mailTextOf } from './buyer.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();
let product: string;

beforeAll(async () => {
  product = await stories.shelf.createOne(`Teapot ${stories.shelf.word}`, 500);
}, 60_000);

async function visit(session?: BrowserSession, options: VisitorOptions = {}): Promise<Page> {
  return (await stories.visit({ ...(session ? { session } : {}), ...options })).page;
}

async function place({ customer }: Buyer, card: string, status: string): Promise<string> {
  await waitFor('the cart to know it', () =>
    customer.fill([{ productId: product, quantity: 2 }]).then(
      () => true,
      () => false,
    ),
  );
  const order = await customer.place(card);
  if ('rejected' in order) throw new Error(order.rejected);
  const query = 'query ($id: ID!) { order(id: $id) { status } }';
  await waitFor(`the order to be ${status}`, async () => {
    const seen = await customer.client.ask<{ order: { status: string } }>(query, { id: order.id });
    return seen.order.status === status;
  });
  return order.id;
}

const today = () => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date());

describe('a declined order', () => {
  test('offers another card while the cart holds what it was about, and shows that', async () => {
    const one = await stories.newBuyer();
    const id = await place(one, 'card-declined', 'CANCELLED');
    const page = await visit(one.session);
    await page.goto(`/orders/${id}`);

    await page.getByText('All items are in your cart.').waitFor();
    await page.getByRole('link', { name: 'Try another card' }).waitFor();
  }, 40_000);

  test('whose things were bought since does not say that the cart holds them, nor offers another card', async () => {
    const one = await stories.newBuyer();
    const id = await place(one, 'card-declined', 'CANCELLED');
    const clear = 'mutation { clearCart(input: {}) { __typename } }';
    await waitFor('the cart to hold it again', async () => {
      const { cart } = await one.customer.client.ask<{ cart: { itemCount: number } }>('{ cart { itemCount } }');
      return cart.itemCount === 2;
    });
    await one.customer.client.ask(clear);
    const page = await visit(one.session);
    await page.goto(`/orders/${id}`);

    await page.getByText('The items are no longer in your cart.').waitFor();
    expect(await page.getByText(/items are (still )?in your cart/).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Try another card' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Go to the shop' }).waitFor();
  }, 40_000);
});

test('a paid and then cancelled order names the sum, the card and the day, on its page and in its mail', async () => {
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  await one.customer.cancel(id);
  const page = await visit(one.session);
  await page.goto(`/orders/${id}`);

  await page.getByText(/€20\.00 (will be|was) refunded to your card, Visa ending in 4242/).waitFor();
  const text = await mailTextOf(stories.shop, id, 'ORDER_CANCELLED');
  expect(text).toContain(`You paid €20.00 with Visa ending in 4242 on ${today()}.`);
  expect(text).toContain('The €20.00 will be refunded to that card');
  expect(text).not.toContain('Should your card');
  expect(text).toContain('You cancelled it.');
}, 60_000);

const moneyIsBack = ({ customer }: Buyer, id: string) =>
  waitFor('the money to be back', async () => {
    const query = 'query ($id: ID!) { order(id: $id) { payment { status } } }';
    const { order } = await customer.client.ask<{ order: { payment: { status: string } } }>(query, { id });
    return order.payment.status === 'REFUNDED';
  });

test('a refunded order names the sum, the card and the day on its page, in both languages', async () => {
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  const page = await visit(one.session);
  const vietnamese = await visit(one.session, { locale: 'vi-VN' });
  await page.goto(`/orders/${id}`);
  await stories.shop.admin.ask('mutation ($input: RefundOrderInput!) { refundOrder(input: $input) { __typename } }', {
    input: { orderId: id },
  });

  await page.getByRole('heading', { name: 'The shop refunded this order.' }).waitFor();
  await page.getByText(/€20\.00 (will be|was) refunded to your card, Visa ending in 4242/).waitFor();
  await moneyIsBack(one, id);
  await page.reload();
  await page.getByText(/€20\.00 was refunded to your card, Visa ending in 4242, on \d+ \w+ \d{4}\./).waitFor();
  await vietnamese.goto(`/orders/${id}`);
  await vietnamese.getByText(/20,00\s€ đã được hoàn về thẻ của bạn \(Visa số cuối 4242\) vào \d+ tháng \d+/).waitFor();
}, 60_000);

test('what became of the money since is on a page that its customer comes back to', async () => {
  const setDelay = (delayMs: number) =>
    stories.shop.admin.ask('mutation ($input: SetFaultSwitchesInput!) { setFaultSwitches(input: $input) { __typename } }', {
      input: { delayMs },
    });
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  const page = await visit(one.session);
  await page.goto(`/orders/${id}`);
  await setDelay(4000);
  try {
    await one.customer.cancel(id);
    await page.getByText('€20.00 will be refunded to your card').waitFor();
  } finally {
    await setDelay(0);
  }
  await moneyIsBack(one, id);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));

  await page.getByText('€20.00 was refunded to your card').waitFor();
}, 60_000);

test('a card is called in the language of the visitor: where it was chosen, on the page of the order, and to admins', async () => {
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  await one.customer.cancel(id);
  await one.customer.fill([{ productId: product, quantity: 1 }]);
  const page = await visit(one.session, { locale: 'vi-VN' });
  const { login, password } = stories.shop.administrator;
  const admin = await visit(await grantSession(stories.shop.gatewayUrl, { logIn: { login, password } }), { locale: 'vi-VN' });
  const main = page.getByRole('main');

  await page.goto(`/orders/${id}`);
  await main.getByText(/hoàn về thẻ của bạn \(Visa số cuối 4242\)/).waitFor();
  await main.getByRole('definition').filter({ hasText: 'Visa số cuối 4242' }).waitFor();
  await admin.goto(`/admin/orders/${id}`);
  await admin.getByRole('main').getByText('Visa số cuối 4242').waitFor();
  await page.goto('/checkout');
  await main.getByText('Visa số cuối 4242').waitFor();

  // whatever card the provider comes to have
  const { paymentMethods } = await one.customer.client.ask<{ paymentMethods: unknown[] }>('{ paymentMethods { id } }');
  expect(await main.getByRole('radio', { name: /số cuối \d{4}/ }).count()).toBe(paymentMethods.length);
  expect(await main.getByText(/ending in/).count()).toBe(0);
}, 60_000);

test('a receipt and a refund name the card and the day', async () => {
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  const receipt = await mailTextOf(stories.shop, id, 'RECEIPT');
  await stories.shop.admin.ask('mutation ($input: RefundOrderInput!) { refundOrder(input: $input) { __typename } }', {
    input: { orderId: id },
  });
  const refund = await mailTextOf(stories.shop, id, 'ORDER_REFUNDED');

  expect(receipt).toContain(`Paid with Visa ending in 4242 on ${today()}.`);
  expect(refund).toContain(`€20.00, paid with Visa ending in 4242 on ${today()}, will be returned to that card.`);
}, 60_000);

test('an order that an admin cancelled does not say that its customer did', async () => {
  const one = await stories.newBuyer();
  const id = await place(one, 'card-ok', 'PAID');
  await stories.shop.admin.ask('mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }', {
    input: { orderId: id },
  });
  const text = await mailTextOf(stories.shop, id, 'ORDER_CANCELLED');
  const page = await visit(one.session);
  await page.goto(`/orders/${id}`);

  await page.getByText('The shop cancelled this order.').waitFor();
  expect(text).toContain('It was cancelled by the shop.');
  expect(text).not.toContain('You cancelled it.');
}, 60_000);

describe('what is not there', () => {
  const nobodys = '019c0000-0000-7000-8000-000000000000';
  test.each([
    ...['/nothing-here', '/admin/nothing-here', '/orders/1/2/3', '/products', '/cart/more', '/admin/catalogue/1/2'],
    ...['/orders/1', '/orders/%E0%A4%A', '/admin/orders/unknown', '/admin/catalogue/unknown', '/products/unknown'],
    ...[`/products/${nobodys}`, `/admin/catalogue/${nobodys}`],
  ])('is answered with 404 at %s, and with a page that shows it', async (path) => {
    const response = await fetch(new URL(path, stories.shop.gatewayUrl), { headers: { accept: 'text/html' } });

    expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 404, 'text/html; charset=utf-8']);
  });

  test.each([
    '/',
    '/cart',
    '/checkout',
    '/orders',
    '/log-in',
    '/account',
    '/admin',
    '/admin/orders',
    '/admin/catalogue/new',
    // whether there is such an order is for its customer and for admins to know
    `/orders/${nobodys}`,
    `/admin/orders/${nobodys}`,
  ])('is not the answer for the page %s', async (path) => {
    const response = await fetch(new URL(path, stories.shop.gatewayUrl), { headers: { accept: 'text/html' } });

    expect([path, response.status]).toEqual([path, 200]);
  });

  test('is shown to admins, too, for any text in place of an id', async () => {
    const { login, password } = stories.shop.administrator;
    const page = await visit(await grantSession(stories.shop.gatewayUrl, { logIn: { login, password } }));
    for (const path of ['/admin/orders/unknown', '/admin/catalogue/unknown', '/orders/unknown']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    }
  }, 30_000);

  test('a product that is no longer sold keeps its page, which shows that and links on', async () => {
    const name = `Fan ${stories.shelf.word}`;
    const gone = await stories.shelf.createOne(name, 9);
    const one = await stories.newBuyer();
    await waitFor('the cart to know it', () =>
      one.customer.fill([{ productId: gone, quantity: 1 }]).then(
        () => true,
        () => false,
      ),
    );
    const order = await one.customer.place('card-ok');
    if ('rejected' in order) throw new Error(order.rejected);
    await stories.shop.admin.ask('mutation ($input: ArchiveProductInput!) { archiveProduct(input: $input) { __typename } }', {
      input: { id: gone },
    });
    const page = await visit(one.session);
    await page.goto(`/orders/${order.id}`);
    await page.getByRole('link', { name }).click();

    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByText('This product is no longer available.').waitFor();
    expect(await page.getByRole('button', { name: 'Add to cart' }).count()).toBe(0);
    // what else stands on its shelf may well be there
    expect(await page.getByRole('status').getByText('In stock', { exact: true }).count()).toBe(0);
    const known = await fetch(new URL(`/products/${gone}`, stories.shop.gatewayUrl), { headers: { accept: 'text/html' } });
    const unknown = await fetch(new URL('/products/019c0000-0000-7000-8000-000000000000', stories.shop.gatewayUrl), {
      headers: { accept: 'text/html' },
    });
    expect([known.status, unknown.status]).toEqual([200, 404]);
  }, 40_000);
});

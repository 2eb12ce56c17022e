import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createAccessTokenSigner } from '#platform/auth.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, type Customer, createCustomer, createProduct } from '#tools/demo/scene.ts';
import {
  type BrowserSession,
  grantSession,
  holdSockets,
  keepScreenshot,
  looks,
  type OpenBrowser,
  openBrowser,
  showAs,
  type Visitor,
  violationsOf,
} from './browser.ts';
import { type OpenShop, openShop, sharedFolder } from './shop.ts';

const { describe, test } = needs('browser');

let shop: OpenShop;
let browser: OpenBrowser;
let tea: string;
const visitors: Visitor[] = [];
const customers: Customer[] = [];

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  tea = await createProduct(shop.stage, 'Tea that is watched', 500);
}, 60_000);

afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(customers.map((customer) => customer.close()));
  if (tea) await archiveProduct(shop.stage, tea);
  await shop?.close();
}, 30_000);

type Buyer = { customer: Customer; session: BrowserSession };

async function newBuyer(): Promise<Buyer> {
  const username = `e2e-${randomUUID().slice(0, 12)}`;
  const password = 'a long enough password';
  const session = await grantSession(shop.gatewayUrl, { register: { email: `${username}@example.com`, username, password } });
  const other = await grantSession(shop.gatewayUrl, { logIn: { login: username, password } });
  const customer = await createCustomer(shop.stage, other.accessToken);
  customers.push(customer);
  return { customer, session };
}

async function place({ customer }: Buyer, card: string, product = tea): Promise<string> {
  await customer.fill([{ productId: product, quantity: 1 }]);
  const order = await customer.place(card);
  if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}`);
  return order.id;
}

async function visit(session?: BrowserSession): Promise<Visitor> {
  const visitor = await browser.newVisitor(session ? { session } : {});
  visitors.push(visitor);
  return visitor;
}

const knot = (page: Page, status: string) => page.locator(`[data-status="${status}"]`);
const versionsOn = (page: Page): Promise<string[]> =>
  page.locator('[data-version]').evaluateAll((knots) => knots.map((one) => `${one.dataset['version']} ${one.dataset['status']}`));

type Read = { order: { status: string; history: { version: number; status: string }[] } };
const query = 'query ($id: ID!) { order(id: $id) { status history { version status } } }';
const read = async ({ customer }: Buyer, id: string) => (await customer.client.ask<Read>(query, { id })).order;
const historyOf = async (buyer: Buyer, id: string) => (await read(buyer, id)).history.map(({ version, status }) => `${version} ${status}`);

describe('the page of an order', () => {
  test('reaches PAID by its subscription alone: nothing is asked over HTTP', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-slow');
    const { page, complaints } = await visit(buyer.session);
    await page.goto(`/orders/${id}`);
    await knot(page, 'AWAITING_PAYMENT').waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));

    await knot(page, 'PAID').waitFor({ timeout: 15_000 });

    expect(asked.filter((request) => request.includes('/graphql'))).toEqual([]);
    expect(await versionsOn(page)).toEqual(['1 PENDING', '2 AWAITING_PAYMENT', '3 PAID']);
    expect(complaints).toEqual([]);
  }, 40_000);

  test('shows why a card was declined, what happened to money and goods, and links back', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-insufficient-funds');
    const { page } = await visit(buyer.session);

    await page.goto(`/orders/${id}`);

    await knot(page, 'CANCELLED').waitFor();
    await page.getByText('The card has insufficient funds.').waitFor();
    await page.getByText('Nothing was charged.').waitFor();
    await page.getByRole('link', { name: 'Try another card' }).click();
    await page.waitForURL(/\/(checkout|cart)$/);
  }, 30_000);

  test('shows the second of two customers that the last piece is gone', async () => {
    const last = await createProduct(shop.stage, 'The last cup', 1);
    const [first, second] = [await newBuyer(), await newBuyer()];
    await second.customer.fill([{ productId: last, quantity: 1 }]);
    await place(first, 'card-ok', last);
    const order = await second.customer.place('card-ok');
    if ('rejected' in order) throw new Error(order.rejected);
    const { page } = await visit(second.session);

    await page.goto(`/orders/${order.id}`);

    await page.getByText('The last cup: you ordered 1, none were left.').waitFor();
    expect(await versionsOn(page)).toEqual(['1 PENDING', '2 CANCELLED']);
    await archiveProduct(shop.stage, last);
  }, 30_000);

  test('asks with one button that keeps the order and one that cancels it', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-ok');
    const { page } = await visit(buyer.session);
    await page.goto(`/orders/${id}`);
    await knot(page, 'PAID').waitFor();
    await page.getByRole('button', { name: 'Cancel order' }).click();
    const dialog = page.getByRole('dialog');

    expect(await dialog.getByRole('button').allTextContents()).toEqual(['Keep order', 'Cancel order']);
    await dialog.getByRole('button', { name: 'Keep order' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.reload();
    await knot(page, 'PAID').waitFor();
  }, 30_000);

  test('cancels after asking, and the money stays where it was', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-slow');
    const { page } = await visit(buyer.session);
    await page.goto(`/orders/${id}`);
    await knot(page, 'AWAITING_PAYMENT').waitFor();

    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();

    await knot(page, 'CANCELLED').waitFor();
    await page.getByText('You cancelled this order.').waitFor();
    await page.getByRole('button', { name: 'Cancel order' }).waitFor({ state: 'detached' });
    await waitFor(
      'the money to be back',
      async () => ['VOIDED', 'REFUNDED'].includes((await buyer.customer.payment(id))?.status ?? ''),
      15_000,
    );
  }, 40_000);

  test('moves in two tabs together', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-slow');
    const visitor = await visit(buyer.session);
    const tabs = [visitor.page, await visitor.newTab()];
    for (const tab of tabs) await tab.goto(`/orders/${id}`);

    for (const tab of tabs) await knot(tab, 'PAID').waitFor({ timeout: 15_000 });

    for (const tab of tabs) expect(await versionsOn(tab)).toEqual(await historyOf(buyer, id));
  }, 40_000);
});

describe('no step is lost, and none shown twice,', () => {
  test('when the socket is cut, and what happened meanwhile is caught up with', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-slow');
    const { page } = await visit(buyer.session);
    const sockets = await holdSockets(page);
    await page.goto(`/orders/${id}`);
    await knot(page, 'AWAITING_PAYMENT').waitFor();

    await sockets.cut();
    await page.locator('[data-connection="offline"]').waitFor();
    await waitFor('the order to be paid', async () => (await read(buyer, id)).status === 'PAID', 15_000);
    expect(await knot(page, 'PAID').count()).toBe(0);
    sockets.let();

    await knot(page, 'PAID').waitFor({ timeout: 15_000 });
    await page.locator('[data-connection="live"]').waitFor();
    expect(await versionsOn(page)).toEqual(await historyOf(buyer, id));
  }, 60_000);

  test('when the gateway is killed in the middle and comes back', async () => {
    const buyer = await newBuyer();
    const id = await place(buyer, 'card-slow');
    const { page } = await visit(buyer.session);
    await page.goto(`/orders/${id}`);
    await knot(page, 'AWAITING_PAYMENT').waitFor();

    const gateway = shop.pidOf('gateway');
    process.kill(gateway, 'SIGKILL');
    // also when the page had seen everything before
    await waitFor('another gateway', () => shop.pidOf('gateway') !== gateway, 30_000);

    // where there is no Kafka, it took everything else with it, and the order may have met its deadline meanwhile
    const ends = shop.kafkaBrokers === null ? ['PAID', 'CANCELLED'] : ['PAID'];
    const end = await waitFor(
      'the order to end',
      async () => {
        const { status } = await read(buyer, id);
        return ends.includes(status) ? status : null;
      },
      30_000,
    );
    await knot(page, end).waitFor({ timeout: 30_000 });
    // nothing follows on the other one
    if (end === 'PAID') await page.locator('[data-connection="live"]').waitFor();
    expect(await versionsOn(page)).toEqual(await historyOf(buyer, id));
  }, 60_000);

  test('when the token expires while the page is open', async () => {
    const buyer = await newBuyer();
    const { accessTokenPrivateKey: key } = JSON.parse(readFileSync(join(sharedFolder(), 'secrets.json'), 'utf8'));
    const { user } = buyer.session;
    const { token: accessToken } = createAccessTokenSigner(key, 2).sign({ userId: user.id, role: 'CUSTOMER', sessionId: randomUUID() });
    const id = await place(buyer, 'card-slow');
    // this browser believes that the token is good for ten minutes
    const { page } = await visit({ ...buyer.session, accessToken });
    await page.goto(`/orders/${id}`);
    await knot(page, 'AWAITING_PAYMENT').waitFor();

    await knot(page, 'PAID').waitFor({ timeout: 20_000 });
    await waitFor('another token', async () => {
      const kept = await page.evaluate(() => localStorage.getItem('marigold.session'));
      return kept !== null && JSON.parse(kept).accessToken !== accessToken;
    });

    expect(await versionsOn(page)).toEqual(await historyOf(buyer, id));
    expect(await page.getByText('Your session has expired').count()).toBe(0);
  }, 60_000);
});

describe('who may see it', () => {
  test("a stranger's order looks like one that does not exist", async () => {
    const id = await place(await newBuyer(), 'card-ok');
    const stranger = await newBuyer();
    const { page } = await visit(stranger.session);
    const pages: string[] = [];
    for (const address of [id, randomUUID(), 'no-id-at-all']) {
      await page.goto(`/orders/${address}`);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      await page.waitForFunction('document.title === "Marigold"');
      pages.push((await page.getByRole('main').textContent()) ?? '');
    }

    expect(new Set(pages).size).toBe(1);
  }, 30_000);

  test('a guest is asked to log in, and comes back to the order', async () => {
    const id = await place(await newBuyer(), 'card-ok');
    const { page } = await visit();

    await page.goto(`/orders/${id}`);

    await page.waitForURL((url) => url.pathname === '/log-in' && url.searchParams.get('next') === `/orders/${id}`);
  }, 30_000);
});

describe('is accessible', () => {
  test.each([
    ['order-paid', 'card-ok', 'PAID'],
    ['order-cancelled', 'card-declined', 'CANCELLED'],
  ])(
    'the page %s, in both themes, wide and narrow',
    async (name, card, status) => {
      const buyer = await newBuyer();
      const id = await place(buyer, card);
      const { page } = await visit(buyer.session);
      await page.goto(`/orders/${id}`);
      await knot(page, status).waitFor();
      const found: string[] = [];
      for (const look of looks) {
        await showAs(page, look);
        found.push(...(await violationsOf(page)).map((line) => `${look.name} ${line}`));
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${look.name} scrolls sideways`);
        await keepScreenshot(page, `${name}-${look.name}`);
      }

      expect(found).toEqual([]);
    },
    60_000,
  );

  test('the list of orders, and sees it move', async () => {
    const buyer = await newBuyer();
    const first = await place(buyer, 'card-ok');
    await waitFor('the first to be paid', async () => (await read(buyer, first)).status === 'PAID', 10_000);
    await buyer.customer.cartEmptied();
    const { page } = await visit(buyer.session);
    await page.goto('/orders');
    const rows = page.getByRole('region', { name: 'Your orders' }).getByRole('listitem');
    await rows.first().getByText('Paid').waitFor();

    await place(buyer, 'card-slow');

    await rows.nth(1).waitFor();
    await rows
      .first()
      .getByText(/Placed|Awaiting payment/)
      .first()
      .waitFor();
    await rows.first().getByText('Paid', { exact: true }).waitFor({ timeout: 15_000 });
    const found: string[] = [];
    for (const look of looks) {
      await showAs(page, look);
      found.push(...(await violationsOf(page)).map((line) => `${look.name} ${line}`));
      await keepScreenshot(page, `orders-${look.name}`);
    }
    expect(found).toEqual([]);
  }, 60_000);
});

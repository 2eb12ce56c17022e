import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { EventLog } from '#kafka/event-log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { rowsOf } from './books.ts';
import {
  type BrowserSession,
  grantSession,
  holdSockets,
  keepScreenshot,
  looks,
  type OpenBrowser,
  openBrowser,
  showAs,
  twoLooks,
  type Visitor,
  type VisitorOptions,
  violationsOf,
} from './browser.ts';
import { answerMetrics, busyHour } from './busy-hour.ts';
import { type OpenShop, openShop } from './shop.ts';

const { describe, test } = needs('browser');

jest.setTimeout(60_000);

let shop: OpenShop;
let browser: OpenBrowser;
let bowl: string;
let admin: BrowserSession;
const visitors: Visitor[] = [];

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  bowl = await createProduct(shop.stage, 'Bowl of the admin', 500);
  const { login, password } = shop.administrator;
  admin = await grantSession(shop.gatewayUrl, { logIn: { login, password } });
}, 60_000);

afterEach(async () => {
  await turnFaultsOff();
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
});

afterAll(async () => {
  await browser?.close();
  if (bowl) await archiveProduct(shop.stage, bowl);
  await shop?.close();
}, 30_000);

// the next test uses the same provider
async function turnFaultsOff(): Promise<void> {
  await shop.admin.ask('mutation ($input: SetFaultSwitchesInput!) { setFaultSwitches(input: $input) { __typename } }', {
    input: { declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0 },
  });
}

async function visit(options: VisitorOptions = {}): Promise<Visitor> {
  const visitor = await browser.newVisitor(options);
  visitors.push(visitor);
  return visitor;
}

const visitAdmin = (options: VisitorOptions = {}) => visit({ session: admin, ...options });

/** A new user buys one bowl; resolves when the order is final. */
async function buy(card = 'card-ok') {
  const { client, accessToken, userId } = await shop.newCustomer();
  const customer = await createCustomer(shop.stage, accessToken);
  return {
    userId,
    client,
    async place() {
      await customer.fill([{ productId: bowl, quantity: 1 }]);
      const order = await customer.place(card);
      if ('rejected' in order) throw new Error(order.rejected);
      await customer.watch(order.id, ({ status }) => ['PAID', 'CANCELLED'].includes(status));
      await customer.close();
      return order;
    },
  };
}

const placed = async (card?: string) => (await buy(card)).place();
const main = (page: Page) => page.getByRole('main');
const column = (page: Page, status: string) => page.getByRole('region', { name: new RegExp(`^${status}`) });
const countIn = async (page: Page, status: string) => Number(await column(page, status).locator('[data-count]').getAttribute('data-count'));

/** Presses a button that needs a confirmation, and confirms. */
async function confirm(page: Page, name: string): Promise<void> {
  await main(page).getByRole('button', { name, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('who comes to the admin', () => {
  test('a guest is asked to log in and comes back, a customer is rejected', async () => {
    const { page } = await visit();
    await page.goto('/admin/operations');
    const link = await main(page).getByRole('link', { name: 'Log in' }).getAttribute('href');
    const { login, password } = shop.customer;
    const customer = await visit({ session: await grantSession(shop.gatewayUrl, { logIn: { login, password } }) });

    await customer.page.goto('/admin');

    expect(link).toBe('/log-in?next=%2Fadmin%2Foperations');
    await main(customer.page).getByRole('heading', { name: 'This page is for shop admins only.' }).waitFor();
    expect(await customer.page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    expect(customer.complaints).toEqual([]);
  });
});

describe('the board', () => {
  test('an order appears and moves by itself; its story shows everything; it is shipped and delivered', async () => {
    const { page, complaints } = await visitAdmin();
    await page.goto('/admin');
    await column(page, 'Paid').locator('[data-count]:not([data-count=""])').waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    const before = await countIn(page, 'Paid');

    const { id, number } = await placed();
    const card = column(page, 'Paid').locator(`[data-order="${id}"]`);
    await card.waitFor();
    expect(await countIn(page, 'Paid')).toBe(before + 1);

    await card.getByRole('link').click();
    await main(page)
      .getByRole('heading', { name: `Order ${number}` })
      .waitFor();
    const events = page.getByRole('region', { name: 'Events' });
    for (const event of ['order.created', 'inventory.reserved', 'order.awaiting-payment', 'payment.succeeded', 'order.paid']) {
      await events.getByText(event, { exact: true }).waitFor();
    }
    expect(await events.getByRole('button', { name: /^Copy trace id [0-9a-f]{32}$/ }).count()).toBeGreaterThanOrEqual(5);
    await page.getByRole('region', { name: 'Payment' }).getByText('Succeeded').waitFor();
    const mails = page.getByRole('region', { name: 'Mails' });
    await mails.getByText(`Your receipt for order ${number}`).first().waitFor();
    await mails.getByText('Sent').first().waitFor();
    await mails.getByText('View', { exact: true }).click();
    await mails.locator('pre').getByText(number).first().waitFor();

    await confirm(page, 'Mark as shipped');
    await main(page).getByText('Shipped', { exact: true }).first().waitFor();
    await events.getByText('order.shipped', { exact: true }).waitFor();
    await waitFor('the focus to come back to the page', async () => (await page.evaluate('document.activeElement?.id')) === 'content');
    await confirm(page, 'Mark as delivered');
    await events.getByText('order.delivered', { exact: true }).waitFor();
    expect(await main(page).getByRole('button', { name: 'Refund' }).count()).toBe(0);

    await page.getByRole('link', { name: 'Board' }).click();
    await column(page, 'Delivered').locator(`[data-order="${id}"]`).waitFor();
    expect(complaints).toEqual([]);
  });

  test('the trace of an order that was just placed leads from its request to the socket; its steps are opened by keyboard', async () => {
    // it is charged after three seconds, so that its customer is subscribed when it is paid
    const { id } = await placed('card-slow');
    const { page, complaints } = await visitAdmin();
    await page.goto(`/admin/orders/${id}`);
    const trace = page.getByRole('region', { name: 'Trace', exact: true });
    expect(await trace.getByRole('listitem').count()).toBe(0);

    await trace.getByRole('button', { name: /^Order placed/ }).click();
    const step = (name: RegExp) => trace.getByRole('list').getByRole('button', { name });
    for (const name of [
      /^gateway mutation PlaceOrder/,
      /^order POST \/graphql/,
      /^product process checkout order\.created/,
      /^payment charge payment-provider/,
      /^mail send mail/,
      /^gateway deliver orderStatus/,
    ]) {
      await step(name).first().waitFor();
    }
    expect(await step(/INSERT/).count()).toBe(0);
    await trace.getByRole('checkbox', { name: /^Show \d+ SQL statements$/ }).check();
    await step(/INSERT/)
      .first()
      .waitFor();
    await trace.getByRole('checkbox').uncheck();
    await step(/^payment charge payment-provider/)
      .first()
      .press('Enter');
    await trace.getByText('Began after').waitFor();

    for (const look of twoLooks) {
      await showAs(page, look);
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await keepScreenshot(page, `admin-trace-${look.name}`);
    }
    expect(complaints).toEqual([]);
  });

  test('the logs of an order lead from its number to its cause, and on to the trace', async () => {
    const { number } = await placed('card-declined');
    const { page, complaints } = await visitAdmin();
    await page.goto(`/admin/orders?search=${number}`);
    await page.getByRole('link', { name: number }).click();
    const logs = page.getByRole('region', { name: 'Logs' });
    const records = logs.getByRole('list').getByRole('listitem');
    await logs.getByRole('button', { name: 'Show logs' }).waitFor();
    expect(await records.count()).toBe(0);

    await logs.getByRole('button', { name: 'Show logs' }).click();
    const cancelled = records.filter({ hasText: 'PAYMENT_DECLINED' }).first();
    // records travel over the event log
    await waitFor('the record', async () => {
      await logs.getByRole('button', { name: 'Refresh' }).click();
      await logs.locator('[data-level]').first().waitFor();
      return (await cancelled.count()) > 0;
    });
    await cancelled.getByRole('button').click();
    await cancelled.locator('dd').getByText('PAYMENT_DECLINED').waitFor();
    for (const look of twoLooks) {
      await showAs(page, look);
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `admin-logs-${look.name}`);
    }

    await cancelled.getByRole('button', { name: 'Show trace' }).click();
    await page.getByRole('region', { name: 'Trace', exact: true }).getByRole('list').getByRole('button').first().waitFor();
    await logs.getByLabel('Level').selectOption('Errors only');
    await logs.getByText('No log records of this level.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('has everything that happened while its socket was cut, and nothing twice', async () => {
    const { page } = await visitAdmin();
    const sockets = await holdSockets(page);
    await page.goto('/admin');
    await page.locator('[data-connection="live"]').waitFor();
    await column(page, 'Paid').locator('[data-count]:not([data-count=""])').waitFor();

    await sockets.cut();
    await page.locator('[data-connection="offline"]').waitFor();
    const [paid, declined] = [await placed(), await placed('card-declined')];
    sockets.let();
    await page.locator('[data-connection="live"]').waitFor({ timeout: 15_000 });

    const cards = { Paid: paid.id, Cancelled: declined.id };
    for (const [status, id] of Object.entries(cards))
      await column(page, status).locator(`[data-order="${id}"]`).waitFor({ timeout: 15_000 });
    for (const id of Object.values(cards)) expect(await page.locator(`[data-order="${id}"]`).count()).toBe(1);
    const { orders } = await shop.admin.ask<{ orders: { totalCount: number } }>('{ orders(first: 1, status: PAID) { totalCount } }');
    await waitFor('the count of the graph', async () => (await countIn(page, 'Paid')) === orders.totalCount, 10_000);
  });

  test('an open story is updated when another admin ships, and refunds', async () => {
    const { id } = await placed();
    const { page, complaints } = await visitAdmin();
    await page.goto(`/admin/orders/${id}`);
    await main(page).getByRole('button', { name: 'Mark as shipped' }).waitFor();
    await page.locator('[data-connection="live"]').waitFor();

    await shop.admin.ask('mutation ($input: ShipOrderInput!) { shipOrder(input: $input) { __typename } }', { input: { orderId: id } });
    await main(page).getByRole('button', { name: 'Mark as delivered' }).waitFor();
    await confirm(page, 'Refund');

    const payment = page.getByRole('region', { name: 'Payment' });
    await payment.getByText('Refunded').waitFor();
    await payment.getByRole('row', { name: /^Refund Succeeded/ }).waitFor();
    await page.getByRole('region', { name: 'Events' }).getByText('payment.refunded', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('orders are found by number, by customer and by reason', async () => {
    const declined = await placed('card-declined');
    const paid = await placed();
    const somebody = await buy();
    const mailed = await somebody.place();
    const { email } = (await somebody.client.ask<{ me: { email: string } }>('{ me { email } }')).me;
    const { page, complaints } = await visitAdmin();
    await page.goto('/admin');
    const cardOf = (order: { id: string }) => page.locator(`[data-order="${order.id}"]`);
    await cardOf(paid).waitFor();
    await cardOf(declined).waitFor();

    const looksFor = page.getByLabel('Number, name or email');
    await looksFor.fill(paid.number.slice(2).toLowerCase());
    await cardOf(declined).waitFor({ state: 'detached' });
    await main(page).getByText('1 order found').waitFor();
    expect(await page.locator('[data-order]').count()).toBe(1);
    await looksFor.fill(email);
    await main(page).getByText('1 order found').waitFor();
    await cardOf(mailed).waitFor();
    await looksFor.fill('');
    await main(page).getByText('1 order found').waitFor({ state: 'detached' });
    await column(page, 'Cancelled')
      .getByRole('button', { name: /^Declined/ })
      .click();
    await cardOf(declined).waitFor();
    await page.getByLabel('In status for').selectOption('1 day');
    await cardOf(declined).waitFor({ state: 'detached' });

    await page.goto(`/admin/orders?search=${paid.number}`);
    await page.getByRole('link', { name: paid.number }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await looksFor.fill(email);
    await page.getByRole('link', { name: mailed.number }).waitFor();
    await main(page).getByText('1 order', { exact: true }).waitFor();
    await looksFor.fill('M-0000-0000');
    await main(page).getByRole('heading', { name: 'No orders found.' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** Lets a test send the board events of its own, beside those of the shop. Resolves when the board is subscribed. */
async function prompter(page: Page): Promise<(events: readonly object[]) => void> {
  let tell: ((event: object) => void) | null = null;
  await page.routeWebSocket('**/graphql', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const { type, id, payload } = JSON.parse(String(message)) as { type: string; id?: string; payload?: { operationName?: string } };
      if (type === 'subscribe' && payload?.operationName === 'BoardMoves') {
        tell = (orders) => socket.send(JSON.stringify({ id, type: 'next', payload: { data: { orders } } }));
      }
      server.send(message);
    });
    server.onMessage((message) => socket.send(message));
  });
  await page.goto('/admin');
  await waitFor('the board to listen', () => tell !== null, 10_000);
  return (events) => {
    for (const event of events) tell?.(event);
  };
}

describe('a busy board', () => {
  test('draws fifty cards of a column, counts the others, and counts no repeated event twice', async () => {
    const { page, complaints } = await visitAdmin();
    const tell = await prompter(page);
    await column(page, 'Paid').locator('[data-count]:not([data-count=""])').waitFor();
    const before = [await countIn(page, 'Placed'), await countIn(page, 'Awaiting payment')];
    const statusSince = new Date(Date.now() + 1000).toISOString();
    const event = (at: number, status: string, version: number) => ({
      id: `busy-${at}`,
      number: `M-BUSY-${String(at).padStart(4, '0')}`,
      status,
      statusSince,
      version,
      cancelReason: null,
      total: { amount: 1250, currency: 'EUR' },
      customer: { id: 'somebody' },
    });
    const all = Array.from({ length: 200 }, (_, at) => at);

    tell(all.map((at) => event(at, 'PENDING', 1)));
    tell(all.slice(0, 80).map((at) => event(at, 'AWAITING_PAYMENT', 2)));
    // as a socket does that was cut and is back
    tell(all.map((at) => event(at, at < 80 ? 'AWAITING_PAYMENT' : 'PENDING', at < 80 ? 2 : 1)));

    await waitFor('the counts', async () => (await countIn(page, 'Awaiting payment')) === (before[1] ?? 0) + 80);
    expect(await countIn(page, 'Placed')).toBe((before[0] ?? 0) + 120);
    expect(await column(page, 'Placed').locator('[data-order]').count()).toBe(50);
    await column(page, 'Placed')
      .getByText(/^\d+ more$/)
      .waitFor();
    expect(complaints).toEqual([]);
  });
});

/** What a browser can shrink: a PNG as the page's own canvas draws it. */
async function pictureFile(page: Page): Promise<Buffer> {
  const url: string = await page.evaluate(`(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 2400; canvas.height = 1200;
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#e08e0b'; pen.fillRect(0, 0, 2400, 1200);
    pen.fillStyle = '#3f6b4f'; pen.fillRect(600, 300, 900, 600);
    return canvas.toDataURL('image/png');
  })()`);
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

describe('the catalogue', () => {
  test('a product is put on the shelf with a picture, changed, counted, taken off and put back', async () => {
    const { page, complaints } = await visitAdmin();
    const sku = `DESK-${randomUUID().slice(0, 8).toUpperCase()}`;
    await page.goto('/admin/catalogue/new');
    const create = main(page).getByRole('button', { name: 'New product' });

    await create.click();
    expect(await page.getByLabel('SKU').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByLabel('SKU').fill(sku);
    await page.getByLabel('Name', { exact: true }).fill('Vase <b>of the admin</b>');
    await page.getByLabel('Category', { exact: true }).fill('Demonstration');
    await page.getByLabel('Price in euros').fill('1,234');
    await create.click();
    await main(page).getByText('A price between 0.01 and 10,000.00').waitFor();
    await page.getByLabel('Price in euros').fill('19,90');
    await page.getByLabel('Upload a picture').setInputFiles({ name: 'vase.png', mimeType: 'image/png', buffer: await pictureFile(page) });
    await page.getByLabel('Main picture: Alt text').fill('A green vase');
    await create.click();

    await main(page).getByRole('heading', { name: 'Vase <b>of the admin</b>' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const query = 'query ($id: ID!) { product(id: $id) { price { amount } archived images { url alt } stock { available } } }';
    type Seen = {
      product: { price: { amount: number }; archived: boolean; images: { url: string; alt: string }[]; stock: { available: number } };
    };
    const look = async () => (await shop.admin.ask<Seen>(query, { id })).product;
    const created = await look();
    expect(created).toMatchObject({ price: { amount: 1990 }, images: [{ alt: 'A green vase' }], stock: { available: 0 } });
    const picture = await fetch(new URL(created.images[0]?.url ?? '', shop.gatewayUrl));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    // a browser that reads WebP is given that
    const shown = await page
      .locator('picture img')
      .first()
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.currentSrc));
    expect(shown).toMatch(/-(400|800|1200)\.webp$/);

    // what was typed stays while the shop is away
    await page.getByLabel('Price in euros').fill('21.5');
    await page.route('**/graphql', (route) => route.abort());
    await page.waitForEvent('requestfailed', { predicate: (request) => request.postData()?.includes('AdminProduct') ?? false });
    await main(page).getByRole('button', { name: 'Save' }).click();
    await main(page).getByText('The shop could not be reached.').waitFor();
    await page.unroute('**/graphql');
    await main(page).getByRole('button', { name: 'Save' }).click();
    await main(page).getByText('Saved.').waitFor();
    expect(await look()).toMatchObject({ price: { amount: 2150 }, images: created.images });

    const change = main(page).getByRole('button', { name: 'Adjust stock' });
    await page.getByLabel('Adjustment').fill('7');
    await page.getByLabel('Reason').fill('Delivery of the admin');
    await change.click();
    await page.getByRole('row', { name: /^\+7 Delivery of the admin/ }).waitFor();
    await page.locator('[data-stock="available"]').getByText('7', { exact: true }).waitFor();
    await page.getByLabel('Adjustment').fill('-8');
    await page.getByLabel('Reason').fill('Breakage');
    await change.click();
    await main(page).getByText('At most 7 can be removed.').waitFor();

    await confirm(page, 'Archive');
    await main(page).getByText('Archived').waitFor();
    expect((await look()).archived).toBe(true);
    await confirm(page, 'Restore');
    await main(page).getByRole('link', { name: 'View in shop' }).waitFor();
    await page.goto('/admin/catalogue/new');
    await page.getByLabel('SKU').fill(sku);
    await page.getByLabel('Name', { exact: true }).fill('Another');
    await page.getByLabel('Category', { exact: true }).fill('Demonstration');
    await page.getByLabel('Price in euros').fill('5');
    await create.click();
    await main(page).getByText('Another product has this SKU.').waitFor();
    await archiveProduct(shop.stage, id);
    // the browser reports failed requests
    expect(complaints.filter((line) => !line.includes('ERR_FAILED'))).toEqual([]);
  });
});

describe('operations', () => {
  const { test: onKafka } = needs('kafka');
  let log: EventLog;

  beforeAll(() => {
    const { kafkaBrokers } = shop;
    if (kafkaBrokers) log = openKafkaLog({ brokers: [...kafkaBrokers], clientId: 'e2e-admin', logger: createLogger('e2e', 'silent') });
  });

  afterAll(() => log?.close());

  onKafka('a message given up on is replayed when the cause is mended, and one that nobody needs is discarded', async () => {
    const somebody = await buy();
    // the account's own event would become a dead letter, too, and the mail wait for its address
    const welcome = `SELECT 1 FROM mails WHERE kind = 'WELCOME' AND user_id = '${somebody.userId}'`;
    await waitFor('the welcome mail', async () => (await rowsOf(shop.postgresUrl, 'mailer', welcome)).length === 1);
    // an unforeseen fault: the database of mail rejects this customer's mails
    await rowsOf(shop.postgresUrl, 'mailer', `ALTER TABLE mails ADD CONSTRAINT torn CHECK (user_id <> '${somebody.userId}') NOT VALID`);
    const order = await somebody.place();
    const poison = newId();
    await log.publish([
      { topic: 'checkout', key: poison, value: '{}', headers: { ce_specversion: '1.0', ce_id: newId(), ce_type: 'payment.failed' } },
    ]);
    const { page, complaints } = await visitAdmin();
    await page.goto('/admin/operations');
    for (const component of ['gateway', 'order', 'mail', 'event-log']) {
      await page.locator(`[data-component="${component}"]`).getByText('Healthy', { exact: true }).waitFor();
    }
    const letters = page.getByRole('region', { name: 'Dead letters' });
    const unsent = letters.getByRole('listitem').filter({ hasText: order.id });
    const poisoned = letters.getByRole('listitem').filter({ hasText: poison });
    await unsent.getByText('torn').first().waitFor({ timeout: 20_000 });
    await unsent.getByText('Payload').click();
    await unsent.locator('pre').getByText(order.number).waitFor();

    await rowsOf(shop.postgresUrl, 'mailer', 'ALTER TABLE mails DROP CONSTRAINT torn');
    await unsent.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await unsent.waitFor({ state: 'detached' });
    await poisoned.first().waitFor({ timeout: 20_000 });
    const count = await poisoned.count();
    for (let left = count; left > 0; left -= 1) {
      await poisoned.first().getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
      await waitFor('it to be gone', async () => (await poisoned.count()) < left);
    }

    await page.goto(`/admin/orders/${order.id}`);
    await page.getByRole('region', { name: 'Mails' }).getByText('Sent').waitFor({ timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  test('the charts of the last hour show what the shop measured, in words as well', async () => {
    await placed();
    const { page, complaints } = await visitAdmin();
    await page.goto('/admin/operations');
    const charts = page.getByRole('region', { name: 'Last hour' });
    const words = [
      /^Time to paid, ms\. p50: now .*, highest \d/,
      /^Orders, per second\. Paid: now .*, highest \d.*Cancelled: /,
      /^Consumer lag, messages\. \w+: now/,
      /^Errors, per second\. \w+: now \d/,
      /^Event loop delay \(p99\), ms\. \w+: now \d/,
    ];
    // the shop takes a sample every ten seconds, and so does the page
    for (const name of words) await charts.getByRole('img', { name }).waitFor({ timeout: 30_000 });
    expect(complaints).toEqual([]);
  });

  test('an hour of metrics is drawn in both themes and widths, in both languages, and stands in a table', async () => {
    const { page, complaints } = await visitAdmin({ reducedMotion: 'reduce' });
    const hour = busyHour();
    await answerMetrics(page, hour);
    await page.goto('/admin/operations');
    const orders = page.getByRole('region', { name: 'Orders per second' });
    await orders.getByText('Table').click();
    await orders.getByRole('row', { name: /^Paid/ }).waitFor();
    for (const look of twoLooks) {
      await showAs(page, look);
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `admin-metrics-${look.name}`);
    }

    const vietnamese = await visitAdmin({ locale: 'vi-VN', reducedMotion: 'reduce', width: 360 });
    const unpaid = hour.metrics.map((metric) => (metric.name === 'TIME_TO_PAID' ? { ...metric, series: {} } : metric));
    await answerMetrics(vietnamese.page, { ...hour, metrics: unpaid });
    await vietnamese.page.goto('/admin/operations');
    await vietnamese.page.getByText('Không có đơn nào được thanh toán trong một giờ qua.').waitFor();
    await keepScreenshot(vietnamese.page, 'admin-metrics-vi');
    await answerMetrics(vietnamese.page, { times: [], metrics: [] });
    await vietnamese.page.reload();
    await vietnamese.page.getByText('Việc đo vừa bắt đầu.').waitFor();
    expect([...complaints, ...vietnamese.complaints]).toEqual([]);
  });

  test('faults are turned on with a warning on every page, cancel orders, and are turned off again', async () => {
    const { page, complaints } = await visitAdmin();
    await page.goto('/admin');
    const faults = page.getByRole('region', { name: 'Fault injection' });
    await faults.getByLabel('Declined cards').fill('100');
    await faults.getByRole('button', { name: 'Apply' }).click();
    await main(page).getByText('Fault injection is on.').waitFor();

    const { id } = await placed();
    await column(page, 'Cancelled').locator(`[data-order="${id}"]`).getByText('Declined').waitFor();
    await page.getByRole('link', { name: 'Catalogue' }).click();
    await main(page).getByRole('button', { name: 'Turn all off' }).click();
    await main(page).getByText('Fault injection is on.').waitFor({ state: 'detached' });

    expect(await shop.admin.ask('{ faultSwitches { declineRate delayMs } }')).toEqual({ faultSwitches: { declineRate: 0, delayMs: 0 } });
    expect(complaints).toEqual([]);
  });
});

describe('how it looks', () => {
  const pages = {
    board: () => '/admin',
    orders: () => '/admin/orders',
    catalogue: () => '/admin/catalogue',
    product: () => `/admin/catalogue/${bowl}`,
    'new-product': () => '/admin/catalogue/new',
    operations: () => '/admin/operations',
  };

  test.each([...Object.keys(pages), 'story'])('the page %s is accessible, in both themes, wide and narrow', async (name) => {
    const order = await placed();
    const { page, complaints } = await visitAdmin({ reducedMotion: 'reduce' });
    await page.goto(name in pages ? pages[name as keyof typeof pages]() : `/admin/orders/${order.id}`);
    await main(page).getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');

    const found: string[] = [];
    for (const look of looks) {
      await showAs(page, look);
      // each theme and each width once
      if (twoLooks.includes(look)) found.push(...(await violationsOf(page)).map((line) => `${look.name} ${line}`));
      const wider: boolean = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (wider) found.push(`${look.name} scrolls sideways`);
      await keepScreenshot(page, `admin-${name}-${look.name}`);
    }

    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

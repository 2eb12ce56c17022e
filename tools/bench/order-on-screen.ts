import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import color from 'picocolors';
import type { Page } from 'playwright-core';
import { readCommandLine } from '#platform/command.ts';
import { grantSession, type OpenBrowser, openBrowser } from '../../tests/e2e/browser.ts';
import { archiveProduct, type Customer, createCustomer, createProduct, type Stage } from '../demo/scene.ts';
import { runCommand, unlessInterrupted, wholeNumber } from '../run-command.ts';
import { findRunningShop } from '../running-shop.ts';
import { createShopClient, logIn } from '../shop-client.ts';
import { percentile } from './percentile.ts';

const usage = `How soon a step of an order is on the screen: from the moment that its event names to its knot in the page, in headless Chromium, one
order at a time, against the running shop on the same machine.

npm run bench:screen                   50 orders after 5 that do not count
npm run bench:screen -- --orders 200   as many
npm run bench:screen -- --data DIR     the data folder of the shop, .data by default`;

const warmUp = 5;

/** A step that came while the page was open: its status, and after how many ms it was there. */
type Seen = { readonly status: string; readonly afterMs: number };

/**
 * Runs in the page before anything else: writes down when each knot came, by the clock of this machine. An event has the time of its step,
 * which is the time that the knot shows.
 */
const observe = `
  window.seenSteps = [];
  const known = new Set();
  const look = () => {
    for (const knot of document.querySelectorAll('[data-version]')) {
      if (known.has(knot.dataset.version)) continue;
      known.add(knot.dataset.version);
      const at = Date.parse(knot.querySelector('time').dateTime);
      seenSteps.push({ status: knot.dataset.status, afterMs: performance.timeOrigin + performance.now() - at });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });`;

/** The steps of one order, from AWAITING_PAYMENT on, as far as they came to an open page. */
async function watchOne(page: Page, customer: Customer, product: string): Promise<Seen[]> {
  await customer.fill([{ productId: product, quantity: 1 }]);
  const order = await customer.place('card-slow');
  if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}.`);
  await page.goto(`/orders/${order.id}`, { waitUntil: 'domcontentloaded' });
  await page.locator('[data-version="1"]').waitFor();
  const there: Seen[] = await page.evaluate('seenSteps');
  await page.locator('[data-status="PAID"]').waitFor({ timeout: 30_000 });
  const all: Seen[] = await page.evaluate('seenSteps');
  await customer.cartEmptied();
  // what happened before the page was open measures how soon the page opens, which is another question
  return all.slice(there.length);
}

async function openPage(browser: OpenBrowser, stage: Stage): Promise<{ page: Page; customer: Customer }> {
  const username = `bench-${randomUUID().slice(0, 12)}`;
  const password = randomUUID();
  const session = await grantSession(stage.gatewayUrl, { register: { email: `${username}@example.com`, username, password } });
  const customer = await createCustomer(stage, session.accessToken);
  const { page } = await browser.newVisitor({ session });
  await page.addInitScript(observe);
  return { page, customer };
}

function row(name: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const cells = [0.5, 0.95, 1].map((share) => percentile(sorted, share).toFixed(1).padStart(9));
  return `${`${name} (${values.length})`.padEnd(30)}${cells.join('')}\n`;
}

async function measure(stage: Stage, orders: number, interrupted: AbortSignal): Promise<Seen[]> {
  const browser = await openBrowser(stage.gatewayUrl, { endsOnSignals: false });
  try {
    const product = await createProduct(stage, 'Stopwatch of the screen', 1_000_000);
    try {
      return await unlessInterrupted(interrupted, watchOrders(browser, stage, product, orders));
    } finally {
      await archiveProduct(stage, product);
    }
  } finally {
    await browser.close();
  }
}

async function watchOrders(browser: OpenBrowser, stage: Stage, product: string, orders: number): Promise<Seen[]> {
  const { page, customer } = await openPage(browser, stage);
  const seen: Seen[] = [];
  try {
    for (let count = 0; count < orders + warmUp; count += 1) {
      const steps = await watchOne(page, customer, product);
      if (count >= warmUp) seen.push(...steps);
    }
  } finally {
    await customer.close();
  }
  return seen;
}

async function main(interrupted: AbortSignal): Promise<void> {
  const { values } = readCommandLine(usage, { orders: { type: 'string', default: '50' }, data: { type: 'string', default: '.data' } });
  const orders = wholeNumber('--orders', values.orders);
  const { gatewayUrl, credentials } = await findRunningShop(values.data);
  const { accessToken } = await logIn(gatewayUrl, credentials.admin.login, credentials.admin.password);
  const admin = createShopClient(gatewayUrl, accessToken);
  const stage: Stage = { gatewayUrl, admin, output: { print: () => {}, move: () => {} } };
  const seen = await measure(stage, orders, interrupted).finally(() => admin.close());

  const [cpu] = cpus();
  process.stdout.write(
    `\n${color.bold(`From a step to the screen, ${values.orders} orders`)} ${color.dim(`${cpus().length} × ${cpu?.model.trim()}, shop and browser`)}\n`,
  );
  process.stdout.write(
    `${color.dim(`${'milliseconds'.padEnd(30)}${['median', 'p95', 'longest'].map((name) => name.padStart(9)).join('')}`)}\n`,
  );
  for (const status of new Set(seen.map((step) => step.status))) {
    process.stdout.write(
      row(
        status,
        seen.filter((step) => step.status === status).map((step) => step.afterMs),
      ),
    );
  }
}

await runCommand(main);

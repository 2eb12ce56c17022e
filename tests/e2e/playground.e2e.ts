import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { type OpenShop, openShop } from './shop.ts';

const { test } = needs('browser');

let shop: OpenShop;
let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  ({ page } = await browser.newVisitor({ width: 1800, height: 1200 }));
  await page.goto(shop.playgroundUrl);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await shop?.close();
}, 30_000);

const answer = () => page.locator('.result-window');
const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
const who = () => page.locator('.who-told');

/** Runs the example of the open tab and waits until its answer holds the text. */
async function run(text: string): Promise<string> {
  await page.locator('.graphiql-execute-button').click();
  await answer().filter({ hasText: text }).waitFor({ timeout: 20_000 });
  return (await answer().textContent()) ?? '';
}

async function actAs(role: string, name: string): Promise<void> {
  await page.getByRole('button', { name: role, exact: true }).click();
  await who().filter({ hasText: name }).waitFor();
}

async function openFromCollection(search: string, name: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: 'Search operations' });
  if (!(await box.isVisible()))
    await page
      .locator('.graphiql-sidebar')
      .getByRole('button', { name: /Collection/ })
      .click();
  await box.fill(search);
  await page
    .getByRole('button', { name: new RegExp(`^${name} `) })
    .first()
    .click();
}

test('running the tabs from left to right places an order and shows it paid', async () => {
  await run('categories');
  for (const [tab, text] of [
    ['Register', 'accessToken'],
    ['AddToCart', 'lines'],
    ['PaymentMethods', 'behaviour'],
    ['PlaceOrder', 'PENDING'],
    ['OrderStatus', 'PAID'],
  ] as const) {
    await openTab(tab);
    await run(text);
  }

  expect(await answer().textContent()).toContain('PAID');
}, 90_000);

test('one click logs in as a customer or an admin, and out again', async () => {
  await actAs('Admin', 'admin');
  await openFromCollection('stock difference', 'AdjustStock');
  await run('availability');

  await actAs('Customer', shop.customer.login.split('@')[0] ?? '');
  await page.locator('.graphiql-execute-button').click();
  await answer().filter({ hasText: 'FORBIDDEN' }).waitFor();

  await actAs('Guest', 'No header is sent.');
  await page.locator('.graphiql-execute-button').click();
  await answer().filter({ hasText: 'UNAUTHENTICATED' }).waitFor();
}, 60_000);

test('the timeline shows each status of an order that is placed in another tab', async () => {
  await actAs('Customer', shop.customer.login.split('@')[0] ?? '');
  await openFromCollection('playground OrdersLive', 'OrdersLive');
  await page.locator('.graphiql-execute-button').click();
  await page.getByText('OrdersLive is live').waitFor();
  await openTab('AddToCart');
  await run('lines');
  await openTab('PlaceOrder');
  await run('PENDING');

  await openTab('OrdersLive');

  const events = page.locator('.event');
  await events
    .filter({ hasText: /→ PAID/ })
    .last()
    .waitFor({ timeout: 20_000 });
  expect(await events.last().textContent()).toMatch(/\d+ ms later/);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('OrdersLive is stopped').waitFor();
}, 60_000);

test('a subscription there shows an order that is placed elsewhere', async () => {
  const product = await createProduct(shop.stage, 'Seen in another window', 10);
  await openTab('Register');
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('register') === true);
  await page.locator('.graphiql-execute-button').click();
  const { data } = (await (await answered).json()) as { data: { register: { session: { accessToken: string } } } };
  await openTab('OrdersLive');
  await page.locator('.graphiql-execute-button').click();
  const customer = await createCustomer(shop.stage, data.register.session.accessToken);
  await customer.fill([{ productId: product, quantity: 1 }]);
  // slow, so that the subscription is there before it is paid
  await customer.place('card-slow');

  await answer().filter({ hasText: 'PAID' }).waitFor({ timeout: 20_000 });
  expect(await answer().textContent()).toContain('PAID');
  await customer.close();
  await archiveProduct(shop.stage, product);
}, 90_000);

test('the plan follows the operation, has the times of what has run, and the text of each part', async () => {
  await actAs('Customer', shop.customer.login.split('@')[0] ?? '');
  await openTab('AddToCart');
  await run('lines');
  await page.getByRole('tab', { name: 'Query plan' }).click();
  await openFromCollection('playground cart subgraph', 'Cart');
  const boxes = page.locator('.plan-box');
  await boxes.filter({ hasText: 'cart' }).first().waitFor();
  await boxes.filter({ hasText: 'product' }).first().waitFor();
  expect(await boxes.filter({ hasText: ' ms' }).count()).toBe(0);

  await run('itemCount');

  await boxes.filter({ hasText: 'cart' }).filter({ hasText: ' ms' }).first().waitFor();
  await boxes.filter({ hasText: 'product' }).first().focus();
  await page.keyboard.press('Enter');
  expect(await page.getByRole('region', { name: 'The chosen fetch' }).textContent()).toContain('_entities');
}, 60_000);

test('the map knows who owns what', async () => {
  await page
    .locator('.graphiql-sidebar')
    .getByRole('button', { name: /Map of the graph/ })
    .click();
  await page.getByRole('searchbox', { name: 'Search types and fields' }).fill('Order');

  const order = page.getByRole('article', { name: 'Order', exact: true });

  expect(await order.locator('.type-owners').textContent()).toMatch(/order.*payment.*key: id/);
  expect(await order.locator('.type-extended').textContent()).toContain('payment');
}, 30_000);

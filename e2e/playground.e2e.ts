import { afterAll, beforeAll, expect, test } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { archiveProduct, createCustomer, createProduct } from '../tools/demo/scene.ts';
import { type OpenShop, openShop } from './shop.ts';

let shop: OpenShop;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  shop = await openShop();
  browser = await launcher.launch({ executablePath: await chromium.executablePath(), args: chromium.args, headless: true });
  page = await browser.newPage({ viewport: { width: 1800, height: 900 } });
  await page.goto(new URL('/graphql', shop.gatewayUrl).href);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const answer = () => page.locator('.result-window');
const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();

/** Runs the example of the open tab and waits until its answer holds the text. */
async function run(text: string): Promise<string> {
  await page.locator('.graphiql-execute-button').click();
  await answer().filter({ hasText: text }).waitFor({ timeout: 20_000 });
  return (await answer().textContent()) ?? '';
}

test('somebody who runs the tabs from left to right has bought something, and saw it paid', async () => {
  await run('totalCount');
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

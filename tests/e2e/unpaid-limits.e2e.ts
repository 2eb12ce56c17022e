import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { grantSession, type OpenBrowser, openBrowser } from './browser.ts';
import { type OpenShop, openShop } from './shop.ts';

const { describe, test } = needs('browser');

let shop: OpenShop;
let browser: OpenBrowser;
const products: string[] = [];

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  for (const name of ['Cup by the crate', 'Bowl by the crate', 'Plate by the crate'])
    products.push(await createProduct(shop.stage, name, 200));
}, 60_000);

afterAll(async () => {
  await browser?.close();
  for (const product of products) await archiveProduct(shop.stage, product);
  await shop?.close();
}, 30_000);

async function fillAddress(page: Page): Promise<void> {
  await page.getByLabel('Full name').fill('Lan Nguyễn');
  await page.getByLabel('Street and number').fill('12 Hàng Gai');
  await page.getByLabel('Country').selectOption('VN');
  await page.getByLabel('Postal code').fill('100000');
  await page.getByLabel('Town').fill('Hà Nội');
}

describe('who wants to hold more than an account may', () => {
  test('sees the limits in their language, and has ordered nothing', async () => {
    const username = `e2e-${randomUUID().slice(0, 12)}`;
    const register = { email: `${username}@example.com`, username, password: 'a long enough password' };
    const session = await grantSession(shop.gatewayUrl, { register });
    const customer = await createCustomer(shop.stage, session.accessToken);
    await customer.fill(products.map((productId) => ({ productId, quantity: 99 })));
    const { page, close } = await browser.newVisitor({ session });
    const main = page.getByRole('main');
    await page.goto('/checkout');
    await fillAddress(page);
    await main.getByRole('button', { name: /^Pay/ }).click();

    await main.getByText('An order can have at most 200 items, and this one has 297. No order was placed').waitFor();
    await page.getByRole('combobox').filter({ hasText: 'Tiếng Việt' }).selectOption('vi');
    await main.getByText('Mỗi đơn hàng có tối đa 200 sản phẩm, đơn này có 297.').waitFor();
    const { orders } = await customer.client.ask<{ orders: { totalCount: number } }>('{ orders(first: 1) { totalCount } }');
    expect(orders.totalCount).toBe(0);
    await close();
    await customer.close();
  }, 60_000);
});

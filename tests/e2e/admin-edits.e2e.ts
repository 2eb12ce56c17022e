import { beforeAll, expect, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type BrowserSession, grantSession, type Visitor, type VisitorOptions, violationsOf } from './browser.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

jest.setTimeout(60_000);

const vaseName = 'Vase of two admins';
const stories = openStories();
let admin: BrowserSession;
let vase: string;

beforeAll(async () => {
  const { administrator, gatewayUrl } = stories.shop;
  admin = await grantSession(gatewayUrl, { logIn: administrator });
  const { [vaseName]: id = '' } = await stories.shelf.create([vaseName], () => ({ price: 1250 }));
  vase = id;
}, 60_000);

const visit = (options: VisitorOptions = {}) => stories.visit({ session: admin, ...options });

const main = (page: Page) => page.getByRole('main');
const dialog = (page: Page) => page.getByRole('dialog');

type Seen = { product: { name: string; description: string; price: { amount: number }; stock: { available: number } } };
const look = async () =>
  (
    await stories.shop.admin.ask<Seen>('query ($id: ID!) { product(id: $id) { name description price { amount } stock { available } } }', {
      id: vase,
    })
  ).product;

async function openVase(options: VisitorOptions = {}): Promise<Visitor> {
  const visitor = await visit(options);
  await visitor.page.goto(`/admin/catalogue/${vase}`);
  await main(visitor.page).getByRole('heading', { level: 1, name: vaseName }).waitFor();
  return visitor;
}

describe('two admins at one product', () => {
  test('the second sees what the first has changed, and loses nothing of what they typed', async () => {
    const { page, complaints } = await openVase();
    const other = await openVase();
    await page.getByLabel('Description').fill('Typed by the second.');
    await page.getByLabel('Price in euros').fill('7.00');
    await other.page.getByLabel('Price in euros').fill('9.00');
    await main(other.page).getByRole('button', { name: 'Save' }).click();
    await main(other.page).getByText('Saved.').waitFor();

    await main(page).getByRole('button', { name: 'Save' }).click();
    const notice = main(page)
      .getByRole('alert')
      .filter({ hasText: `${admin.user.username} changed this product` });
    await notice.getByText('Price in euros: 12.50 → 9.00 (your version is kept)').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await look()).toMatchObject({ description: expect.not.stringContaining('Typed'), price: { amount: 900 } });
    expect(await page.getByLabel('Price in euros').inputValue()).toBe('7.00');

    await main(page).getByRole('button', { name: 'Save' }).click();
    await main(page).getByText('Saved.').waitFor();
    expect(await look()).toMatchObject({ description: 'Typed by the second.', price: { amount: 700 } });

    await other.page.getByLabel('Price in euros').fill('8.00');
    await main(other.page).getByRole('button', { name: 'Save' }).click();
    await main(other.page).getByRole('button', { name: 'Discard my changes' }).click();
    expect(await other.page.getByLabel('Price in euros').inputValue()).toBe('7.00');
    expect(await other.page.getByLabel('Description').inputValue()).toBe('Typed by the second.');
    expect(complaints).toEqual([]);
  });

  test('a change of the stock whose answer was lost is counted once', async () => {
    const { page } = await openVase();
    const { stock } = await look();
    await page.getByLabel('Adjustment').fill('3');
    await page.getByLabel('Reason').fill('Delivery whose answer is lost');
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('AdjustStock')) return route.continue();
      await route.fetch();
      await route.abort();
    });
    const change = main(page).getByRole('button', { name: 'Adjust stock' });
    await change.click();
    await main(page).getByText('The shop could not be reached.').first().waitFor();
    await page.unroute('**/graphql');

    await change.click();
    await main(page).getByText('Stock adjusted.').waitFor();

    expect((await look()).stock.available).toBe(stock.available + 3);
  });
});

describe('leaving what is not saved', () => {
  test('is asked about: by links and by going back; not when nothing was typed', async () => {
    const { page, complaints } = await visit();
    await page.goto('/admin/catalogue');
    await page.getByRole('link', { name: 'New product' }).click();
    await main(page).getByRole('heading', { name: 'New product' }).waitFor();
    await page.getByRole('link', { name: 'Board' }).click();
    await main(page).getByRole('heading', { name: 'Order board' }).waitFor();
    await page.goBack();

    await page.getByLabel('Name', { exact: true }).fill('Never saved');
    await page.getByRole('link', { name: 'Board' }).click();
    await dialog(page).getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Stay on page' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await page.evaluate('history.back()');
    await dialog(page).getByRole('button', { name: 'Stay on page' }).click();
    expect(new URL(page.url()).pathname).toBe('/admin/catalogue/new');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Never saved');

    await page.evaluate('history.back()');
    await dialog(page).getByRole('button', { name: 'Leave', exact: true }).click();
    await main(page).getByRole('heading', { name: 'Catalogue' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('is asked about by the browser when the tab is closed, until it is saved', async () => {
    const { page } = await openVase();
    const asked: string[] = [];
    page.on('dialog', (question) => {
      asked.push(question.type());
      void question.dismiss();
    });
    await page.getByLabel('Description').fill('Saved before the tab is closed.');
    await page.close({ runBeforeUnload: true });
    await waitFor('the browser to ask', () => asked.length > 0, 10_000);
    expect(asked).toEqual(['beforeunload']);

    await main(page).getByRole('button', { name: 'Save' }).click();
    await main(page).getByText('Saved.').waitFor();
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a stock change', () => `/admin/catalogue/${vase}`, 'Lý do'],
    ['the address of a picture', () => `/admin/catalogue/${vase}`, 'Hoặc URL của ảnh'],
    ['a new product', () => '/admin/catalogue/new', 'Mô tả'],
  ])('is asked about in Vietnamese, too: %s', async (_, path, label) => {
    const { page } = await visit({ locale: 'vi-VN' });
    await page.goto(path());
    await page.getByLabel(label).fill('Chưa lưu');
    await page.getByRole('link', { name: 'Vận hành' }).click();
    await dialog(page).getByRole('heading', { name: 'Rời trang mà không lưu?' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Rời trang' }).click();
    await main(page).getByRole('heading', { level: 1, name: 'Vận hành' }).waitFor();
  });

  test('is asked about at the fault switches and at an address of the account', async () => {
    const { page } = await visit();
    await page.goto('/admin');
    await page.getByLabel('Declined cards').fill('50');
    await page.getByRole('link', { name: 'Catalogue' }).click();
    await dialog(page).getByRole('button', { name: 'Leave', exact: true }).click();
    await main(page).getByRole('heading', { name: 'Catalogue' }).waitFor();

    await page.goto('/account');
    await main(page).getByRole('button', { name: 'Add address' }).click();
    await page.getByLabel('Town').fill('Huế');
    await page.getByRole('button', { name: 'Log out' }).click();
    await dialog(page).getByRole('button', { name: 'Stay on page' }).click();
    expect(await page.getByLabel('Town').inputValue()).toBe('Huế');
    await page.getByRole('link', { name: 'Orders', exact: true }).first().click();
    await dialog(page).getByRole('heading', { name: 'Leave without saving?' }).waitFor();
  });
});

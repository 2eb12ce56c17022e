import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { grantSession } from './browser.ts';
import { addButton, cartLines, countInHeader, putIn } from './shelf.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();

const noQuantities = ['100', '0', '-3', '1.5', 'abc', ''];
const message = 'Enter a whole number from 1 to 99.';
const field = (page: Page) => page.getByRole('textbox', { name: 'Quantity' });

/** What the page asks the shop to change, by the names of its mutations. */
function listenForChanges(page: Page): string[] {
  const changes: string[] = [];
  page.on('request', (request) => {
    const [, name] = /"operationName":"(AddToCart|SetCartQuantity)"/.exec(request.postData() ?? '') ?? [];
    if (name) changes.push(name);
  });
  return changes;
}

describe('a number of pieces that cannot be', () => {
  test('on the page of a product: a message at the field, and nothing is put into the cart', async () => {
    const product = await stories.shelf.createOne(`Cup ${stories.shelf.word}`, 200);
    const { page } = await stories.visit();
    await page.goto(`/products/${product}`);
    const changes = listenForChanges(page);

    for (const typed of noQuantities) {
      await field(page).fill('');
      await field(page).pressSequentially(typed);
      await addButton(page).click();
      await page.getByText(message).waitFor();
      expect([typed, await field(page).inputValue(), await field(page).getAttribute('aria-invalid')]).toEqual([typed, typed, 'true']);
      expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Quantity');
    }
    expect(changes).toEqual([]);
    await field(page).fill('12');
    await page.getByText(message).waitFor({ state: 'detached' });
    await putIn(page, product, 12);
    await countInHeader(page, '12');
  }, 60_000);

  test('in the cart: a message at the line, the cart stays as it is, and the checkout waits', async () => {
    const product = await stories.shelf.createOne(`Dish ${stories.shelf.word}`, 200);
    const { page } = await stories.visit();
    await putIn(page, product, 3);
    await page.goto('/cart');
    await cartLines(page).first().waitFor();
    const changes = listenForChanges(page);

    for (const typed of noQuantities) {
      await field(page).fill('');
      await field(page).pressSequentially(typed);
      await field(page).press('Tab');
      await page.getByText(message).waitFor();
      expect([typed, await field(page).inputValue()]).toEqual([typed, typed]);
      expect(await page.getByRole('link', { name: 'Go to checkout' }).count()).toBe(0);
    }
    await page.reload();
    await countInHeader(page, '3');
    expect(changes).toEqual([]);
    // one more than what is typed, not than what was there
    await field(page).fill('9');
    await field(page).press('ArrowUp');
    await countInHeader(page, '10');
    await page.getByRole('link', { name: 'Go to checkout' }).waitFor();
  }, 60_000);
});

test('an invalid price filter shows an error at its field, and hides nothing', async () => {
  const names = [`Scarf ${stories.shelf.word}`, `Shawl ${stories.shelf.word}`];
  await stories.shelf.create(names);
  const { page } = await stories.visit();
  await page.goto(`/?q=${stories.shelf.word}`);
  await page
    .getByText(names[0] ?? '')
    .first()
    .waitFor();

  for (const typed of ['abc', '-5', '10.50', '20000']) {
    await page.getByLabel('Price from', { exact: true }).fill(typed);
    await page.getByText('Whole euros, from 0 to 10,000.').waitFor();
    expect(await page.getByLabel('Price from', { exact: true }).inputValue()).toBe(typed);
  }
  await page.getByLabel('Price from', { exact: true }).fill('13');
  await page.getByLabel('Price to', { exact: true }).fill('11');
  await page.getByText('The lowest price is above the highest price.').waitFor();
}, 30_000);

test('at the admin a stock or a price that is too long is not cut into another one', async () => {
  const product = await stories.shelf.createOne(`Jar ${stories.shelf.word}`, 20);
  const { login, password } = stories.shop.administrator;
  const { page } = await stories.visit({ session: await grantSession(stories.shop.gatewayUrl, { logIn: { login, password } }) });
  await page.goto(`/admin/catalogue/${product}`);
  await page.getByLabel('Adjustment').pressSequentially('-10000000');
  await page.getByLabel('Reason').fill('Count');
  await page.getByRole('button', { name: 'Adjust stock' }).click();
  await page.getByText('A whole number other than 0').waitFor();
  await page.getByLabel('Price in euros').fill('');
  await page.getByLabel('Price in euros').pressSequentially('12.5000000000000');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A price between 0.01 and 10,000.00').waitFor();

  await page.goto('/admin/catalogue/new');
  await page.getByLabel('Initial stock').fill('');
  await page.getByLabel('Initial stock').pressSequentially('10000000');
  await page.getByRole('button', { name: 'New product' }).click();
  await page.getByText('A whole number from 0 to 1,000,000.').waitFor();
}, 30_000);

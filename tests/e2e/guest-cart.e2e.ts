import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { cartLines, countInHeader, putIn } from './shelf.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();

describe('the cart of a guest', () => {
  test('follows what its owner does', async () => {
    const [tea, bowl] = [
      await stories.shelf.createOne(`Tea ${stories.shelf.word}`),
      await stories.shelf.createOne(`Dish ${stories.shelf.word}`),
    ];
    const { page, complaints } = await stories.visit();
    await putIn(page, tea, 2);
    await page.getByText('In your cart: 2').waitFor();
    await putIn(page, bowl);
    await countInHeader(page, '3');
    await page.getByRole('link', { name: 'View cart' }).click();
    await cartLines(page).nth(1).waitFor();
    await page.getByRole('button', { name: 'Increase quantity' }).first().click();
    await countInHeader(page, '4');
    await page.getByRole('textbox', { name: `Quantity of Dish ${stories.shelf.word}` }).fill('12');
    await page.getByRole('textbox', { name: `Quantity of Dish ${stories.shelf.word}` }).press('Enter');
    await countInHeader(page, '15');
    await page.getByRole('button', { name: `Remove Tea ${stories.shelf.word}` }).click();
    await countInHeader(page, '12');
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toBe('Undo');
    await focused.click();
    await countInHeader(page, '15');
    await page.reload();
    await page.getByText('(15 items)').waitFor();

    expect(await cartLines(page).count()).toBe(2);
    expect(await page.getByRole('main').getByText('€150.00', { exact: true }).count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Go to checkout' }).getAttribute('href')).toBe('/log-in?next=/checkout');

    await page.getByRole('button', { name: 'Empty cart' }).click();
    await page.getByRole('button', { name: 'Yes, empty cart' }).click();
    await page.getByRole('heading', { name: 'Your cart is empty.' }).waitFor();
    await countInHeader(page, '');
    expect(complaints).toEqual([]);
  }, 40_000);

  test('shows a changed price and sold-out lines, and blocks the checkout', async () => {
    const [tea, bowl] = [
      await stories.shelf.createOne(`Chai ${stories.shelf.word}`),
      await stories.shelf.createOne(`Pot ${stories.shelf.word}`),
    ];
    const { page, complaints } = await stories.visit();
    await putIn(page, tea);
    await putIn(page, bowl);
    await stories.shelf.setPrice(tea, 1500);
    await waitFor('the new price', async () => {
      await page.goto('/cart');
      await cartLines(page).first().waitFor();
      return page.getByText(/The price has changed/).isVisible();
    });
    await page.getByText('€25.00', { exact: true }).waitFor();
    await stories.shelf.adjust(bowl, -50);
    await page.getByText('Out of stock.').waitFor();
    const ways = await page.getByRole('link', { name: 'Go to checkout' }).count();
    await page.getByRole('button', { name: 'Remove unavailable items' }).click();
    await page.getByRole('link', { name: 'Go to checkout' }).waitFor();

    expect(ways).toBe(0);
    expect(await cartLines(page).count()).toBe(1);
    expect(complaints).toEqual([]);
  }, 40_000);

  test('keeps a change that the shop does not answer to, and makes it when the shop is back', async () => {
    const id = await stories.shelf.createOne(`Drum ${stories.shelf.word}`);
    const { page, context } = await stories.visit();
    await putIn(page, id);
    await page.getByRole('link', { name: 'View cart' }).click();
    await cartLines(page).first().waitFor();
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Increase quantity' }).click();
    await page.getByText(/your change is not lost/).waitFor();
    await page.getByText('(2 items)').waitFor();
    await context.setOffline(false);
    await countInHeader(page, '2');
    await waitFor('the notice to be gone', async () => (await page.getByText(/your change is not lost/).count()) === 0);
    await page.reload();

    await page.getByText('(2 items)').waitFor();
  }, 40_000);

  test('that the shop has no more is followed by a new one', async () => {
    const id = await stories.shelf.createOne(`Fan ${stories.shelf.word}`);
    const { page } = await stories.visit();
    await page.goto('/');
    await page.evaluate((stale) => localStorage.setItem('marigold.cart', stale), randomUUID());
    await page.goto('/cart');
    await page.getByRole('heading', { name: 'Your cart is empty.' }).waitFor();
    await page.evaluate((stale) => localStorage.setItem('marigold.cart', stale), randomUUID());
    await putIn(page, id);

    await countInHeader(page, '1');
  }, 30_000);
});

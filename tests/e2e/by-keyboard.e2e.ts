import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { addButton } from './shelf.ts';
import { openStories } from './stories.ts';

const { test } = needs('browser');

const stories = openStories();

const focused = `(() => {
  const element = document.activeElement;
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '';
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return { name: name.trim(), isSeen: outlineStyle !== 'none' && outlineWidth !== '0px' };
})()`;

const mostStops = 60;

/** Goes on by Tab until the focus is on what has this name; it must be seen to be there. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate<{ name: string; isSeen: boolean }>(focused);
    if (name.test(at.name)) {
      expect(at).toMatchObject({ isSeen: true });
      return;
    }
    passed.push(at.name.slice(0, 40));
  }
  throw new Error(`Tab leads past ${String(name)}: ${passed.join(' | ')}`);
}

async function typeInto(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

async function press(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

test('a user without a mouse buys, from the product to the paid order', async () => {
  const product = await stories.shelf.createOne(`WakeSignal ${stories.shelf.word}`, 20);
  const { page, complaints } = await stories.visit();
  const username = `e2e-${randomUUID().slice(0, 12)}`;
  await page.goto(`/products/${product}`);
  await addButton(page).waitFor();

  await press(page, /^Add to cart$/);
  await page.getByText('Added to cart.').waitFor();
  await press(page, /^View cart$/);
  await page.getByRole('link', { name: 'Go to checkout' }).waitFor();
  await press(page, /^Go to checkout$/);
  await page.getByLabel('Email or username').waitFor();
  await press(page, /^Create an account$/);
  await page.getByLabel('Email').waitFor();
  await typeInto(page, /^Email/, `${username}@example.com`);
  await typeInto(page, /^Username/, username);
  await typeInto(page, /^Password/, 'a long enough password');
  await press(page, /^Create an account$/);
  await page.getByLabel('Full name').waitFor();
  await typeInto(page, /^Country/, 'Viet');
  await typeInto(page, /^Full name/, 'Lan');
  await typeInto(page, /^Street and number/, '12 Hàng Gai');
  await typeInto(page, /^Postal code/, '100000');
  await typeInto(page, /^Town/, 'Hà Nội');
  await press(page, /^Pay/);

  await page.locator('[data-status="PAID"]').waitFor({ timeout: 20_000 });
  expect(complaints).toEqual([]);
}, 60_000);

test('the first stop of a page leads past the menu', async () => {
  const { page } = await stories.visit();
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();

  await press(page, /^Skip to content$/);

  expect(await page.evaluate('document.activeElement?.id')).toBe('content');
}, 30_000);

test('two quick presses put one piece into the cart', async () => {
  const product = await stories.shelf.createOne(`Gong ${stories.shelf.word}`, 20);
  const { page } = await stories.visit();
  await page.goto(`/products/${product}`);

  await addButton(page).dblclick();

  await page.getByText('Added to cart.').waitFor();
  await page.getByText('In your cart: 1').waitFor();
}, 30_000);

test('with prefers-reduced-motion nothing is animated; without it the loading state is', async () => {
  const endless = 'document.getAnimations().filter((one) => one.effect?.getTiming().iterations === Infinity).length';
  const counts: Record<string, number> = {};
  for (const reducedMotion of ['reduce', 'no-preference'] as const) {
    const { page } = await stories.visit({ reducedMotion });
    // an answer that does not come leaves what stands in for it
    await page.route('**/graphql', () => undefined);
    await page.goto('/');
    await page.locator('[aria-hidden="true"]').first().waitFor({ state: 'attached' });
    counts[reducedMotion] = await page.evaluate<number>(endless);
  }

  expect(counts['reduce']).toBe(0);
  expect(counts['no-preference']).toBeGreaterThan(0);
}, 30_000);

import { beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { keepScreenshot, looks, violationsOf } from './browser.ts';
import { addButton, cartLines, putIn } from './shelf.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();
let word: string;
let script: string;
let longName: string;
let made: Record<string, string>;
let pictures: { url: string; alt: string }[];

beforeAll(async () => {
  word = stories.shelf.word;
  script = `<img src=x onerror="document.title='broken'"> ${word}`;
  longName = `Bowl ${word} ${'of-a-very-long-name-'.repeat(4)}`;
  type Pictured = { products: { edges: { node: { images: { url: string }[] } }[] } };
  const { products } = await stories.shop.guest.ask<Pictured>('{ products(first: 20, sort: NAME) { edges { node { images { url } } } } }');
  const urls = products.edges.flatMap(({ node }) => node.images.map(({ url }) => url));
  pictures = ['First', 'Second'].map((name, at) => ({ url: urls[at] ?? '', alt: `${name} picture` }));
  const plain = [...'ABCDEFGHIJK'].map((letter) => `Cup ${letter} ${word}`);
  made = await stories.shelf.create([...plain, script, longName, `Vase ${word}`], (at) => ({
    ...(at === 0 ? { stock: 0 } : {}),
    ...(at >= 11 ? { images: pictures, description: 'Two lines.\nThe second one.' } : {}),
  }));
}, 60_000);

const cards = (page: Page) => page.getByRole('region', { name: 'Products' }).getByRole('listitem').getByRole('link');
const names = async (page: Page) => (await cards(page).allInnerTexts()).map((text) => text.trim());

describe('the shelf', () => {
  test('is searched, filtered and sorted, by the address', async () => {
    const { page, complaints } = await stories.visit();
    await page.goto('/');
    await page.getByLabel('Search', { exact: true }).fill(word);
    await page.getByText('14 products').waitFor();
    await page.getByLabel('Price from', { exact: true }).fill('11');
    await page.getByLabel('Price to', { exact: true }).fill('13');
    await page.getByText('3 products').waitFor();
    await page.getByLabel('Sort by', { exact: true }).selectOption('PRICE_DESC');
    await waitFor('the dearest first', async () => (await names(page))[0] === `Cup D ${word}`);
    const query = new URL(page.url()).searchParams;

    expect(await names(page)).toEqual(['D', 'C', 'B'].map((letter) => `Cup ${letter} ${word}`));
    expect(Object.fromEntries(query)).toEqual({ q: word, from: '11', to: '13', sort: 'price_desc' });
    expect(complaints).toEqual([]);
  }, 30_000);

  test('marks sold-out products, hides them on demand, and shows everything again', async () => {
    const { page } = await stories.visit();
    await page.goto(`/?q=${word}&to=10`);
    await page.getByText('1 product', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Products' }).getByText('Out of stock').waitFor();
    await page.getByLabel('In stock only').check();
    await page.getByRole('heading', { name: 'No products found.' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await cards(page).first().waitFor();

    expect(new URL(page.url()).search).toBe('');
  }, 30_000);

  test('goes on by itself when its end is near', async () => {
    const { page } = await stories.visit();
    await page.goto(`/?q=${word}`);
    await waitFor('all of it', async () => {
      await page.mouse.wheel(0, 800);
      return (await cards(page).count()) === 14;
    });

    expect(new Set(await names(page)).size).toBe(14);
  }, 30_000);

  test.each([
    ['with too long a word', `/?q=${'x'.repeat(3000)}`],
    ['with a shelf, a price and an order that are none', '/?category=%00&from=abc&sort=__proto__'],
    ['with prices the wrong way round', '/?from=13&to=11'],
    ['that is no text', '/?%E0%A4%A'],
  ])(
    'is not upset by an address %s',
    async (_, path) => {
      const { page, complaints } = await stories.visit();
      await page.goto(path);
      await page
        .getByRole('main')
        .getByText(/No products found|products/)
        .first()
        .waitFor();

      expect(complaints).toEqual([]);
    },
    30_000,
  );
});

describe('a product', () => {
  test('shows its name as text, whatever it is, and a marigold where its picture is missing', async () => {
    const { page } = await stories.visit();
    for (const { url } of pictures) await page.route(`**${url}`, (route) => route.fulfill({ status: 404 }));
    await page.goto(`/products/${made[script]}`);
    await page.getByRole('heading', { level: 1, name: script }).waitFor();
    // the products beside it may have come already, with the same pictures
    await page.getByRole('main').locator('img[src="/marigold.svg"][alt="First picture"][width="640"]').waitFor();
    await page.getByRole('button', { name: /Picture 2 of 2/ }).click();
    await page.getByRole('main').locator('img[src="/marigold.svg"][alt="Second picture"][width="640"]').waitFor();

    expect(await page.title()).toBe(`${script} · Marigold`);
    expect(await page.getByRole('main').locator('img[src="x"]').count()).toBe(0);
    expect(await page.getByText('Two lines.').textContent()).toBe('Two lines.\nThe second one.');
  }, 30_000);

  test('is sold out, and back, before the eyes of who looks at it', async () => {
    const id = await stories.shelf.createOne(`Lamp ${word}`, 8);
    const { page, complaints } = await stories.visit();
    await page.goto(`/products/${id}/an-old-name`);
    await addButton(page).waitFor();
    await stories.shelf.adjust(id, -8);
    await page.getByText(/^Out of stock\. This page updates/).waitFor();
    const couldBuy = await addButton(page).count();
    await stories.shelf.adjust(id, 3);
    await page.getByText('Only a few left').waitFor();
    await addButton(page).waitFor();

    expect(couldBuy).toBe(0);
    expect(complaints).toEqual([]);
  }, 30_000);

  test.each([
    ['a word', 'nothing'],
    ['an unknown id', '00000000-0000-7000-8000-000000000000'],
    ['no text', '%00'],
    ['too long', 'x'.repeat(2000)],
  ])(
    'that is none is a "not found" page: %s',
    async (_, id) => {
      const { page } = await stories.visit();
      await page.goto(`/products/${id}`);

      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    },
    30_000,
  );

  test('is put in once when the answer of the shop got lost', async () => {
    const id = await stories.shelf.createOne(`Kite ${word}`);
    const { page } = await stories.visit();
    await putIn(page, id);
    await page.route('**/graphql', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await addButton(page).click();
    await page.getByText(/We could not reach the shop\. Press the button again/).waitFor();
    await page.unroute('**/graphql');
    await addButton(page).click();
    await page.getByText('Added to cart.').waitFor();

    await page.getByText('In your cart: 2').waitFor();
  }, 30_000);
});

describe.each(looks)('$name', ({ name: look, width, colorScheme }) => {
  test('list, product and cart are accessible, and fit', async () => {
    const { page, complaints } = await stories.visit({ width, colorScheme });
    const found: Record<string, unknown> = {};
    const lookAt = async (name: string) => {
      await keepScreenshot(page, `${name}-${look}`);
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      found[name] = { fits, violations: await violationsOf(page) };
    };
    await page.goto('/');
    await cards(page).nth(5).waitFor();
    await lookAt('catalogue');
    await putIn(page, made[longName] ?? '');
    await lookAt('product');
    await page.getByRole('link', { name: 'View cart' }).click();
    await cartLines(page).first().waitFor();
    await lookAt('cart');
    await page.getByRole('button', { name: /^Remove/ }).click();
    await page.getByRole('heading', { name: 'Your cart is empty.' }).waitFor();
    await lookAt('cart-empty');

    const well = { fits: true, violations: [] };
    expect(found).toEqual({ catalogue: well, product: well, cart: well, 'cart-empty': well });
    expect(complaints).toEqual([]);
  }, 60_000);
});

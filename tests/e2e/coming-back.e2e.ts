import { beforeEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { keepScreenshot, type Visitor } from './browser.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();

const cards = (page: Page) => page.getByRole('region', { name: 'Products' }).getByRole('listitem').getByRole('link');
const placeOf = (page: Page) => page.evaluate<number>('Math.round(window.scrollY)');
const isAt = (page: Page, place: number) => waitFor(`the page to be at ${place}`, async () => Math.abs((await placeOf(page)) - place) <= 2);

/** Far enough down that the endless list has become longer; resolves to the place, once the page has noted it. */
async function scrollDown(page: Page): Promise<number> {
  await cards(page).nth(11).waitFor();
  await page.mouse.move(640, 500);
  await waitFor('more products', async () => {
    await page.mouse.wheel(0, 600);
    return (await cards(page).count()) > 12 && (await placeOf(page)) > 1200;
  });
  let place = -1;
  await waitFor('the page to rest', async () => {
    const before = place;
    place = await placeOf(page);
    return place === before;
  });
  await page.waitForFunction(
    (at) => Object.values(JSON.parse(sessionStorage.getItem('marigold.scroll') ?? '{}')).some((one) => Math.abs(Number(one) - at) <= 2),
    place,
  );
  return place;
}

/** A product that can be seen without scrolling. */
async function openVisibleProduct(page: Page): Promise<void> {
  const href = await page.evaluate<string>(
    "[...document.querySelectorAll('main li a')].find((link) => link.getBoundingClientRect().top > 150)?.getAttribute('href')",
  );
  await page.locator(`main li a[href="${href}"]`).first().click();
  await page.waitForURL('**/products/**');
}

describe('returning to a page', () => {
  test('finds the list as long and as far down as it was', async () => {
    const { page, complaints } = await stories.visit();
    await page.goto('/?sort=name');
    const place = await scrollDown(page);

    await openVisibleProduct(page);
    await isAt(page, 0);
    await page.goBack();

    await isAt(page, place);
    expect(page.url()).toContain('?sort=name');
    expect(complaints).toEqual([]);
  }, 30_000);

  test('finds it there after loading it again', async () => {
    const { page } = await stories.visit();
    await page.goto('/');
    const place = await scrollDown(page);

    await page.reload();

    await isAt(page, place);
  }, 30_000);
});

test('a window that is taller than the first products is filled without scrolling', async () => {
  const { page } = await stories.visit({ height: 3600 });

  await page.goto('/');

  await cards(page).nth(24).waitFor();
}, 30_000);

test.each([
  ['a search of thousands of letters', `/?q=${'lantern-of-no-shop '.repeat(300)}`, 200, 'No products found.'],
  ['a search of nothing that can be read', '/?q=%00%01', 200, 'No products found.'],
  ['a shelf that is none', `/?category=${'x'.repeat(3000)}`, 200, 'No products found.'],
  ['prices that are none', '/?from=-1&to=a&sort=upwards&stock=maybe', 200, 'Newest'],
  ['a product that is none', '/products/no-such-thing', 404, 'Page not found'],
  ['letters that are none', '/products/%E0%A4%A', 404, 'Page not found'],
  ['a sign that begins nothing', '/%', 404, 'Page not found'],
])(
  'an address with %s does no harm',
  async (_, address, status, words) => {
    const { page, complaints } = await stories.visit();

    const response = await page.goto(address);

    await page.getByRole('main').getByText(words).first().waitFor({ state: 'attached' });
    expect(response?.status()).toBe(status);
    // the browser itself remarks on a page that is not found
    expect(complaints).toEqual(status === 404 ? [expect.stringContaining('status of 404')] : []);
  },
  30_000,
);

describe('a returning visitor', () => {
  let visitor: Visitor;
  const notice = (page: Page) => page.getByText('We cannot reach the shop at the moment.').first();

  beforeEach(async () => {
    visitor = await stories.visit({ keepsFiles: true });
    await visitor.page.goto('/');
    await visitor.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await waitFor('the worker to look after the page', () =>
      visitor.page.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'"),
    );
  }, 30_000);

  test('opens the shop while it is away, reads that it is, and has it back without doing anything', async () => {
    const { page, context } = visitor;
    await context.setOffline(true);

    await page.goto('/?sort=name');
    await notice(page).waitFor();
    await keepScreenshot(page, 'shop-away');
    await context.setOffline(false);

    await cards(page).first().waitFor();
    await notice(page).waitFor({ state: 'detached' });
  }, 30_000);

  test('opens pages that were never opened before', async () => {
    const { page, context } = visitor;
    await context.setOffline(true);

    await page.goto('/log-in');

    await page.getByRole('main').getByRole('button', { name: 'Log in' }).waitFor();
  }, 30_000);

  test('has nothing of the graph kept, and none of the admin', async () => {
    const { page } = visitor;

    const kept = await page.evaluate<string[]>(
      `caches.keys()
        .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
        .then((requests) => requests.flat().map(({ url }) => new URL(url).pathname))`,
    );

    expect(kept).toContain('/');
    expect(kept.filter((path) => !/^\/($|assets\/|marigold\.svg$|before-paint\.js$)/.test(path))).toEqual([]);
    expect(kept.filter((path) => /admin/.test(path))).toEqual([]);
  });

  test('finds the playground where it is, and no shop in its place', async () => {
    const { page } = visitor;

    await page.goto('/graphql');

    expect(await page.title()).toContain('Playground');
  });
});

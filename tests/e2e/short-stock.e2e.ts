import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type BrowserSession, violationsOf } from './browser.ts';
import { mailTextOf } from './buyer.ts';
import { addButton, cartLines, putIn } from './shelf.ts';
import { openStories } from './stories.ts';

const { describe, test } = needs('browser');

const stories = openStories();

async function visit(session?: BrowserSession): Promise<Page> {
  return (await stories.visit(session ? { session } : {})).page;
}

const quantityOf = (page: Page, name: string) => page.getByRole('textbox', { name: `Quantity of ${name}` });

describe('more pieces than there are', () => {
  test('are shown in the cart with how many there are, and the checkout is blocked until the quantity is available', async () => {
    const name = `Bowl ${stories.shelf.word}`;
    const product = await stories.shelf.createOne(name, 7);
    const page = await visit();
    await putIn(page, product, 3);
    await page.goto('/cart');
    await quantityOf(page, name).fill('20');
    await quantityOf(page, name).press('Enter');

    await cartLines(page).getByText('Only 7 left.').waitFor();
    expect(await page.getByRole('link', { name: 'Go to checkout' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Change to 7', exact: true }).click();
    await page.getByRole('link', { name: 'Go to checkout' }).waitFor();
    expect(await quantityOf(page, name).inputValue()).toBe('7');
    expect(await page.getByText('Only 7 left.').count()).toBe(0);
  }, 40_000);

  test.each([
    ['en-GB', 'Only 12 left.'],
    ['vi-VN', 'Chỉ còn 12 sản phẩm.'],
  ] as const)(
    'are shown in the open cart when they become too many, though the product list shows no shortage yet (%s)',
    async (locale, notice) => {
      const product = await stories.shelf.createOne(`Mug ${locale} ${stories.shelf.word}`, 50);
      const { session, customer } = await stories.newBuyer();
      await waitFor('the cart to know it', () =>
        customer.fill([{ productId: product, quantity: 20 }]).then(
          () => true,
          () => false,
        ),
      );
      const visitor = await stories.visit({ session, locale });
      const { page } = visitor;
      await page.clock.install();
      await page.goto('/cart');
      await page.locator('a[href="/checkout"]').waitFor();
      await stories.shelf.adjust(product, -38);
      await page.clock.fastForward(15_000);

      await page.getByText(notice).waitFor();
      expect(await page.locator('a[href="/checkout"]').count()).toBe(0);
    },
    30_000,
  );

  test('are shown on the page of the product as soon as they are in the cart', async () => {
    const product = await stories.shelf.createOne(`Lamp ${stories.shelf.word}`, 4);
    const page = await visit();
    await putIn(page, product, 9);

    await page.getByText('Only 4 left.').waitFor();
    await addButton(page).waitFor();
  }, 30_000);

  test('are not offered to be paid', async () => {
    const name = `Tray ${stories.shelf.word}`;
    const product = await stories.shelf.createOne(name, 5);
    const { session, customer } = await stories.newBuyer();
    await waitFor('the cart to know it', () =>
      customer.fill([{ productId: product, quantity: 5 }]).then(
        () => true,
        () => false,
      ),
    );
    await stories.shelf.adjust(product, -3);
    const page = await visit(session);
    await page.goto('/checkout');

    await page.getByText('Only 2 left.').waitFor();
    await page.getByText('Some items in your cart are not available').waitFor();
    expect(await page.getByRole('button', { name: /^Pay/ }).count()).toBe(0);
  }, 40_000);

  test('that are ordered all the same are named by the order, its page and its mail, with how many were left', async () => {
    const [name, other] = [`Plate ${stories.shelf.word}`, `Spoon ${stories.shelf.word}`];
    const [product, spoon] = [await stories.shelf.createOne(name, 8), await stories.shelf.createOne(other, 30)];
    const { session, customer } = await stories.newBuyer();
    const lines = [
      { productId: product, quantity: 8 },
      { productId: spoon, quantity: 2 },
    ];
    await waitFor('the cart to know both', () =>
      customer.fill([lines[1] ?? lines[0]] as never).then(
        () => true,
        () => false,
      ),
    );
    await customer.fill([lines[0]] as never);
    await stories.shelf.adjust(product, -1);
    const order = await customer.place('card-ok');
    if ('rejected' in order) throw new Error(order.rejected);
    const page = await visit(session);
    await page.goto(`/orders/${order.id}`);

    await page.getByText(`${name}: you ordered 8, only 7 were left.`).waitFor();
    expect(await page.getByText('Somebody was quicker').count()).toBe(0);
    expect(await page.getByText(`${other}:`).count()).toBe(0);
    const query = 'query ($id: ID!) { order(id: $id) { cancelReason failedLines { productId name quantity available product { name } } } }';
    expect(await customer.client.ask(query, { id: order.id })).toEqual({
      order: {
        cancelReason: 'OUT_OF_STOCK',
        failedLines: [{ productId: product, name, quantity: 8, available: 7, product: { name } }],
      },
    });
    const text = await mailTextOf(stories.shop, order.id, 'ORDER_CANCELLED');
    expect(text).toContain(`${name}: you ordered 8, only 7 were left.`);
    expect(text).toContain('Nothing was charged');
  }, 60_000);
});

test('a line shows both that its price has changed and that few are left, the more severe first', async () => {
  const name = `Vase ${stories.shelf.word}`;
  const product = await stories.shelf.createOne(name, 4);
  const { customer, session } = await stories.newBuyer();
  await waitFor('the cart to know it', () =>
    customer.fill([{ productId: product, quantity: 3 }]).then(
      () => true,
      () => false,
    ),
  );
  await stories.shelf.setPrice(product, 2500);
  const query = '{ cart { lines { notices } } }';
  type Seen = { cart: { lines: { notices: string[] }[] } };

  const notices = await waitFor('the cart to know the price', async () => {
    const [line] = (await customer.client.ask<Seen>(query)).cart.lines;
    return line?.notices.includes('PRICE_CHANGED') ? line.notices : undefined;
  });
  expect(notices).toEqual(['PRICE_CHANGED', 'LOW_STOCK']);

  await stories.shelf.adjust(product, -2);
  const { page } = await stories.visit({ session });
  for (const path of ['/cart', '/checkout']) {
    await page.goto(path);
    const notices = page.getByRole('listitem').getByText(/Only 2 left|price has changed/i);
    await notices.nth(1).waitFor();
    expect([path, ...(await notices.allInnerTexts())]).toEqual([
      path,
      expect.stringContaining('Only 2 left.'),
      expect.stringMatching(/price has changed/i),
    ]);
  }
}, 30_000);

test('what does not fit when a guest logs in is named, and is not lost', async () => {
  const name = `Candle ${stories.shelf.word}`;
  const product = await stories.shelf.createOne(name, 500);
  const { session, customer } = await stories.newBuyer();
  await waitFor('the cart to know it', () =>
    customer.fill([{ productId: product, quantity: 60 }]).then(
      () => true,
      () => false,
    ),
  );
  const guestPage = await visit();
  await putIn(guestPage, product, 60);
  const guestCart = await guestPage.evaluate(() => localStorage.getItem('marigold.cart'));
  const visitor = await stories.visit({ session });
  await visitor.context.addInitScript((id) => {
    if (sessionStorage.getItem('filled') === null) localStorage.setItem('marigold.cart', id ?? '');
    sessionStorage.setItem('filled', 'yes');
  }, guestCart);
  const { page } = visitor;
  await page.goto('/cart');

  await page.getByText(`21 × ${name}`).waitFor();
  expect(await quantityOf(page, name).inputValue()).toBe('99');
  await quantityOf(page, name).fill('50');
  await quantityOf(page, name).press('Enter');
  await page.getByText('(50 items)').waitFor();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByText('(71 items)').waitFor();
  await page.getByText(`21 × ${name}`).waitFor({ state: 'detached' });
}, 60_000);

test('what comes back from a cancelled order into a full cart waits there, is named on both pages, and joins when there is room', async () => {
  const name = `Lantern ${stories.shelf.word}`;
  const first = await stories.shelf.createOne(name, 50);
  const others = Object.values(await stories.shelf.create(Array.from({ length: 20 }, (_, at) => `Filler ${at} ${stories.shelf.word}`)));
  const { session, customer } = await stories.newBuyer();
  const put = (productId: string, quantity: number) =>
    waitFor('the cart to know it', () =>
      customer.fill([{ productId, quantity }]).then(
        () => true,
        () => false,
      ),
    );
  await put(first, 3);
  const order = await customer.place('card-slow');
  if ('rejected' in order) throw new Error(order.rejected);
  await customer.cartEmptied();
  for (const productId of others) await put(productId, 1);
  expect(await customer.cancel(order.id)).toBe('CANCELLED');
  type Seen = { cart: { waiting: object[] } };
  await waitFor('it to wait', async () => (await customer.client.ask<Seen>('{ cart { waiting { name } } }')).cart.waiting.length === 1);
  const visitor = await stories.visit({ session, locale: 'vi-VN' });
  const { page } = visitor;
  await page.goto(`/orders/${order.id}`);
  await page.getByText('Một số sản phẩm chưa vào được giỏ hàng; chúng sẽ được thêm vào khi có chỗ.').waitFor();
  await page.getByRole('link', { name: 'Xem giỏ hàng' }).click();

  const waiting = page.getByRole('region', { name: 'Chưa có trong giỏ hàng' });
  await waiting.getByText(`3 × ${name}`).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: `Xóa Filler 0 ${stories.shelf.word}` }).click();
  await waiting.waitFor({ state: 'detached' });
  expect(await page.getByRole('textbox', { name: `Số lượng ${name}` }).inputValue()).toBe('3');
}, 60_000);

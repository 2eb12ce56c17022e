import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import {
  type BrowserSession,
  grantSession,
  keepScreenshot,
  looks,
  type OpenBrowser,
  openBrowser,
  showAs,
  violationsOf,
} from './browser.ts';
import { type OpenShop, openShop } from './shop.ts';

const { test } = needs('browser');

let shop: OpenShop;
let browser: OpenBrowser;
let tea: string;
let session: BrowserSession;

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  // as long as a name may be, and without a space to break it at
  tea = await createProduct(shop.stage, `Tea ${'of-a-very-long-name-'.repeat(5)}`, 500);
  const username = `e2e-${randomUUID().slice(0, 12)}`;
  session = await grantSession(shop.gatewayUrl, {
    register: { email: `${username}@example.com`, username, password: 'a long enough password' },
  });
  const customer = await createCustomer(shop.stage, session.accessToken);
  await customer.fill([{ productId: tea, quantity: 2 }]);
  const query = 'mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { __typename } }';
  const place = { line1: '12 Hàng Gai', city: 'Hà Nội', postalCode: '100000', country: 'VN' };
  for (const name of ['Lan Nguyễn', 'L'.repeat(100)]) await customer.client.ask(query, { input: { ...place, name } });
  await customer.close();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  if (tea) await archiveProduct(shop.stage, tea);
  await shop?.close();
}, 30_000);

const main = (page: Page) => page.getByRole('main');
const press = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name }).click();

/** Every page of access, account and checkout, and how it comes to be as it is looked at. */
const pages = {
  'log-in': { path: '/log-in?next=/checkout', ready: 'Email', act: (page: Page) => press(page, /^(Log in|Đăng nhập)$/) },
  register: { path: '/register', ready: 'Email', act: (page: Page) => press(page, /Create an account|Tạo tài khoản/) },
  'confirm-email': { path: '/confirm-email?token=x', ready: /Confirm address|Xác nhận địa chỉ/ },
  'forgot-password': { path: '/forgot-password', ready: 'Email' },
  'reset-password': { path: '/reset-password?token=x', ready: /New password|Mật khẩu mới/ },
  account: {
    path: '/account',
    ready: 'Lan Nguyễn',
    asCustomer: true,
    act: (page: Page) => press(page, /Add address|Thêm địa chỉ/),
  },
  checkout: { path: '/checkout', ready: /very-long-name/, asCustomer: true },
} satisfies Record<string, { path: string; ready: string | RegExp; asCustomer?: boolean; act?(page: Page): Promise<void> }>;

/** The narrow dark look in Vietnamese, the others in English. */
const visits = Object.entries(pages).flatMap(([name, page]) => [
  { name, page, locale: 'en-GB' as const, seen: looks.filter((look) => look.name !== 'dark-360') },
  { name, page, locale: 'vi-VN' as const, seen: looks.filter((look) => look.name === 'dark-360') },
]);

test.each(visits)(
  '$name in $locale is accessible and fits, in every layout',
  async ({ name, page: { path, ready, ...more }, locale, seen }) => {
    const { page, complaints, close } = await browser.newVisitor({ ...seen[0], locale, ...('asCustomer' in more ? { session } : {}) });
    await page.goto(path);
    await main(page).getByText(ready).first().waitFor();
    if ('act' in more) await more.act(page);

    const found: string[] = [];
    for (const look of seen) {
      await showAs(page, look);
      await keepScreenshot(page, `${name}-${look.name}`);
      found.push(...(await violationsOf(page)).map((line) => `${look.name} ${line}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${look.name} scrolls sideways`);
    }

    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },
  60_000,
);

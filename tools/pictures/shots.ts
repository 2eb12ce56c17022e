import type { Page } from 'playwright-core';
import type { BrowserSession, VisitorOptions } from '../../tests/e2e/browser.ts';

/** What the pictures are taken of: a shop that was bought from. */
export type Scene = {
  readonly customer: BrowserSession;
  readonly admin: BrowserSession;
  readonly productId: string;
  readonly paidOrderId: string;
  readonly declinedOrderId: string;
  /** The playground, with its accounts. */
  readonly playgroundUrl: string;
};

export type Shot = {
  /** Of the file in docs/pictures/. */
  readonly name: string;
  readonly as?: 'customer' | 'admin';
  readonly look?: Pick<VisitorOptions, 'width' | 'height' | 'colorScheme'>;
  readonly path: (scene: Scene) => string;
  /** Brings the page to where it is worth a picture. */
  readonly before?: (page: Page) => Promise<void>;
};

/** Every picture of the README and of docs/, in the order in which they are taken. */
export const shots: readonly Shot[] = [
  { name: 'shop', path: () => '/' },
  { name: 'shop-dark', look: { colorScheme: 'dark' }, path: () => '/' },
  { name: 'shop-phone', look: { width: 390, height: 844 }, path: () => '/' },
  { name: 'product', path: ({ productId }) => `/products/${productId}` },
  { name: 'cart', as: 'customer', path: () => '/cart' },
  { name: 'checkout', as: 'customer', look: { height: 1100 }, path: () => '/checkout' },
  { name: 'order-paid', as: 'customer', look: { height: 1000 }, path: ({ paidOrderId }) => `/orders/${paidOrderId}` },
  { name: 'order-declined', as: 'customer', look: { height: 1000 }, path: ({ declinedOrderId }) => `/orders/${declinedOrderId}` },
  { name: 'orders', as: 'customer', path: () => '/orders' },
  { name: 'admin-board', as: 'admin', look: { width: 1440 }, path: () => '/admin' },
  { name: 'admin-story', as: 'admin', look: { width: 1440, height: 1200 }, path: ({ paidOrderId }) => `/admin/orders/${paidOrderId}` },
  { name: 'admin-catalogue', as: 'admin', look: { width: 1440 }, path: () => '/admin/catalogue' },
  { name: 'admin-operations', as: 'admin', look: { width: 1440 }, path: () => '/admin/operations' },
  { name: 'playground-light', look: { width: 1600 }, path: () => '/graphql', before: runFirstTab },
  { name: 'playground-plan', look: { width: 1600, height: 1000 }, path: ({ playgroundUrl }) => playgroundUrl, before: showPlan },
  { name: 'playground-map', look: { width: 1600, height: 1000 }, path: () => '/graphql', before: showMap },
  { name: 'admin-dark', as: 'admin', look: { width: 1440, colorScheme: 'dark' }, path: () => '/admin' },
];

async function run(page: Page): Promise<void> {
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window').filter({ hasText: 'data' }).waitFor();
}

/** The first tab of the playground, answered. */
async function runFirstTab(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await run(page);
}

/** The customer's orders, with the plan that brought them. */
async function showPlan(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Customer', exact: true }).click();
  await page.locator('.who-told').filter({ hasText: 'linh' }).waitFor();
  await page
    .locator('.graphiql-sidebar')
    .getByRole('button', { name: /Collection/ })
    .click();
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('MyOrders');
  await page
    .getByRole('button', { name: /^MyOrders / })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Query plan' }).click();
  await page.locator('.plan-box').first().waitFor();
  await run(page);
  await page.locator('.plan-box').filter({ hasText: ' ms' }).first().waitFor();
}

/** Which subgraph owns what. */
async function showMap(page: Page): Promise<void> {
  const sidebar = page.locator('.graphiql-sidebar');
  await sidebar.getByRole('button', { name: /Map of the graph/ }).click();
  await page.getByRole('searchbox', { name: 'Search types and fields' }).fill('Order');
  await page.getByRole('article', { name: 'Order', exact: true }).waitFor();
}

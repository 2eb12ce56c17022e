import type { Page } from 'playwright-core';

async function run(page: Page): Promise<void> {
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window').filter({ hasText: 'data' }).waitFor();
}

/** The first tab, answered. */
export async function runFirstTab(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await run(page);
}

/** The customer's orders, with the plan that brought them. */
export async function showPlan(page: Page): Promise<void> {
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
export async function showMap(page: Page): Promise<void> {
  const sidebar = page.locator('.graphiql-sidebar');
  await sidebar.getByRole('button', { name: /Map of the graph/ }).click();
  await page.getByRole('searchbox', { name: 'Search types and fields' }).fill('Order');
  await page.getByRole('article', { name: 'Order', exact: true }).waitFor();
}

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { createFact, toMessage } from '#kafka/facts.ts';
import { createInProcessLog } from '#kafka/in-process-log.ts';
import { composeToFile, type FakeSubgraph, startFakeSubgraph, startTestGateway, type TestGateway } from './fake-subgraph.ts';

jest.setTimeout(60_000);

const sdl = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const id = '0197a000-0000-7000-8000-000000000001';
const teapot = {
  id,
  sku: 'TEAPOT',
  name: 'Teapot of the north',
  slug: 'teapot',
  description: '',
  category: { slug: 'tea', name: 'Tea', productCount: 1 },
  price: { amount: 4200, currency: 'EUR' },
  images: [],
  availability: 'IN_STOCK',
  archived: false,
  version: 1,
};

const eventLog = createInProcessLog();
const strange: string[] = [];
let product: FakeSubgraph;
let gateway: TestGateway;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await startFakeSubgraph('product', sdl('subgraphs/product/schema.graphql'), {
    Query: {
      categories: () => [teapot.category],
      products: () => ({ totalCount: 1, edges: [{ cursor: 'c', node: teapot }], pageInfo: { hasNextPage: false, hasPreviousPage: false } }),
    },
    Product: { __resolveReference: () => teapot },
  });
  const events = { name: 'events', url: 'http://events.invalid', sdl: sdl('schema/events.graphql') };
  const others = ['cart', 'order', 'user', 'payment'].map((name) => ({
    name,
    url: 'http://127.0.0.1:9/graphql',
    sdl: sdl(`subgraphs/${name}/schema.graphql`),
  }));
  gateway = await startTestGateway(composeToFile([product, ...others, events]), {}, eventLog);
  browser = await launcher.launch({ executablePath: await chromium.executablePath(), args: chromium.args, headless: true });
  page = await browser.newPage();
  page.on('console', (line) => {
    if (line.type() === 'error') strange.push(line.text());
  });
  page.on('pageerror', (error) => strange.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.url.replace('/graphql', ''))) strange.push(`asked ${request.url()}`);
  });
  await page.goto(gateway.url);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await eventLog.close();
  await product?.stop();
});

const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
const run = () => page.locator('.graphiql-execute-button').click();
const seeInAnswer = (text: string) => page.locator('.result-window', { hasText: text }).waitFor({ timeout: 20_000 });

describe('the playground in a browser', () => {
  test('runs the first example with its variables', async () => {
    await run();

    await seeInAnswer(teapot.name);
    expect(product.seen.at(-1)?.variables).toMatchObject({ first: 6, sort: 'NAME' });
  });

  test('runs a subscription with the product it has just seen, and shows what happens to it', async () => {
    await openTab('ProductAvailability');
    await run();
    await seeInAnswer('IN_STOCK');

    const { sku, name, slug, archived } = teapot;
    const price = { amount: 4200, currency: 'EUR' as const };
    const state = {
      productId: id,
      version: 2,
      sku,
      name,
      slug,
      category: 'Tea',
      price,
      availability: 'OUT_OF_STOCK' as const,
      imageUrl: null,
      archived,
    };
    await eventLog.publish([toMessage(createFact('product.availability-changed', id, state))]);

    await seeInAnswer('OUT_OF_STOCK');
  });

  test('asks no other host, runs under its policy, and complains about nothing', () => {
    expect(strange).toEqual([]);
  });
});

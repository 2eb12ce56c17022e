import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { launchChromium } from '#tests/support/chromium.ts';
import { needs } from '#tests/support/needs.ts';
import {
  composeToFile,
  type FakeSubgraph,
  startFakeSubgraph,
  startTestGateway,
  type TestGateway,
} from '../../gateway/tests/fake-subgraph.ts';
import { playground } from '../build.ts';

jest.setTimeout(120_000);
const { describe, test } = needs('browser');

const sdl = (path: string) => readSubgraphSchema(new URL(`../../${path}`, import.meta.url));
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
  // does nothing when what is built is of these sources
  execFileSync(process.execPath, [join(playground.dist, '..', 'build.ts')], { stdio: 'pipe' });
  gateway = await startTestGateway(composeToFile([product, ...others, events]), {}, eventLog);
  browser = await launchChromium();
  // the axe that looks at the page is no script of ours, which the policy of the page rejects
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  const ours = new URL(gateway.url).origin;
  // as on a machine without a network
  await context.route(
    (url) => url.origin !== ours,
    (route) => route.abort(),
  );
  page = await context.newPage();
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

const panel = (name: string) => page.locator('.graphiql-sidebar').getByRole('button', { name: new RegExp(name) });
async function showPanel(name: string): Promise<void> {
  const title = page.locator('.panel').getByRole('heading', { name });
  // its button closes what is open, and its label has the action
  const isOpen = await page
    .locator('.graphiql-sidebar')
    .getByRole('button', { name: `Hide ${name}` })
    .isVisible();
  if (!isOpen) await panel(name).click();
  await title.waitFor();
}
const run = () => page.locator('.graphiql-execute-button').click();
const seeInAnswer = (text: string) => page.locator('.result-window', { hasText: text }).waitFor({ timeout: 20_000 });

/** What is GraphiQL's own and not ours to mend, by rule and place: its tabs hold the buttons that close them. */
const notOurs = /^nested-interactive: .* role="tab" .*graphiql-tab/;

async function violations(): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ content: axe.source });
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run());
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target.join(' ')} ${html}`).filter((line) => !notOurs.test(line)),
  );
}

describe('the playground in a browser', () => {
  test('runs the first example with its variables', async () => {
    await run();

    await seeInAnswer(teapot.name);
    expect(product.seen.at(-1)?.variables).toMatchObject({ first: 6, sort: 'NAME' });
  });

  test('draws the plan, and how long the subgraph took', async () => {
    const box = page.locator('.plan-box');
    await box.locator('.time', { hasText: 'ms' }).waitFor();

    expect(await box.textContent()).toMatch(/^product [\d.]+ ms categories, products/);
    expect(await page.locator('.plan-fetch pre').textContent()).toContain('categories {');
  });

  test('runs a subscription with the product it has just seen, and shows what happens to it', async () => {
    await showPanel('Collection');
    await page.getByRole('searchbox', { name: 'Search operations' }).fill('availability live');
    await page
      .getByRole('button', { name: /^ProductAvailability/ })
      .first()
      .click();
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
    await eventLog.publish([toMessage(createEvent('product.availability-changed', id, state))]);

    await seeInAnswer('OUT_OF_STOCK');
    const newest = page.locator('.event').last();
    expect(await newest.textContent()).toMatch(/ms later.*availability IN_STOCK → OUT_OF_STOCK/);
  });

  test('goes on with the subscription in its tab while another is shown, until it is stopped', async () => {
    await page.getByRole('tab', { name: 'Register', exact: true }).click();
    await page.getByText('Run a subscription, and what it tells').waitFor();
    await page.getByRole('tab', { name: 'ProductAvailability', exact: true }).click();
    await page.getByText('ProductAvailability is live, 2 events').waitFor();

    await page.getByRole('button', { name: 'Stop', exact: true }).click();

    await page.getByText('ProductAvailability is stopped, 2 events').waitFor();
    expect(await page.locator('.event').count()).toBe(2);
  });

  test('documents the schema: from the root to a field, with its description', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const documentation = page.locator('.graphiql-doc-explorer');
    const follow = (name: string) => documentation.getByRole('link', { name, exact: true }).first().click();
    for (const name of ['Query', 'order', 'Order', 'history', 'OrderHistoryEntry']) await follow(name);

    await documentation.getByText('A change of status').waitFor({ state: 'attached' });
    expect(await documentation.getByRole('link', { name: 'cause', exact: true }).count()).toBe(1);
  });

  test('shows who owns what, and what leads to a type', async () => {
    await showPanel('Map of the graph');
    await page.getByRole('button', { name: 'Only payment' }).click();
    const order = page.getByRole('article', { name: 'Order', exact: true });

    expect(await order.locator('.fields').textContent()).toContain('payment');
    expect(await order.locator('.type-extended').textContent()).toContain('payment');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('searchbox', { name: 'Search types and fields' }).fill('OrderLine');
    await page.getByRole('button', { name: 'OrderLine', exact: true }).click();
    await page.getByText('around OrderLine').waitFor();
    expect(await order.locator('.fields').textContent()).toContain('lines');
  });

  test('has a pane below the editors whose edge is dragged, or moved by keys', async () => {
    const pane = page.getByRole('region', { name: 'Below the editors' });
    const edge = page.getByRole('separator', { name: 'Height of what is below the editors' });
    const heightOf = async () => (await pane.boundingBox())?.height ?? 0;
    const [before, place] = [await heightOf(), await edge.boundingBox()];
    if (place === null) throw new Error('The pane has no edge.');
    const middle = { x: place.x + place.width / 2, y: place.y + place.height / 2 };

    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x, middle.y + 60, { steps: 4 });
    await page.mouse.up();

    const dragged = await heightOf();
    // whole pixels
    expect(Math.abs(before - 60 - dragged)).toBeLessThanOrEqual(0.5);
    await edge.focus();
    await page.keyboard.press('ArrowUp');
    expect(await heightOf()).toBe(dragged + 24);
  });

  test('has a pane below the editors that never ends below the screen, however far its edge is moved or low the window is', async () => {
    const pane = page.getByRole('region', { name: 'Below the editors' });
    const edge = page.getByRole('separator', { name: 'Height of what is below the editors' });
    const size = page.viewportSize() ?? { width: 1280, height: 720 };
    const heights = async () => {
      const [box, now, highest] = [
        await pane.boundingBox(),
        await edge.getAttribute('aria-valuenow'),
        await edge.getAttribute('aria-valuemax'),
      ];
      return {
        end: Math.round((box?.y ?? 0) + (box?.height ?? 0)),
        height: Math.round(box?.height ?? 0),
        now: Number(now),
        highest: Number(highest),
      };
    };
    const place = await edge.boundingBox();
    await page.mouse.move(size.width / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2);
    await page.mouse.down();
    await page.mouse.move(size.width / 2, 0, { steps: 4 });
    await page.mouse.up();

    const dragged = await heights();
    expect(dragged).toEqual({ end: size.height, height: dragged.highest, now: dragged.highest, highest: dragged.highest });
    await edge.focus();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowUp');
    expect(await heights()).toEqual(dragged);
    await page.setViewportSize({ width: size.width, height: 560 });
    expect((await heights()).end).toBe(560);
    await page.setViewportSize(size);
    await edge.focus();
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('ArrowDown');
    expect((await heights()).height).toBe(dragged.height - 8 * 24);
  });

  test('has a map that can be dragged and zoomed without selecting a node', async () => {
    await showPanel('Map of the graph');
    const drawing = page.locator('.map-picture');
    const payment = page.getByRole('button', { name: 'Only payment' });
    await payment.scrollIntoViewIfNeeded();
    const viewBox = () => drawing.getAttribute('viewBox');
    const [whole, before] = [await viewBox(), await payment.boundingBox()];
    if (before === null) throw new Error('The map has no box of payment.');
    const middle = { x: before.x + before.width / 2, y: before.y + before.height / 2 };

    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + 40, middle.y + 30, { steps: 4 });
    await page.mouse.up();

    const after = await payment.boundingBox();
    expect([Math.round((after?.x ?? 0) - before.x), Math.round((after?.y ?? 0) - before.y)]).toEqual([40, 30]);
    expect(await payment.getAttribute('aria-pressed')).toBe('false');
    await drawing.focus();
    await page.keyboard.press('+');
    expect((await payment.boundingBox())?.width).toBeGreaterThan(before.width);
    await page.getByRole('button', { name: 'Whole map' }).click();
    expect(await viewBox()).toBe(whole);
    await payment.click();
    expect(await payment.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Show all' }).click();
  });

  test('shows the log-in form where the shop publishes no accounts', async () => {
    await page.getByRole('button', { name: 'Admin', exact: true }).click();
    const form = page.getByRole('form', { name: 'Log in as admin' });
    await form.getByLabel('Email or username').waitFor();
    expect(await page.locator(':focus').getAttribute('autocomplete')).toBe('username');

    await form.getByRole('button', { name: 'Cancel' }).click();

    expect(await form.count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Guest', exact: true }).getAttribute('aria-pressed')).toBe('true');
  });

  test.each(['light', 'dark'] as const)('is accessible: %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    for (const name of ['Collection', 'Map of the graph']) {
      await showPanel(name);
      await page.locator('.panel').getByRole('searchbox').fill('cart');

      expect(await violations()).toEqual([]);
    }
  });

  test('shows the answer below the operation where there is no room beside it', async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    const editor = await page.locator('.graphiql-query-editor').boundingBox();
    const answer = await page.locator('.graphiql-response').boundingBox();

    expect(answer?.width).toBeGreaterThan(240);
    expect(answer?.y).toBeGreaterThan((editor?.y ?? 0) + (editor?.height ?? 0));
  });

  test.each([1280, 360])('is no wider than a screen of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });

    // the editors measure their place again, a moment after it has changed
    await page.waitForFunction(`document.documentElement.scrollWidth <= ${width}`, null, { timeout: 5000 });
  });

  test('asks no other host, runs under its policy, and complains about nothing', () => {
    // the question for accounts, where there are none
    expect(strange.filter((line) => !line.includes('404'))).toEqual([]);
  });
});

describe('what is built', () => {
  test('asks no other host for anything', () => {
    expect(readFileSync(join(playground.dist, 'index.html'), 'utf8')).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('is built again when an example changes, or an operation of the first tabs', () => {
    const { outside } = JSON.parse(readFileSync(join(playground.dist, 'version.json'), 'utf8')) as { outside: string[] };

    expect(playground.isBuilt()).toBe(true);
    expect(outside).toEqual(expect.arrayContaining(['schema/examples.ts', 'schema/operations/playground/register.graphql']));
  });

  test('is served whole, each file as what it is, and kept by browsers for a year', async () => {
    const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', ttf: 'font/ttf', woff2: 'font/woff2' };
    const names = globSync('graphiql/*', { cwd: playground.dist });
    const given = await Promise.all(
      names.map(async (name) => {
        const { status, headers } = await fetch(new URL(name, gateway.url));
        return [name, status, headers.get('content-type'), headers.get('cache-control')];
      }),
    );

    expect(names.length).toBeGreaterThan(10);
    expect(new Set(names.map((name) => name.split('.').at(-1)))).toEqual(new Set(Object.keys(types)));
    expect(given).toEqual(
      names.map((name) => [name, 200, types[name.split('.').at(-1) as keyof typeof types], 'public, max-age=31536000, immutable']),
    );
  });
});

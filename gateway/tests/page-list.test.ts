import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Found, PageList } from '../http/page-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'marigold-pages-'));
const asked: [string, object][] = [];
const [tea, gone, other] = [1, 2, 3].map((n) => `019c0000-0000-7000-8000-00000000000${n}`) as [string, string, string];
const answers: Record<string, Found> = { [tea]: 'found', [gone]: 'missing' };
const list = new PageList(folder, async (query, variables) => {
  asked.push([query, variables]);
  return answers[variables['id'] ?? ''] ?? 'unknown';
});
/** Nobody's in particular. */
const request = new IncomingMessage(new Socket());
const write = (text: string, second: number) => {
  writeFileSync(join(folder, 'pages.json'), text);
  utimesSync(join(folder, 'pages.json'), second, second);
};

beforeAll(() => {
  const pages = [
    { path: '/' },
    { path: '/cart' },
    { path: '/orders/:id' },
    { path: '/shelves/new' },
    { path: '/shelves/:id' },
    { path: '/shops/:name' },
    { path: '/products/:id/:slug?', exists: 'query' },
  ];
  write(JSON.stringify(pages), 1);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an address', () => {
  test.each([
    '/',
    '/cart',
    '/cart/',
    '/Cart',
    `/orders/${other}`,
    `/orders/${other.toUpperCase()}/`,
    '/shelves/new',
    '/shops/tr%C3%A0%20sen',
  ])('is a page: %s', async (path) => {
    expect(await list.isPage(path, request)).toBe(true);
  });

  test.each(['/carts', '/cart/more', '/orders', `/orders/${other}/2`, '/%', '//', '/products'])('is none: %s', async (path) => {
    expect(await list.isPage(path, request)).toBe(false);
  });

  test.each(['/orders/1', '/orders/%E0%A4%A', '/orders/unknown', `/orders/${tea}0`, '/shelves/old', '/products/tea', '/products/%00'])(
    'is none, without a request, where the path has no valid id: %s',
    async (path) => {
      asked.length = 0;

      expect(await list.isPage(path, request)).toBe(false);
      expect(asked).toEqual([]);
    },
  );

  test.each([
    [`/products/${tea}`, true],
    [`/products/${tea}/lotus-tea`, true],
    [`/products/${gone}`, false],
    [`/products/${other}`, true],
  ])('is a page while there is what it is about: %s', async (path, isPage) => {
    expect(await list.isPage(path, request)).toBe(isPage);
  });

  test('is asked about with the names of its path', async () => {
    asked.length = 0;
    await list.isPage(`/products/${tea}/tr%C3%A0-sen`, request);

    expect(asked).toEqual([['query', { id: tea, slug: 'trà-sen' }]]);
  });
});

test('every address is a page while there is no list', async () => {
  expect(await new PageList(join(folder, 'nowhere'), async () => 'missing').isPage('/anything', request)).toBe(true);
});

test('a new build has its own pages, and one that cannot be read hides none', async () => {
  write(JSON.stringify([{ path: '/new' }]), 2);
  expect([await list.isPage('/new', request), await list.isPage('/cart', request)]).toEqual([true, false]);
  write('no list', 3);
  expect(await list.isPage('/cart', request)).toBe(true);
});

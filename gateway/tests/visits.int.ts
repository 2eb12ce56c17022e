import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const folder = mkdtempSync(join(tmpdir(), 'marigold-visits-'));
const pictures: string[] = [];
const product = createServer((request, response) => {
  pictures.push(request.url ?? '');
  response.writeHead(200, { 'content-type': 'image/webp' }).end('a picture');
});
let books: FakeSubgraph;
let supergraph: string;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;

beforeAll(async () => {
  const exists = 'query ($id: ID!) { book(id: $id) { id } }';
  writeFileSync(join(folder, 'pages.json'), JSON.stringify([{ path: '/' }, { path: '/books/:id', exists }]));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>A shop</title>');
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  const port = await listen(product, '127.0.0.1', 0);
  const shelf = { name: 'product', url: `http://127.0.0.1:${port}/graphql`, sdl: pictureSdl };
  supergraph = composeToFile([library.books, library.reviews, shelf]);
});
afterEach(() => gateway.stop());
afterAll(async () => {
  await stopLibrary();
  product.closeAllConnections();
  product.close();
  rmSync(folder, { recursive: true });
});

const pictureSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { hello: String }`;
const visit = (path: string, from: string, method = 'GET') =>
  fetch(gateway.url.replace('/graphql', path), { method, headers: { accept: 'text/html', 'x-forwarded-for': from } });
/** Twenty at the same moment, of something else each. */
const visitMany = (pathOf: (index: string) => string, from: string) =>
  Promise.all(Array.from({ length: 20 }, (_, index) => visit(pathOf(index.toString(16).padStart(2, '0')), from)));
const statusesOf = (responses: readonly Response[]) => new Set(responses.map(({ status }) => status));

async function start(env: Record<string, string>): Promise<void> {
  books.seen.length = 0;
  gateway = await startTestGateway(supergraph, { TRUSTED_PROXIES: '1', STOREFRONT_FOLDER: folder, ...env });
}

test.each([
  ['pages', 'GET', '/'],
  ['what is not there', 'HEAD', '/assets/none.js'],
  ['preflights', 'OPTIONS', '/graphql'],
])('one address gets only so many %s, and health checks are answered', async (_what, method, path) => {
  await start({ VISIT_RATE_LIMIT_BURST: '2', VISIT_RATE_LIMIT_PER_SECOND: '1' });

  const many = await Promise.all(Array.from({ length: 20 }, () => visit(path, '1.1.1.1', method)));
  const [elsewhere, live] = await Promise.all([visit('/', '2.2.2.2'), visit('/livez', '1.1.1.1')]);

  const rejected = many.filter(({ status }) => status === 429);
  expect(rejected.length).toBeGreaterThan(0);
  expect(rejected[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
  expect([elsewhere.status, live.status]).toEqual([200, 200]);
});

test('a page asks whether its thing is there in the turn of who opens it, and is shown where that is too much', async () => {
  await start({ GUEST_RATE_LIMIT_BURST: '2', GUEST_RATE_LIMIT_PER_SECOND: '1' });

  const many = await visitMany((index) => `/books/019c0000-0000-7000-8000-0000000000${index}`, '1.1.1.1');

  const asked = books.seen.length;
  await visit('/books/019c0000-0000-7000-8000-00000000a000', '2.2.2.2');

  expect(asked).toBeLessThan(20);
  // what could not be asked may well be there
  expect([...statusesOf(many)]).toEqual([200]);
  expect(books.seen.length).toBe(asked + 1);
});

test('pictures that are not in memory are fetched in the turn of who asks for them', async () => {
  await start({ GUEST_RATE_LIMIT_BURST: '2', GUEST_RATE_LIMIT_PER_SECOND: '1' });
  const pathOf = (index: string) => `/pictures/uploaded/${index.padStart(32, '0')}-400.webp`;

  const many = await visitMany(pathOf, '1.1.1.1');
  const kept = await visit(pathOf('00'), '1.1.1.1');
  const elsewhere = await visit(pathOf('a0'), '2.2.2.2');

  expect(pictures.length).toBeLessThan(21);
  expect([...statusesOf(many)].sort()).toEqual([200, 429]);
  expect([kept.status, elsewhere.status]).toEqual([200, 200]);
});

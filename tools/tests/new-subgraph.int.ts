import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { namesOf, problemOfName } from '../new-subgraph/names.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'marigold-copy-'));
const databases: TestDatabase[] = [];

type Ended = { status: number | null; output: string };

/** A command of the copy. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy, env: { ...process.env, NODE_OPTIONS: '--no-warnings', ...env } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('close', (status) => resolve({ status, output }));
  });
}

const bin = (name: string, ...args: string[]) => [join('node_modules', '.bin', name), ...args];

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold: ${from}`);
  writeFileSync(join(copy, file), text.replace(from, to));
}

beforeAll(() => {
  // without git, which a machine need not have: what it ignores, and pictures that nothing here looks at
  const left = /^(node_modules|coverage|\.(git|node|data|kafka)|gateway\/assets|storefront\/(dist|\.tmp-[^/]*)|.*\.types\.ts)$/;
  cpSync(root, copy, { recursive: true, filter: (path) => !left.test(relative(root, path)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}, 30_000);

afterAll(async () => {
  rmSync(copy, { recursive: true, force: true });
  await Promise.all(databases.map((database) => database.drop()));
});

test('npm run new-subgraph review writes a subgraph that keeps every promise at once', async () => {
  const written = await run(['tools/new-subgraph.ts', 'review']);
  expect(written).toMatchObject({ status: 0, output: expect.stringContaining('The subgraph review is there.') });

  const checked = await Promise.all([
    run(bin('biome', 'ci', '--error-on-warnings', '--vcs-enabled=false', 'subgraphs/review', 'schema/subgraph-ports.ts')),
    run(['schema/compose.ts']),
  ]);
  expect(checked.filter(({ status }) => status !== 0)).toEqual([]);

  // PostgreSQL is there already: without what starts it for a run of its own
  writeFileSync(
    join(copy, 'copy.config.mjs'),
    "export default { transform: {}, runner: 'jest-light-runner', setupFiles: ['<rootDir>/tests/support/jest-setup.ts'], testMatch: ['**/*.test.ts', '**/*.int.ts'] };",
  );
  const promised = await run(
    bin(
      'jest',
      '--config',
      'copy.config.mjs',
      '--verbose',
      'tests/contract/federation',
      'tests/contract/subgraphs',
      'tests/contract/shape',
      'subgraphs/review',
      'tools/tests/kubernetes',
    ),
    { NODE_OPTIONS: '--no-warnings' },
  );
  expect(promised).toMatchObject({ status: 0, output: expect.stringContaining('review answers for Review') });
  expect(promised.output).toContain('review has the shape of every subgraph');
}, 180_000);

test('a field that it adds to Product is answered through the gateway', async () => {
  edit(
    'subgraphs/review/schema.graphql',
    'type Product @key(fields: "id", resolvable: false) {\n  "The id of the product."\n  id: ID!',
    'type Product @key(fields: "id") {\n  "The id of the product."\n  id: ID!\n  "What its buyers say, the newest first; ten at most."\n  reviews: [Review!]!',
  );
  edit(
    'subgraphs/review/resolvers.ts',
    '    Review: {',
    `    Product: {
      __resolveReference: ({ id }) => ({ id }),
      reviews: ({ id }, _, { loaders }) => loaders.reviewsOfProducts.load(id),
    },
    Review: {`,
  );
  edit(
    'subgraphs/review/loaders.ts',
    '  return {',
    '  return {\n    reviewsOfProducts: new DataLoader<string, Review[]>((productIds) => findReviewsOfProducts(deps, productIds)),',
  );
  edit('subgraphs/review/loaders.ts', 'findReviews, ', 'findReviews, findReviewsOfProducts, ');
  edit(
    'subgraphs/review/queries.ts',
    'export const toReview',
    `/** The newest ten of each product, in the order of the ids. */
    export async function findReviewsOfProducts({ database }: ReviewDependencies, productIds: readonly string[]): Promise<Review[][]> {
      const { rows } = await database.query<ReviewRow>(
        \`SELECT found.* FROM unnest($1::uuid[]) AS asked (id), LATERAL (SELECT \${columns} FROM reviews WHERE product_id = asked.id ORDER BY id DESC LIMIT 10) found\`,
        [[...new Set(productIds)].filter(isId)],
      );
      const byProduct = Map.groupBy(rows.map(toReview), (review) => review.productId);
      return productIds.map((id) => byProduct.get(id) ?? []);
    }

    export const toReview`,
  );
  writeFileSync(join(copy, 'tools/ask-reviews.ts'), askReviews);
  const urls = await Promise.all(['product', 'review'].map((name) => createTestDatabase(`new_${name}`)));
  databases.push(...urls);

  const composed = await run(['schema/compose.ts']);
  expect(composed).toMatchObject({ status: 0 });
  const asked = await run(['tools/ask-reviews.ts'], { PRODUCT: urls[0]?.url ?? '', REVIEW: urls[1]?.url ?? '' });

  expect(asked).toMatchObject({ status: 0 });
  expect(JSON.parse(asked.output.trim().split('\n').at(-1) ?? '')).toEqual({
    data: {
      products: {
        edges: [
          {
            node: {
              name: 'Cup',
              reviews: [
                { text: 'Better.', product: { name: 'Cup' } },
                { text: 'Good.', product: { name: 'Cup' } },
              ],
            },
          },
        ],
      },
    },
  });
}, 60_000);

/** A shop of two subgraphs and the gateway, in one process of the copy; prints what the gateway answers. */
const askReviews = `
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { signInternalToken } from '#platform/auth.ts';
import { createLogger } from '#platform/logger.ts';

const secret = 'a-secret-of-the-test-that-is-long-enough';
const parts = { eventLog: createInProcessLog(), logger: createLogger('test', 'silent') };
const open = async (name, folder, env) =>
  (await loadService({ name, folder })).start({ HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0', INTERNAL_TOKEN_SECRET: secret, ...env }, parts);
const product = await open('product', 'subgraphs/product', { DATABASE_URL: process.env.PRODUCT });
const review = await open('review', 'subgraphs/review', { DATABASE_URL: process.env.REVIEW });
const gateway = await open('gateway', 'gateway', { SUBGRAPH_URLS: 'product=' + product.url + ',review=' + review.url });
const ask = async (url, query, variables, identity) =>
  (await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(identity ? { authorization: 'Bearer ' + signInternalToken(identity, secret) } : {}) },
    body: JSON.stringify({ query, variables }),
  })).json();
const admin = { kind: 'user', userId: crypto.randomUUID(), role: 'ADMIN' };
const made = await ask(
  product.url,
  'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id } } } }',
  { input: { products: [{ sku: 'CUP-1', name: 'Cup', category: 'Cups', price: 500, stock: 1 }] } },
  admin,
);
const productId = made.data.createProducts.products[0].id;
for (const text of ['Good.', 'Better.'])
  await ask(review.url, 'mutation ($input: AddReviewInput!) { addReview(input: $input) { __typename } }', { input: { productId, text } }, admin);
const answer = await ask(gateway.url, '{ products(first: 5) { edges { node { name reviews { text product { name } } } } } }');
for (const service of [gateway, review, product]) await service.stop();
process.stdout.write(JSON.stringify(answer) + '\\n');
process.exit(0);
`;

describe('the name of a new subgraph', () => {
  const taken = {
    services: ['product', 'events', 'gateway'],
    databases: ['product', 'provider'],
    types: ['Product', 'Money', 'AddToCartInput'],
    rootFields: ['me', 'addToCart'],
  };

  test.each([
    ['review', null],
    ['gift-card', null],
    ['', 'Give the new subgraph a name: npm run new-subgraph review'],
    ['Review', '"Review" cannot be the name of a subgraph: use small letters and digits, words joined by "-", as in gift-card.'],
    ['../etc', '"../etc" cannot be the name of a subgraph: use small letters and digits, words joined by "-", as in gift-card.'],
    ['2nd', '"2nd" cannot be the name of a subgraph: use small letters and digits, words joined by "-", as in gift-card.'],
    ['x'.repeat(31), `"${'x'.repeat(31)}" is too long for the name of a subgraph: 30 characters at most.`],
    ['class', '"class" cannot be the name of a subgraph: it is a word of the language.'],
    ['product', 'There is a service "product" already: a subgraph needs a name of its own.'],
    ['provider', 'There is a database "provider" already: a subgraph needs one of its own.'],
    ['money', 'The graph has a type Money already: choose another name than "money".'],
    ['to-cart', 'The graph has a type AddToCartInput already: choose another name than "to-cart".'],
    ['me', 'The graph has a field me already: choose another name than "me".'],
  ])('%j: %j', (name, problem) => {
    expect(problemOfName(name, taken)).toBe(problem);
  });

  test('is spelled as each place spells names', () => {
    expect(namesOf('gift-card')).toMatchObject({
      pascal: 'GiftCard',
      camelPlural: 'giftCards',
      snakePlural: 'gift_cards',
      words: 'gift card',
    });
    expect(namesOf('category')).toMatchObject({ camelPlural: 'categories' });
    expect(namesOf('box')).toMatchObject({ camelPlural: 'boxes' });
  });
});

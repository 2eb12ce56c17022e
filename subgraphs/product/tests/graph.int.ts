import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import type { Database } from '#platform/postgres/database.ts';
import { createSubgraphClient } from '#tests/support/subgraph-client.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { createLoaders } from '../loaders.ts';
import { createResolvers } from '../resolvers.ts';
import { admin, customer, openProductFixture, type ProductFixture } from './fixture.ts';

let fixture: ProductFixture;
let ask: ReturnType<typeof createSubgraphClient>;
beforeAll(async () => {
  fixture = await openProductFixture('product_graph');
  ask = createSubgraphClient({
    sdl: new URL('../schema.graphql', import.meta.url),
    resolvers: createResolvers(fixture.deps),
    createLoaders: () => createLoaders(fixture.deps),
  });
});
afterAll(() => fixture.close());

/** How many statements the database is asked while `work` runs. */
async function countStatements(database: Database, work: () => Promise<unknown>): Promise<number> {
  const { query } = database;
  let count = 0;
  database.query = (...args) => {
    count += 1;
    return query(...args);
  };
  await work();
  database.query = query;
  return count;
}

test('creates, lists and shows products', async () => {
  const created = await ask(
    admin,
    `mutation ($input: CreateProductsInput!) {
      createProducts(input: $input) { __typename ... on CreateProductsSuccess { products { id slug createdAt } } ... on UserError { code message } }
    }`,
    { input: { products: [{ sku: 'G-1', name: 'Graph paper', category: 'Office', price: 300, stock: 2 }] } },
  );
  expect(created.errors).toBeUndefined();
  expect(created.data).toMatchObject({ createProducts: { __typename: 'CreateProductsSuccess', products: [{ slug: 'graph-paper' }] } });

  const listed = await ask(
    guest,
    `{ products(search: "graph", sort: NAME) { totalCount pageInfo { hasNextPage endCursor }
         edges { cursor node { sku price { amount currency } availability stock { available } category { slug productCount } images { url } archived } } }
       categories { name productCount } }`,
  );

  expect(listed.errors).toBeUndefined();
  expect(listed.data).toMatchObject({
    products: {
      totalCount: 1,
      pageInfo: { hasNextPage: false },
      edges: [
        {
          node: {
            sku: 'G-1',
            price: { amount: 300, currency: 'EUR' },
            availability: 'LOW_STOCK',
            stock: null,
            category: { slug: 'office', productCount: 1 },
            images: [],
            archived: false,
          },
        },
      ],
    },
    categories: [{ name: 'Office', productCount: 1 }],
  });
});

test('shows the stock to admins only', async () => {
  const { id } = await fixture.addProduct({ stock: 7 });
  const question = 'query ($id: ID!) { product(id: $id) { stock { available held committed } } }';

  expect((await ask(admin, question, { id })).data).toEqual({ product: { stock: { available: 7, held: 0, committed: 0 } } });
  expect((await ask(customer, question, { id })).data).toEqual({ product: { stock: null } });
  expect((await ask(guest, question, { id })).data).toEqual({ product: { stock: null } });
});

test('answers a batch of references in one statement for each kind of thing', async () => {
  const products = [await fixture.addProduct(), await fixture.addProduct(), await fixture.addProduct()];
  const ids = [...products.map((product) => product.id), newId(), 'x'];
  const representations = ids.map((id) => ({ __typename: 'Product', id }));
  const question = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Product { id name stock { available } category { name productCount } } }
  }`;

  let answer: Awaited<ReturnType<typeof ask>> = {};
  const statements = await countStatements(fixture.database, async () => {
    answer = await ask(admin, question, { representations });
  });

  expect(answer.errors).toBeUndefined();
  expect(answer.data?.['_entities']).toMatchObject([...products.map(({ id }) => ({ id, stock: { available: 10 } })), null, null]);
  expect(statements).toBe(3);
});

test('returns for a cart line how many are available, when they are fewer than its quantity', async () => {
  const { id } = await fixture.addProduct({ stock: 7 });
  const archived = await fixture.addProduct({ stock: 7 });
  await archiveProduct(fixture.deps, admin, { id: archived.id });
  const lines = [
    { productId: id, quantity: 7 },
    { productId: id, quantity: 8 },
    { productId: id.toUpperCase(), quantity: 99 },
    { productId: archived.id, quantity: 8 },
    { productId: newId(), quantity: 1 },
    { productId: 'x', quantity: 1 },
  ];
  const question = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on CartLine { quantity available } } }';
  const of = lines.map((line) => ({ __typename: 'CartLine', ...line }));

  const { data, errors } = await ask(guest, question, { of });

  expect(errors).toBeUndefined();
  expect(data?.['_entities']).toEqual(
    [null, 7, 7, null, null, null].map((available, at) => ({ quantity: lines[at]?.quantity, available })),
  );
});

test('shows user errors with their fields', async () => {
  const { id } = await fixture.addProduct({ stock: 1 });
  const adjust = `mutation ($input: AdjustStockInput!) {
    adjustStock(input: $input) { __typename ... on UserError { code message } ... on NotEnoughStock { available } ... on InvalidInput { problems { field } } }
  }`;

  const tooMany = await ask(admin, adjust, { input: { id, difference: -2, reason: 'count' } });
  const wrong = await ask(admin, adjust, { input: { id: 'x', difference: 0, reason: '' } });
  const unknown = await ask(admin, adjust, { input: { id: newId(), difference: 1, reason: 'count' } });

  expect(tooMany.data).toMatchObject({ adjustStock: { __typename: 'NotEnoughStock', code: 'NOT_ENOUGH_STOCK', available: 1 } });
  expect(wrong.data).toMatchObject({
    adjustStock: { code: 'INVALID_INPUT', problems: [{ field: 'id' }, { field: 'difference' }, { field: 'reason' }] },
  });
  expect(unknown.data).toMatchObject({ adjustStock: { __typename: 'ProductNotFound', code: 'PRODUCT_NOT_FOUND' } });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '#platform/postgres/database.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { countProducts, listProducts, type ProductFilter, type ProductSort } from '../queries/catalogue.ts';
import { everything, openProductFixture } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof openProductFixture>>;

/** 20,000 products in 40 categories; every hundredth is sold out, and each has a word of its own. */
beforeAll(async () => {
  fixture = await openProductFixture('many-products');
  await fixture.database.transaction(async (sql) => {
    await sql.query('SET LOCAL statement_timeout = 0');
    await sql.query(`INSERT INTO categories (slug, name) SELECT 'c' || n, 'Category ' || n FROM generate_series(0, 39) AS n`);
    await sql.query(
      `INSERT INTO products (id, sku, slug, name, description, name_key, search_text, category_slug, price, images, available, created_at)
       SELECT gen_random_uuid(), 'SKU-' || n, 'table-' || n, 'Table ' || n, '', 'table ' || n, ' table ' || md5(n::text), 'c' || n % 40, 1 + n, '[]',
         CASE n % 100 WHEN 0 THEN 0 ELSE 9 END, now() - n * interval '1 minute'
       FROM generate_series(1, 20000) AS n`,
    );
    await sql.query('ANALYZE products, categories');
  });
}, 60_000);
afterAll(() => fixture.close());

/** The plans of the statements that `work` runs, made as for these values. */
async function plansOf(work: (database: Database) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const database: Database = {
    ...fixture.database,
    async query(text, values = [], planning = undefined) {
      const { rows } = await fixture.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values, 'planned each time');
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      expect(planning).toBe('planned each time');
      return fixture.database.query(text, values, planning);
    },
  };
  await work(database);
  return plans;
}

const list = (sort: ProductSort, filter: Partial<ProductFilter> = {}, after: string | null = null) =>
  plansOf((database) => listProducts({ ...fixture.deps, database }, 20, after, sort, { ...everything, ...filter }));
const readsAll = (plan: string) => /Seq Scan on products/.test(plan) || /Sort\n.*\n.*Index Scan using products/.test(plan);

describe('a page of many products reads no more than it needs', () => {
  const sorts = ['NEWEST', 'NAME', 'PRICE_ASC', 'PRICE_DESC'] as const;

  test.each(sorts)('sorted by %s, the first and the next', async (sort) => {
    const { pageInfo } = await listProducts(fixture.deps, 20, null, sort, everything);

    expect([...(await list(sort)), ...(await list(sort, {}, pageInfo.endCursor))].filter(readsAll)).toEqual([]);
  });

  test.each<[string, Partial<ProductFilter>]>([
    ['of a category', { category: 'c7' }],
    ['of what is in stock', { inStock: true }],
    ['from a price to another', { minPrice: 500, maxPrice: 600 }],
    ['with a word that few have', { search: 'c4ca4238' }],
    ['with two words', { search: 'table c4ca' }],
    ['with an article number', { search: 'SKU-19999', bySku: true, archived: true }],
    ['with an article number, pasted with other dashes', { search: 'sku–19999', bySku: true, archived: true }],
  ])('%s', async (_, filter) => {
    for (const sort of sorts) expect((await list(sort, filter)).filter(readsAll)).toEqual([]);
  });
});

test('a number of many products is not counted for each page', async () => {
  let counts = 0;
  const counting: Database = {
    ...fixture.database,
    query(...args) {
      counts += 1;
      return fixture.database.query(...args);
    },
  };
  const deps = { ...fixture.deps, database: counting, largeCounts: new LargeCounts() };

  expect([await countProducts(deps, everything), await countProducts(deps, everything), counts]).toEqual([20_000, 20_000, 1]);
  expect(await countProducts(deps, { ...everything, category: 'c7' })).toBe(500);
  expect(await countProducts(deps, { ...everything, search: 'c4ca4238' })).toBe(1);
});

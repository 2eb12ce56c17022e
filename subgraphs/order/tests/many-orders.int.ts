import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Sql } from '#platform/postgres/database.ts';
import { countByStatus, countOrders, listOrders } from '../queries/order-lists.ts';
import { findWords } from '../search-orders.ts';
import { type OrderFixture, openOrderFixture } from './fixture.ts';

let fixture: OrderFixture;

/** 10,000 orders of 5,000 customers; the last of each has names that no other has. */
beforeAll(async () => {
  fixture = await openOrderFixture();
  const id = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  await fixture.database.query(
    `INSERT INTO customers (user_id, version, search_text)
     SELECT ${id('n')}, 1, CASE n WHEN 5000 THEN 'ada countess@example.org' ELSE 'user' || n || ' user' || n || '@example.com' END FROM generate_series(1, 5000) AS n`,
  );
  await fixture.database.query(
    `INSERT INTO orders (id, number, user_id, status, version, total_amount, currency, payment_method_id, cart_id, cart_version,
       idempotency_key, request_hash, shipping_address, placed_at, search_text)
     SELECT ${id('n')}, 'N-' || n, ${id('1 + n % 5000')}, 'PAID', 3, 1000, 'EUR', 'card-ok', ${id('n')}, 1,
       'key-' || n, '', '{"name":""}', now() - n * interval '1 minute', 'n-' || n || CASE n WHEN 10000 THEN ' lukasz' ELSE ' anna nguyen' END
     FROM generate_series(1, 10000) AS n`,
  );
  await fixture.database.query('VACUUM ANALYZE orders, customers');
}, 30_000);
afterAll(() => fixture.close());

/** What a search finds, and the plan of each statement that it takes: to look for customers, of the list, of both counts. */
async function plansOf(search: string) {
  const { database } = fixture;
  const plans: string[] = [];
  const sql: Sql = {
    async query(text, values = []) {
      const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values, 'planned each time');
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return database.query(text, values);
    },
  };
  const part = {
    search: await findWords(sql, search),
    first: 20,
    after: null,
    status: null,
    number: null,
    cancelReason: null,
    unmovedMinutes: 0,
  };
  const found = (await listOrders(sql, part)).length;
  const counts = await countByStatus(sql, part);
  return { found, count: await countOrders(sql, part), byStatus: counts.map(({ count }) => count), plans };
}

test.each(['lukasz', 'countess', 'n-9999', 'n-999o'])('%s is found among many orders without reading all of them', async (search) => {
  const { found, count, byStatus, plans } = await plansOf(search);

  expect(byStatus).toEqual([count]);
  expect(found).toBe(count);
  expect(plans).toHaveLength(4);
  expect(plans.filter((plan) => /Seq Scan on (orders|customers)/.test(plan))).toEqual([]);
});

test('what most orders have is found as well', async () => {
  expect(await plansOf('nguyen')).toMatchObject({ found: 21, count: 9_999 });
  expect(await plansOf('user example')).toMatchObject({ found: 21, count: 9_998 });
});

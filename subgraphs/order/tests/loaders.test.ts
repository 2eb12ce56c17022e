import { expect, test } from '@jest/globals';
import { guest, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { createLoaders } from '../loaders.ts';
import type { Order } from '../orders.ts';

const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };

/** A database without rows that keeps the values of each statement, by the table that it reads. */
function fakeDeps() {
  const asked: Record<string, unknown[]> = {};
  const database = {
    async query(sql: string, values: unknown[]) {
      const table = /(order_lines|order_history|unnest|orders)/.exec(sql.slice(sql.indexOf('FROM')))?.[0] ?? '';
      asked[table] = [...(asked[table] ?? []), values];
      return { rows: [], count: 0 };
    },
  } as unknown as Database;
  const deps: Pick<OrderDependencies, 'database'> = { database };
  return { asked, deps };
}

const anOrder = (id: string, version: number) => ({ id, version }) as Order;

test('asks once for each kind of thing, however many are wanted', async () => {
  const { asked, deps } = fakeDeps();
  const loaders = createLoaders(deps, admin);
  const ids = [newId(), newId(), newId()];

  await Promise.all(
    ids.flatMap((id) => [
      loaders.orders.load(id),
      loaders.orders.load(id.toUpperCase()),
      loaders.lines.load(id),
      loaders.history.load(anOrder(id, 1)),
    ]),
  );

  expect(asked['orders']).toEqual([[ids]]);
  expect(asked['order_lines']).toEqual([[ids]]);
  expect(asked['order_history']).toEqual([[ids]]);
});

test('asks again for the history of an order that moved meanwhile', async () => {
  const { asked, deps } = fakeDeps();
  const loaders = createLoaders(deps, guest);
  const id = newId();

  await loaders.history.load(anOrder(id, 1));
  await loaders.history.load(anOrder(id, 1));
  await loaders.history.load(anOrder(id, 2));

  expect(asked['order_history']).toEqual([[[id]], [[id]]]);
});

test('asks once for the lists of all users that have the same arguments', async () => {
  const { asked, deps } = fakeDeps();
  const loaders = createLoaders(deps, admin);
  const [ada, eve] = [newId(), newId()];

  await Promise.all([
    loaders.ordersOf.load({ userId: ada, first: 20 }),
    loaders.ordersOf.load({ userId: eve, first: 20, after: null }),
    loaders.ordersOf.load({ userId: eve, first: 1 }),
  ]);

  // one more than is shown, to know whether there is a next page
  expect(asked['unnest']).toEqual([
    [[ada, eve], 21],
    [[eve], 2],
  ]);
});

import { expect, test } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { createLoaders } from '../loaders.ts';
import type { Order } from '../orders.ts';
import type { OrderPage, OrderService } from '../service.ts';

const asked: Record<string, unknown[]> = {};
const service = new Proxy({} as OrderService, {
  get:
    (_, name: string) =>
    async (...wanted: unknown[]) => {
      asked[name] = [...(asked[name] ?? []), wanted];
      return name === 'findOrders' ? [] : new Map();
    },
});

const anOrder = (id: string, version: number) => ({ id, version }) as Order;

test('asks once for each kind of thing, however many are wanted', async () => {
  const loaders = createLoaders(service, guest);
  const ids = [newId(), newId(), newId()];

  await Promise.all(
    ids.flatMap((id) => [
      loaders.orders.load(id),
      loaders.orders.load(id.toUpperCase()),
      loaders.lines.load(id),
      loaders.history.load(anOrder(id, 1)),
    ]),
  );

  expect(asked['findOrders']).toEqual([[expect.anything(), ids]]);
  expect(asked['findLines']).toEqual([[ids]]);
  expect(asked['findHistory']).toEqual([[ids]]);
});

test('asks again for the history of an order that moved meanwhile', async () => {
  const loaders = createLoaders(service, guest);
  const id = newId();
  asked['findHistory'] = [];

  await loaders.history.load(anOrder(id, 1));
  await loaders.history.load(anOrder(id, 1));
  await loaders.history.load(anOrder(id, 2));

  expect(asked['findHistory']).toEqual([[[id]], [[id]]]);
});

test('asks once for the lists of all users that have the same arguments', async () => {
  const pages = new Map<string, OrderPage>(
    ['ada', 'eve'].map((id) => [id, { edges: [], countAll: async () => 0 } as unknown as OrderPage]),
  );
  const lists: unknown[] = [];
  const loaders = createLoaders(
    {
      async listOrdersOf(_: unknown, userIds: string[], { first }: { first: number }) {
        lists.push([userIds, first]);
        return pages;
      },
    } as unknown as OrderService,
    guest,
  );

  await Promise.all([
    loaders.ordersOf.load({ userId: 'ada', first: 20 }),
    loaders.ordersOf.load({ userId: 'eve', first: 20, after: null }),
    loaders.ordersOf.load({ userId: 'eve', first: 1 }),
  ]);

  expect(lists).toEqual([
    [['ada', 'eve'], 20],
    [['eve'], 1],
  ]);
});

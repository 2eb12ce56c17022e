import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { OrderDependencies } from './dependencies.ts';
import type { Order, OrderHistoryEntry, OrderLine } from './orders.ts';
import { findOrderPagesOf, type ListArguments, type OrderPage } from './queries/order-pages.ts';
import { findEvents, findHistory, findLines, findOrders } from './queries/orders.ts';
import type { OrderEvent } from './recorded-events.ts';

export type Loaders = ReturnType<typeof createLoaders>;

type ListOf = { readonly userId: string } & Readonly<ListArguments>;

/** Batches what one request asks for, on behalf of who asks: one statement for each kind of thing. */
export function createLoaders(deps: Pick<OrderDependencies, 'database'>, identity: Identity) {
  return {
    orders: new DataLoader<string, Order | null>(
      async (ids) => {
        const found = new Map((await findOrders(deps, identity, ids)).map((order) => [order.id, order]));
        return ids.map((id) => found.get(id.toLowerCase()) ?? null);
      },
      { cacheKeyFn: (id) => id.toLowerCase() },
    ),
    lines: new DataLoader<string, OrderLine[]>(async (orderIds) => {
      const found = await findLines(deps, orderIds);
      return orderIds.map((id) => found.get(id) ?? []);
    }),
    // an order that moves between two mutations of one document has another history then
    history: new DataLoader<Order, OrderHistoryEntry[], string>(
      async (orders) => {
        const found = await findHistory(deps, [...new Set(orders.map(({ id }) => id))]);
        return orders.map(({ id }) => found.get(id) ?? []);
      },
      { cacheKeyFn: ({ id, version }) => `${id} ${version}` },
    ),
    events: new DataLoader<Order, OrderEvent[] | null, string>(
      async (orders) => {
        const found = await findEvents(deps, identity, [...new Set(orders.map(({ id }) => id))]);
        return orders.map(({ id }) => found && (found.get(id) ?? []));
      },
      { cacheKeyFn: ({ id, version }) => `${id} ${version}` },
    ),
    ordersOf: new DataLoader<ListOf, OrderPage, string>(
      async (wanted) => {
        // one statement for each set of arguments; a document rarely has more than one
        const groups = Map.groupBy(wanted, argumentsOf);
        const pages = new Map(
          await Promise.all(
            [...groups].map(async ([key, [first, ...others]]) => {
              const userIds = [first, ...others].flatMap((one) => (one === undefined ? [] : [one.userId]));
              const found = first === undefined ? new Map<string, OrderPage>() : await findOrderPagesOf(deps, identity, userIds, first);
              return [key, found] as const;
            }),
          ),
        );
        return wanted.map((one) => pages.get(argumentsOf(one))?.get(one.userId) ?? new Error('a list of orders was not loaded'));
      },
      { cacheKeyFn: (one) => `${one.userId} ${argumentsOf(one)}` },
    ),
  };
}

function argumentsOf({ first, after, status }: ListArguments): string {
  return JSON.stringify([first, after ?? null, status ?? null]);
}

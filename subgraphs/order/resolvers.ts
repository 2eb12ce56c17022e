import { assertId } from '#platform/input.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { cancelOrder } from './commands/cancel-order.ts';
import { deliverOrder } from './commands/deliver-order.ts';
import { placeOrder } from './commands/place-order.ts';
import { refundOrder } from './commands/refund-order.ts';
import { shipOrder } from './commands/ship-order.ts';
import type { OrderDependencies } from './dependencies.ts';
import { failedLinesOf, statusSince } from './domain.ts';
import type { Loaders } from './loaders.ts';
import { findOrderPage } from './queries/order-pages.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** From arguments to commands and queries, and from their results to the graph. */
export function createResolvers(deps: OrderDependencies): Resolvers {
  return {
    Query: {
      order: (_, { id }, { loaders }) => loaders.orders.load(assertId(id, 'id')),
      orders: (_, wanted, { identity }) => findOrderPage(deps, identity, wanted),
    },
    Mutation: {
      placeOrder: (_, { input }, caller) => placeOrder(deps, caller, input),
      cancelOrder: (_, { input }, { identity }) => cancelOrder(deps, identity, input),
      shipOrder: (_, { input }, { identity }) => shipOrder(deps, identity, input),
      deliverOrder: (_, { input }, { identity }) => deliverOrder(deps, identity, input),
      refundOrder: (_, { input }, { identity }) => refundOrder(deps, identity, input),
    },
    Order: {
      __resolveReference: ({ id }, { loaders }) => loaders.orders.load(id),
      lines: (order, _, { loaders }) => loaders.lines.load(order.id),
      failedLines: async (order, _, { loaders }) =>
        order.failedLines.length === 0 ? [] : failedLinesOf(order.failedLines, await loaders.lines.load(order.id)),
      history: (order, _, { loaders }) => loaders.history.load(order),
      statusSince: async (order, _, { loaders }) => statusSince(order, await loaders.history.load(order)),
      events: (order, _, { loaders }) => loaders.events.load(order),
      customer: (order) => ({ id: order.userId }),
    },
    FailedOrderLine: {
      product: (line) => ({ id: line.productId }),
    },
    OrderLine: {
      product: (line) => ({ id: line.productId }),
      lineTotal: (line) => ({ amount: line.quantity * line.unitPrice.amount, currency: line.unitPrice.currency }),
    },
    OrderConnection: {
      totalCount: (page) => page.countAll(),
      statusCounts: (page) => page.countByStatus(),
    },
    User: {
      __resolveReference: ({ id }) => ({ id }),
      orders: ({ id }, wanted, { loaders }) => loaders.ordersOf.load({ userId: id, ...wanted }),
    },
  };
}

import { assertId } from '#platform/input.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import { failedLinesOf, statusSince } from './domain.ts';
import type { Loaders } from './loaders.ts';
import type { Resolvers } from './schema.types.ts';
import type { OrderService } from './service.ts';

export type Context = RequestContext<Loaders>;

/** From arguments to use cases, and from what they answer to the graph. */
export function createResolvers(service: OrderService): Resolvers {
  return {
    Query: {
      order: (_, { id }, { loaders }) => loaders.orders.load(assertId(id, 'id')),
      orders: (_, wanted, { identity }) => service.listOrders(identity, wanted),
    },
    Mutation: {
      placeOrder: (_, { input }, { identity, internalToken }) => service.placeOrder(identity, internalToken, input),
      cancelOrder: (_, { input }, { identity }) => service.cancelOrder(identity, input),
      shipOrder: (_, { input }, { identity }) => service.shipOrder(identity, input),
      deliverOrder: (_, { input }, { identity }) => service.deliverOrder(identity, input),
      refundOrder: (_, { input }, { identity }) => service.refundOrder(identity, input),
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

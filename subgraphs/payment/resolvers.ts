import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { RequestContext } from '#platform/server.ts';
import type { Resolvers } from './schema.types.ts';
import type { PaymentService, PaymentView, RefundView } from './service.ts';

export type Context = RequestContext<Loaders>;
export type Loaders = ReturnType<typeof createLoaders>;

/** One statement per kind and request, however many are asked for. */
export function createLoaders(service: PaymentService, identity: Identity) {
  return {
    payment: new DataLoader<string, PaymentView | null>(async (ids) => {
      const payments = new Map((await service.payments(identity, ids)).map((payment) => [payment.id, payment]));
      return ids.map((id) => payments.get(id) ?? null);
    }),
    paymentOfOrder: new DataLoader<string, PaymentView | null>(async (orderIds) => {
      const payments = new Map((await service.paymentsOfOrders(identity, orderIds)).map((payment) => [payment.orderId, payment]));
      return orderIds.map((id) => payments.get(id) ?? null);
    }),
    refunds: new DataLoader<string, RefundView[]>(async (paymentIds) => {
      const refunds = Map.groupBy(await service.refundsOf(paymentIds), (refund) => refund.paymentId);
      return paymentIds.map((id) => refunds.get(id) ?? []);
    }),
  };
}

export function createResolvers(service: PaymentService): Resolvers<Context> {
  return {
    Query: { paymentMethods: () => [...service.paymentMethods()] },
    Payment: {
      __resolveReference: ({ id = '' }, { loaders }) => loaders.payment.load(id.toLowerCase()),
      refunds: ({ id = '' }, _, { loaders }) => loaders.refunds.load(id),
    },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      payment: ({ id = '' }, _, { loaders }) => loaders.paymentOfOrder.load(id.toLowerCase()),
    },
  };
}

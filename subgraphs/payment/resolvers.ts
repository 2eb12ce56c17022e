import DataLoader from 'dataloader';
import { type Identity, isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Administration } from './administration.ts';
import type { LedgerEntry } from './provider/provider.ts';
import type { Resolvers } from './schema.types.ts';
import type { PaymentService, PaymentView, RefundView } from './service.ts';

export type Context = RequestContext<Loaders>;
export type Loaders = ReturnType<typeof createLoaders>;

/** One statement per kind and request, however many are asked for. */
export function createLoaders(service: PaymentService, administration: Administration, identity: Identity) {
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
    /** By the order's id. */
    ledger: new DataLoader<string, LedgerEntry[] | null>((orderIds) => administration.ledgersOf(orderIds)),
  };
}

export function createResolvers(service: PaymentService, administration: Administration): Resolvers<Context> {
  return {
    Query: {
      paymentMethods: () => [...service.paymentMethods()],
      faultSwitches: (_, __, { identity }) => administration.faultSwitches(identity),
    },
    Mutation: {
      setFaultSwitches: (_, { input }, { identity }) => administration.setFaultSwitches(identity, input),
    },
    Payment: {
      __resolveReference: ({ id = '' }, { loaders }) => loaders.payment.load(id.toLowerCase()),
      refunds: ({ id }, _, { loaders }) => loaders.refunds.load(id),
      ledger: ({ orderId }, _, { identity, loaders }) => (isAdmin(identity) ? loaders.ledger.load(orderId) : null),
    },
    LedgerEntry: { amount: ({ amount, currency }) => ({ amount, currency }) },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      payment: ({ id = '' }, _, { loaders }) => loaders.paymentOfOrder.load(id.toLowerCase()),
    },
  };
}

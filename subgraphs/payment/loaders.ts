import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { PaymentDependencies } from './dependencies.ts';
import type { LedgerEntry } from './provider/provider.ts';
import { findLedgers, findPayments, findPaymentsOfOrders, findRefunds, type PaymentView, type RefundView } from './queries.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** One statement per kind and request, however many are asked for. */
export function createLoaders(deps: PaymentDependencies, identity: Identity) {
  return {
    payment: new DataLoader<string, PaymentView | null>(async (ids) => {
      const payments = new Map((await findPayments(deps, identity, ids)).map((payment) => [payment.id, payment]));
      return ids.map((id) => payments.get(id) ?? null);
    }),
    paymentOfOrder: new DataLoader<string, PaymentView | null>(async (orderIds) => {
      const payments = new Map((await findPaymentsOfOrders(deps, identity, orderIds)).map((payment) => [payment.orderId, payment]));
      return orderIds.map((id) => payments.get(id) ?? null);
    }),
    refunds: new DataLoader<string, RefundView[]>(async (paymentIds) => {
      const refunds = Map.groupBy(await findRefunds(deps, paymentIds), (refund) => refund.paymentId);
      return paymentIds.map((id) => refunds.get(id) ?? []);
    }),
    /** By the order's id. */
    ledger: new DataLoader<string, LedgerEntry[] | null>((orderIds) => findLedgers(deps, orderIds)),
  };
}

import { type Identity, isAdmin } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { PaymentStatus } from './domain.ts';
import type { PaymentMethod } from './provider/provider.ts';

export type Money = { readonly amount: number; readonly currency: 'EUR' };
export type PaymentFailure = {
  readonly code: 'CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'UNKNOWN_METHOD';
  readonly message: string;
};

export type PaymentView = {
  readonly id: string;
  readonly orderId: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly method: PaymentMethod | null;
  readonly failure: PaymentFailure | null;
};

export type RefundView = {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: Money;
  readonly status: 'REQUESTED' | 'SUCCEEDED';
  readonly requestedAt: Date;
  readonly completedAt: Date | null;
};

export type PaymentService = ReturnType<typeof createPaymentService>;

/** What people may see of payments: their own, and admins all. What one may not see looks as if it did not exist. */
export function createPaymentService({ database, methods }: { database: Database; methods: readonly PaymentMethod[] }) {
  const methodOf = new Map(methods.map((method) => [method.id, method]));

  function toPayment(row: PaymentRow): PaymentView {
    return {
      id: row.id,
      orderId: row.order_id,
      status: row.status,
      amount: { amount: row.amount, currency: row.currency },
      method: methodOf.get(row.method_id ?? '') ?? null,
      failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
    };
  }

  async function findBy(column: 'id' | 'order_id', identity: Identity, ids: readonly string[]): Promise<PaymentView[]> {
    if (identity.kind === 'guest') return [];
    const { rows } = await database.query<PaymentRow>(
      `SELECT id, order_id, status, amount, currency, method_id, failure_code, failure_message
       FROM payments
       WHERE ${column} = ANY($1::uuid[]) AND amount IS NOT NULL AND ($2 OR user_id = $3::uuid)`,
      [ids.filter(isId), isAdmin(identity), isId(identity.userId) ? identity.userId : null],
    );
    return rows.map(toPayment);
  }

  return {
    /** Every way to pay, in the order in which people choose. */
    paymentMethods: (): readonly PaymentMethod[] => methods,

    /** In no order; those that the caller may not see are missing. */
    payments: (identity: Identity, ids: readonly string[]) => findBy('id', identity, ids),
    paymentsOfOrders: (identity: Identity, orderIds: readonly string[]) => findBy('order_id', identity, orderIds),

    /** Of payments that the caller was shown; the oldest first. */
    async refundsOf(paymentIds: readonly string[]): Promise<RefundView[]> {
      const { rows } = await database.query<RefundRow>(
        `SELECT refunds.id, payment_id, refunds.amount, currency, refunds.status, requested_at, completed_at
         FROM refunds JOIN payments ON payments.id = payment_id
         WHERE payment_id = ANY($1::uuid[])
         ORDER BY requested_at, refunds.id`,
        [paymentIds.filter(isId)],
      );
      return rows.map((row) => ({
        id: row.id,
        paymentId: row.payment_id,
        amount: { amount: row.amount, currency: row.currency },
        status: row.status,
        requestedAt: new Date(row.requested_at),
        completedAt: row.completed_at === null ? null : new Date(row.completed_at),
      }));
    },
  };
}

type PaymentRow = {
  id: string;
  order_id: string;
  status: PaymentStatus;
  amount: number;
  currency: 'EUR';
  method_id: string | null;
  failure_code: PaymentFailure['code'] | null;
  failure_message: string | null;
};

type RefundRow = {
  id: string;
  payment_id: string;
  amount: number;
  currency: 'EUR';
  status: RefundView['status'];
  requested_at: string;
  completed_at: string | null;
};

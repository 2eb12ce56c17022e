import { type Identity, isAdmin } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import type { PaymentDependencies } from './dependencies.ts';
import type { PaymentStatus } from './domain.ts';
import type { FaultSwitches } from './provider/fault-switches.ts';
import { type LedgerEntry, type PaymentMethod, ProviderError } from './provider/provider.ts';

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

/** Payments that the caller may see, in no order: their own, and for admins all. What the caller must not see looks as if it did not exist. */
export function findPayments(deps: PaymentDependencies, identity: Identity, ids: readonly string[]): Promise<PaymentView[]> {
  return findBy(deps, 'id', identity, ids);
}

/** The same by the ids of their orders. */
export function findPaymentsOfOrders(deps: PaymentDependencies, identity: Identity, orderIds: readonly string[]): Promise<PaymentView[]> {
  return findBy(deps, 'order_id', identity, orderIds);
}

async function findBy(
  { database, provider }: PaymentDependencies,
  column: 'id' | 'order_id',
  identity: Identity,
  ids: readonly string[],
): Promise<PaymentView[]> {
  if (identity.kind === 'guest') return [];
  const { rows } = await database.query<PaymentRow>(
    `SELECT id, order_id, status, amount, currency, method_id, failure_code, failure_message
     FROM payments
     WHERE ${column} = ANY($1::uuid[]) AND amount IS NOT NULL AND ($2 OR user_id = $3::uuid)`,
    [ids.filter(isId), isAdmin(identity), isId(identity.userId) ? identity.userId : null],
  );
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    status: row.status,
    amount: { amount: row.amount, currency: row.currency },
    method: provider.methods.find(({ id }) => id === row.method_id) ?? null,
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
  }));
}

/** The refunds of payments that the caller was shown; the oldest first. */
export async function findRefunds({ database }: PaymentDependencies, paymentIds: readonly string[]): Promise<RefundView[]> {
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
}

type LedgerDependencies = Pick<PaymentDependencies, 'providerTimeoutMs' | 'logger'> & {
  readonly provider: Pick<PaymentDependencies['provider'], 'ledger'>;
};

/** The provider's books of these orders, one list each; null for each when the provider cannot be asked. For admins: the caller sees to it. */
export async function findLedgers(
  { provider, providerTimeoutMs, logger }: LedgerDependencies,
  orderIds: readonly string[],
): Promise<(LedgerEntry[] | null)[]> {
  try {
    // the key of an order's charge is the order's id
    const entries = await provider.ledger(orderIds, AbortSignal.timeout(providerTimeoutMs));
    const byOrder = Map.groupBy(entries, (entry) => entry.chargeKey);
    return orderIds.map((id) => byOrder.get(id) ?? []);
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    logger.warn({ reason: error.message }, 'the books of the provider cannot be read');
    return orderIds.map(() => null);
  }
}

/** Null unless the caller is an admin. */
export async function findFaultSwitches({ provider }: PaymentDependencies, identity: Identity): Promise<FaultSwitches | null> {
  return isAdmin(identity) ? provider.faults() : null;
}

function isNoAnswer(error: unknown): error is Error {
  if (error instanceof ProviderError) return error.kind === 'UNAVAILABLE';
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
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

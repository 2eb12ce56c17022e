import type { CancelReason } from '#kafka/contracts.ts';
import { createFact } from '#kafka/facts.ts';
import type { Sql } from '#platform/database.ts';
import { type Moment, reasonOf, type Step, stepsOn, type WaitingStatus } from './checkout-saga.ts';
import { eraseFinal } from './closed-accounts.ts';
import { type FactSaid, type FactThatMoves, keepFacts } from './order-facts.ts';
import { type Order, type OrderLineRow, type OrderRow, orderColumns, toOrder, toOrderLine } from './orders.ts';

/** How long an order may wait in a status, in ms. */
export type Deadlines = Readonly<Record<WaitingStatus, number>>;

/** To whom something happened. `reason` only where the fact says why; `causedBy` is written down, and its trace goes on. */
export type Affected = {
  readonly orderId: string;
  readonly reason?: CancelReason;
  readonly causedBy?: FactThatMoves;
};

type MovedRow = OrderRow & { cart_id: string; moved_at: string; lines: OrderLineRow[] | null };

/**
 * Moves each order for which `on` is a step of the checkout, in one statement however many they are: status, version, deadline, history;
 * and says the facts, in the same transaction, in a second statement that also writes down what was heard. For an order whose status knows no such step nothing changes: it was repeated, too late, or
 * somebody else was quicker. Resolves to the orders that moved.
 */
export async function applySteps(sql: Sql, on: Moment, affected: readonly Affected[], deadlines: Deadlines): Promise<Order[]> {
  if (affected.length === 0) return [];
  const steps = stepsOn(on);
  const { rows } = await sql.query<MovedRow>(moveOrders, [
    affected.map((one) => one.orderId),
    affected.map((one) => one.reason ?? null),
    steps.map((step) => step.from),
    steps.map((step) => step.to),
    steps.map(reasonOf),
    steps.map((step) => deadlineOf(step, deadlines)),
    on,
  ]);
  const causes = new Map(affected.map((one) => [one.orderId, one.causedBy]));
  await keepFacts(
    sql,
    affected.flatMap((one) => one.causedBy ?? []),
    rows.map((row) => toFact(row, causes.get(row.id))),
  );
  const moved = rows.map(toOrder);
  await eraseFinal(sql, moved);
  return moved;
}

function deadlineOf(step: Step, deadlines: Deadlines): number | null {
  return step.to === 'AWAITING_PAYMENT' ? deadlines[step.to] : null;
}

/** What is said of an order that moved, as of the moment that its history knows as well. */
function toFact(row: MovedRow, causedBy: Affected['causedBy']): FactSaid {
  return { ...factOf(row, causedBy), time: new Date(row.moved_at).toISOString() };
}

function factOf(row: MovedRow, causedBy: Affected['causedBy']): FactSaid {
  const base = {
    orderId: row.id,
    number: row.number,
    userId: row.user_id,
    version: row.version,
    total: { amount: row.total_amount, currency: row.currency },
  };
  const { status } = row;
  switch (status) {
    case 'AWAITING_PAYMENT':
      return createFact('order.awaiting-payment', row.id, { ...base, status }, causedBy);
    case 'PAID':
      return createFact(
        'order.paid',
        row.id,
        {
          ...base,
          status,
          cartId: row.cart_id,
          lines: (row.lines ?? []).map((line) => toOrderLine(line, row.currency)),
          placedAt: new Date(row.placed_at).toISOString(),
        },
        causedBy,
      );
    case 'CANCELLED':
      if (row.cancel_reason === null) throw new Error('a cancelled order has no reason');
      return createFact('order.cancelled', row.id, { ...base, status, reason: row.cancel_reason, cartId: row.cart_id }, causedBy);
    case 'SHIPPED':
      return createFact('order.shipped', row.id, { ...base, status }, causedBy);
    case 'DELIVERED':
      return createFact('order.delivered', row.id, { ...base, status }, causedBy);
    case 'REFUNDED':
      return createFact('order.refunded', row.id, { ...base, status }, causedBy);
    case 'PENDING':
      throw new Error('no step of the checkout leads back to PENDING');
  }
}

/**
 * $1 ids, $2 reasons of their own or null; the steps as columns: $3 from, $4 to, $5 reason, $6 deadline in ms; $7 what happened.
 * The rows are locked in order of id, so that two batches cannot wait for each other. The expressions of SET look at the status anew when
 * the row was changed by another transaction meanwhile, so the step always fits the status that it really leaves. Times are cut to the
 * millisecond, as those of everybody else's facts are, and never go back.
 */
const moveOrders = `
  WITH affected AS MATERIALIZED (
    SELECT id, reason FROM unnest($1::uuid[], $2::text[]) AS affected (id, reason)
  ), locked AS MATERIALIZED (
    SELECT id FROM orders WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
  ), moved AS (
    UPDATE orders SET
      status = ($4::text[])[array_position($3::text[], status)],
      version = version + 1,
      cancel_reason = coalesce(affected.reason, ($5::text[])[array_position($3::text[], status)]),
      deadline_at = clock_timestamp() + ($6::int[])[array_position($3::text[], status)] * interval '1 ms'
    FROM affected JOIN locked USING (id)
    WHERE orders.id = affected.id AND status = ANY ($3::text[])
    RETURNING ${orderColumns}, orders.cart_id
  ), history AS (
    INSERT INTO order_history (order_id, version, status, at, cause)
    SELECT id, version, status, greatest(date_trunc('milliseconds', clock_timestamp()), (
      SELECT at FROM order_history AS earlier WHERE earlier.order_id = moved.id AND earlier.version = moved.version - 1
    ), placed_at), $7 FROM moved
    RETURNING order_id, at
  )
  SELECT moved.*, history.at AS moved_at, CASE WHEN moved.status = 'PAID' THEN (
    SELECT json_agg(line ORDER BY line.position) FROM order_lines AS line WHERE line.order_id = moved.id
  ) END AS lines
  FROM moved JOIN history ON history.order_id = moved.id`;

import type { CancelReason, OrderStatus } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { reasonOf, type Transition, type Trigger, transitionsOn } from './checkout-saga.ts';
import { eraseFinal } from './closed-accounts.ts';
import type { OrderDependencies } from './dependencies.ts';
import { failedLinesOf } from './domain.ts';
import { type FailedLine, type Order, type OrderLineRow, type OrderRow, orderColumns, toOrder, toOrderLine } from './orders.ts';
import { type EventThatMoves, type PublishedEvent, recordEvents } from './recorded-events.ts';
import type { Moved } from './saga-metrics.ts';

/** An order to which something happened. `reason` only where the event gives one; `causedBy` is recorded, and its trace goes on. */
export type Affected = {
  readonly orderId: string;
  readonly reason?: CancelReason;
  readonly failedLines?: readonly FailedLine[];
  /** The card that was charged or declined. */
  readonly card?: string | undefined;
  /** What was charged, in minor units: another amount than the order's pays for nothing. */
  readonly charged?: number;
  readonly causedBy?: EventThatMoves;
  /** The trace to go on with where no event caused it. */
  readonly traceparent?: string | undefined;
  /** It moves from this version only. */
  readonly expectedVersion?: number | undefined;
};

/** What moves orders. */
export type TransitionDependencies = Pick<OrderDependencies, 'deadlines' | 'observeMoves'>;

type MovedRow = OrderRow & {
  cart_id: string;
  card: string | null;
  moved_at: string;
  left_status: OrderStatus;
  left_since: string;
  paid_at: string | null;
  lines: OrderLineRow[] | null;
};

/**
 * Moves each order for which `on` is a transition of the checkout, in one statement however many they are: status, version, deadline, history;
 * and publishes the events, in the same transaction, in a second statement that also records `causedBy`. For an order whose status knows no
 * such transition nothing changes: the event was repeated or late, or another one was quicker. Resolves to the orders that moved.
 * @throws an Error when an order that waits for its charge was charged another amount: the event becomes a dead letter, for people to look at.
 */
export async function applyTransition(
  sql: Sql,
  on: Trigger,
  affected: readonly Affected[],
  { deadlines, observeMoves }: TransitionDependencies,
): Promise<Order[]> {
  if (affected.length === 0) return [];
  const transitions = transitionsOn(on);
  const { rows } = await sql.query<MovedRow>(moveOrders, [
    JSON.stringify(affected.map(toAffectedRow)),
    JSON.stringify(Object.fromEntries(transitions.map((transition) => [transition.from, toTransitionRow(transition, deadlines)]))),
    on,
  ]);
  if (rows.length < affected.length) await assertCharged(sql, affected, transitions);
  const causes = new Map(affected.map((one) => [one.orderId, one.causedBy ?? { traceparent: one.traceparent }]));
  await recordEvents(
    sql,
    affected.flatMap((one) => one.causedBy ?? []),
    rows.map((row) => toEvent(row, on, causes.get(row.id))),
  );
  const moved = rows.map(toOrder);
  await eraseFinal(sql, moved);
  observeMoves(sql, rows.map(toMoved));
  return moved;
}

async function assertCharged(sql: Sql, affected: readonly Affected[], transitions: readonly Transition[]): Promise<void> {
  const charges = affected.filter(({ charged }) => charged !== undefined).map(({ orderId, charged }) => ({ orderId, charged }));
  if (charges.length === 0) return;
  const { rows } = await sql.query<{ id: string; total: number; charged: number }>(selectWrongCharges, [
    JSON.stringify(charges),
    transitions.map((transition) => transition.from),
  ]);
  const [wrong] = rows;
  if (wrong) throw new Error(`Order ${wrong.id} costs ${wrong.total} and was charged ${wrong.charged}, in minor units.`);
}
const selectWrongCharges = `
  SELECT orders.id, total_amount AS total, charged
  FROM orders JOIN jsonb_to_recordset($1::jsonb) AS charge ("orderId" uuid, charged int) ON orders.id = "orderId"
  WHERE total_amount <> charged AND status = ANY ($2::text[])`;

function toAffectedRow({ orderId, reason, failedLines, card, expectedVersion, charged }: Affected) {
  return { id: orderId, reason, failed_lines: failedLines, card, expected_version: expectedVersion, charged };
}

function toTransitionRow(transition: Transition, deadlines: OrderDependencies['deadlines']) {
  const deadlineMs = transition.to === 'AWAITING_PAYMENT' ? deadlines[transition.to] : null;
  return { to: transition.to, reason: reasonOf(transition), deadlineMs };
}

function toMoved({ status, cancel_reason, left_status, left_since, placed_at, moved_at }: MovedRow): Moved {
  return {
    status,
    cancelReason: cancel_reason,
    leftStatus: left_status,
    leftSince: new Date(left_since),
    placedAt: new Date(placed_at),
    at: new Date(moved_at),
  };
}

type Cause = { readonly traceparent: string | undefined } | undefined;

/** The event of an order that moved, with the time that its history has as well. */
function toEvent(row: MovedRow, on: Trigger, causedBy: Cause): PublishedEvent {
  return { ...eventOf(row, on, causedBy), time: new Date(row.moved_at).toISOString() };
}

function eventOf(row: MovedRow, on: Trigger, causedBy: Cause): PublishedEvent {
  const base = {
    orderId: row.id,
    number: row.number,
    userId: row.user_id,
    version: row.version,
    total: { amount: row.total_amount, currency: row.currency },
  };
  const card = row.card === null ? {} : { card: row.card };
  const paid = row.paid_at === null ? {} : { paidAt: new Date(row.paid_at).toISOString() };
  const { status } = row;
  switch (status) {
    case 'AWAITING_PAYMENT':
      return createEvent('order.awaiting-payment', row.id, { ...base, status }, causedBy);
    case 'PAID':
      return createEvent(
        'order.paid',
        row.id,
        {
          ...base,
          status,
          cartId: row.cart_id,
          lines: (row.lines ?? []).map((line) => toOrderLine(line, row.currency)),
          placedAt: new Date(row.placed_at).toISOString(),
          paidAt: new Date(row.moved_at).toISOString(),
          ...card,
        },
        causedBy,
      );
    case 'CANCELLED':
      if (row.cancel_reason === null) throw new Error('a cancelled order has no reason');
      return createEvent(
        'order.cancelled',
        row.id,
        { ...base, status, reason: row.cancel_reason, cartId: row.cart_id, ...calledOffBy(on), ...card, ...paid, ...failedOf(row) },
        causedBy,
      );
    case 'SHIPPED':
      return createEvent('order.shipped', row.id, { ...base, status }, causedBy);
    case 'DELIVERED':
      return createEvent('order.delivered', row.id, { ...base, status }, causedBy);
    case 'REFUNDED':
      return createEvent('order.refunded', row.id, { ...base, status, ...card, ...paid }, causedBy);
    case 'PENDING':
      throw new Error('no transition of the checkout leads back to PENDING');
  }
}

function calledOffBy(on: Trigger): { by?: 'CUSTOMER' | 'ADMIN' } {
  if (on === 'cancelled by customer') return { by: 'CUSTOMER' };
  return on === 'cancelled by admin' ? { by: 'ADMIN' } : {};
}

/** The lines that kept the order from being carried out, with the names and numbers under which they were ordered. */
function failedOf({ failed_lines, lines }: MovedRow) {
  if (failed_lines === null) return {};
  const ordered = (lines ?? []).map(({ product_id, name, quantity }) => ({ productId: product_id, name, quantity }));
  return { failedLines: failedLinesOf(failed_lines, ordered) };
}

/**
 * $1 the affected orders, where what is left out is null: `card` and `reason` of their own, `failed_lines`, the `expected_version`, what was `charged`;
 * $2 the transitions by the status that they leave; $3 what happened.
 * The rows are locked in order of id, so that two batches cannot wait for each other. The expressions of SET read the status again when
 * the row was changed by another transaction meanwhile, so the transition always fits the status that it really leaves. Times are cut to the
 * millisecond, as those of all other events are, and never go back.
 */
const moveOrders = `
  WITH affected AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS affected (id uuid, reason text, failed_lines jsonb, card text, expected_version int, charged int)
  ), locked AS MATERIALIZED (
    SELECT id FROM orders WHERE id = ANY (ARRAY(SELECT id FROM affected)) ORDER BY id FOR UPDATE
  ), moved AS (
    UPDATE orders SET
      status = $2::jsonb -> status ->> 'to',
      version = version + 1,
      cancel_reason = coalesce(affected.reason, $2::jsonb -> status ->> 'reason'),
      failed_lines = coalesce(affected.failed_lines, orders.failed_lines),
      card = coalesce(affected.card, orders.card),
      deadline_at = clock_timestamp() + ($2::jsonb -> status ->> 'deadlineMs')::int * interval '1 ms'
    FROM affected JOIN locked USING (id)
    WHERE orders.id = affected.id AND $2::jsonb ? status AND orders.version = coalesce(affected.expected_version, orders.version)
      AND orders.total_amount = coalesce(affected.charged, orders.total_amount)
    RETURNING ${orderColumns}, orders.cart_id, orders.card
  ), history AS (
    INSERT INTO order_history (order_id, version, status, at, cause)
    SELECT id, version, status, greatest(date_trunc('milliseconds', clock_timestamp()), (
      SELECT at FROM order_history AS earlier WHERE earlier.order_id = moved.id AND earlier.version = moved.version - 1
    ), placed_at), $3 FROM moved
    RETURNING order_id, at
  )
  SELECT moved.*, history.at AS moved_at, coalesce(before.status, 'PENDING') AS left_status,
    coalesce(before.at, moved.placed_at) AS left_since, (
    SELECT at FROM order_history AS earlier WHERE earlier.order_id = moved.id AND earlier.status = 'PAID'
  ) AS paid_at, CASE WHEN moved.status = 'PAID' OR moved.failed_lines IS NOT NULL THEN (
    SELECT json_agg(line ORDER BY line.position) FROM order_lines AS line WHERE line.order_id = moved.id
  ) END AS lines
  FROM moved JOIN history ON history.order_id = moved.id
    LEFT JOIN order_history AS before ON before.order_id = moved.id AND before.version = moved.version - 1`;

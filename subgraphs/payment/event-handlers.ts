import type { EventView } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';

/*
 * What payment learns of an order. The events may come in any order and twice: each of them is noted in the row of the order, which
 * the first one makes, and the status follows from all that is noted. Rows are written in the order of their order ids, here as in
 * due-payments.ts, so that nobody waits for each other in a circle.
 */

/** order.created: who pays how much, and how. */
export async function noteOrders(
  sql: Sql,
  events: readonly EventView<'order.created', 'orderId' | 'userId' | 'total' | 'paymentMethodId'>[],
): Promise<void> {
  await sql.query(noteOrdersSql, [
    events.map(() => newId()),
    events.map(({ data }) => data.orderId),
    events.map(({ traceparent }) => traceparent ?? null),
    events.map(({ data }) => data.userId),
    events.map(({ data }) => data.total.amount),
    events.map(({ data }) => data.total.currency),
    events.map(({ data }) => data.paymentMethodId),
  ]);
}

/** inventory.reserved: the goods are held, so the money may be taken. The worker does that; here it is only marked. */
export async function noteReservations(sql: Sql, events: readonly EventView<'inventory.reserved', 'orderId'>[]): Promise<void> {
  await sql.query(noteReservationsSql, [
    events.map(() => newId()),
    events.map(({ data }) => data.orderId),
    events.map(({ traceparent }) => traceparent ?? null),
  ]);
}

/**
 * order.cancelled and order.refunded: the money stays with the customer or goes back. What was not asked for yet is void at once;
 * what was captured is to be refunded; of what is being charged, the worker finds out.
 */
export async function noteEnds(
  sql: Sql,
  events: readonly EventView<'order.cancelled' | 'order.refunded', 'orderId' | 'userId' | 'total'>[],
): Promise<void> {
  await sql.query(noteEndsSql, [
    events.map(() => newId()),
    events.map(({ data }) => data.orderId),
    events.map(({ traceparent }) => traceparent ?? null),
    events.map(({ data }) => data.userId),
    events.map(({ data }) => data.total.amount),
    events.map(({ data }) => data.total.currency),
    events.map(() => newId()),
  ]);
}

// now() would be rounded up to the next millisecond, and not be due yet when the worker is woken right after the commit
const atOnce = "date_trunc('milliseconds', now())";

const noteOrdersSql = `
  INSERT INTO payments AS payment (id, order_id, traceparent, user_id, amount, currency, method_id, status)
  SELECT id, order_id, traceparent, user_id, amount, currency, method_id, 'EXPECTED'
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[])
    AS heard (id, order_id, traceparent, user_id, amount, currency, method_id)
  ORDER BY order_id
  ON CONFLICT (order_id) DO UPDATE SET
    user_id = excluded.user_id,
    amount = excluded.amount,
    currency = excluded.currency,
    method_id = excluded.method_id,
    status = CASE WHEN payment.status = 'EXPECTED' AND payment.reserved_at IS NOT NULL THEN 'CHARGING' ELSE payment.status END,
    next_attempt_at = CASE WHEN payment.status = 'EXPECTED' AND payment.reserved_at IS NOT NULL THEN ${atOnce} ELSE payment.next_attempt_at END,
    updated_at = now()
  WHERE payment.method_id IS NULL`;

const noteReservationsSql = `
  INSERT INTO payments AS payment (id, order_id, traceparent, status, reserved_at)
  SELECT id, order_id, traceparent, 'EXPECTED', now()
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS heard (id, order_id, traceparent)
  ORDER BY order_id
  ON CONFLICT (order_id) DO UPDATE SET
    reserved_at = now(),
    traceparent = excluded.traceparent,
    status = CASE WHEN payment.status = 'EXPECTED' AND payment.method_id IS NOT NULL THEN 'CHARGING' ELSE payment.status END,
    next_attempt_at = CASE WHEN payment.status = 'EXPECTED' AND payment.method_id IS NOT NULL THEN ${atOnce} ELSE payment.next_attempt_at END,
    updated_at = now()
  WHERE payment.reserved_at IS NULL`;

const noteEndsSql = `
  WITH ended AS (
    INSERT INTO payments AS payment (id, order_id, traceparent, user_id, amount, currency, status, ended_at)
    SELECT id, order_id, traceparent, user_id, amount, currency, 'VOIDED', now()
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::text[])
      AS heard (id, order_id, traceparent, user_id, amount, currency)
    ORDER BY order_id
    ON CONFLICT (order_id) DO UPDATE SET
      ended_at = now(),
      traceparent = excluded.traceparent,
      user_id = excluded.user_id,
      amount = excluded.amount,
      currency = excluded.currency,
      status = CASE payment.status WHEN 'EXPECTED' THEN 'VOIDED' ELSE payment.status END,
      next_attempt_at = CASE WHEN payment.status IN ('CHARGING', 'CAPTURED') THEN ${atOnce} ELSE NULL END,
      attempts = 0,
      updated_at = now()
    WHERE payment.ended_at IS NULL
    RETURNING payment.id, payment.order_id, payment.amount, payment.status
  )
  INSERT INTO refunds (id, payment_id, amount, status)
  SELECT refund.id, ended.id, ended.amount, 'REQUESTED'
  FROM ended JOIN unnest($2::uuid[], $7::uuid[]) AS refund (order_id, id) USING (order_id)
  WHERE ended.status = 'CAPTURED'`;

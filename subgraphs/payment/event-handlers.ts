import type { EventView } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';

/*
 * What payment learns of an order. The events may come in any order and twice: each of them is noted in the row of the order, which
 * the first one makes, and the status follows from all that is noted. Rows are written in the order of their order ids, here as in
 * due-payments.ts, so that no deadlock arises.
 */

/** order.created: who pays how much, and how. */
export async function noteOrders(
  sql: Sql,
  events: readonly EventView<'order.created', 'orderId' | 'userId' | 'total' | 'paymentMethodId'>[],
): Promise<void> {
  const rows = events.map(({ traceparent, data: { orderId, userId, total, paymentMethodId } }) => ({
    ...newPayment(orderId, traceparent),
    user_id: userId,
    ...total,
    method_id: paymentMethodId,
  }));
  await sql.query(noteOrdersSql, [JSON.stringify(rows)]);
}

/** inventory.reserved: the goods are held, so the money may be taken. The worker does that; here it is only marked. */
export async function noteReservations(sql: Sql, events: readonly EventView<'inventory.reserved', 'orderId'>[]): Promise<void> {
  const rows = events.map(({ traceparent, data: { orderId } }) => newPayment(orderId, traceparent));
  await sql.query(noteReservationsSql, [JSON.stringify(rows)]);
}

/**
 * order.cancelled and order.refunded: the money stays with the customer or goes back. What was not asked for yet is void at once;
 * what was captured is to be refunded; of what is being charged, the worker finds out.
 */
export async function noteEnds(
  sql: Sql,
  events: readonly EventView<'order.cancelled' | 'order.refunded', 'orderId' | 'userId' | 'total'>[],
): Promise<void> {
  const rows = events.map(({ traceparent, data: { orderId, userId, total } }) => ({
    ...newPayment(orderId, traceparent),
    user_id: userId,
    ...total,
    refund_id: newId(),
  }));
  await sql.query(noteEndsSql, [JSON.stringify(rows)]);
}

/** The row that the first event of an order makes. */
function newPayment(orderId: string, traceparent: string | undefined) {
  return { id: newId(), order_id: orderId, traceparent };
}

// now() would be rounded up to the next millisecond, and not be due yet when the worker is woken right after the commit
const atOnce = "date_trunc('milliseconds', now())";

const noteOrdersSql = `
  INSERT INTO payments AS payment (id, order_id, traceparent, user_id, amount, currency, method_id, status)
  SELECT id, order_id, traceparent, user_id, amount, currency, method_id, 'EXPECTED'
  FROM jsonb_to_recordset($1::jsonb)
    AS received (id uuid, order_id uuid, traceparent text, user_id uuid, amount int, currency text, method_id text)
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
  FROM jsonb_to_recordset($1::jsonb) AS received (id uuid, order_id uuid, traceparent text)
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
    FROM jsonb_to_recordset($1::jsonb)
      AS received (id uuid, order_id uuid, traceparent text, user_id uuid, amount int, currency text)
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
  SELECT refund.refund_id, ended.id, ended.amount, 'REQUESTED'
  FROM ended JOIN jsonb_to_recordset($1::jsonb) AS refund (order_id uuid, refund_id uuid) USING (order_id)
  WHERE ended.status = 'CAPTURED'`;

import type { DomainEvent } from '#kafka/contracts.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { outboxRow, outboxRows } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Situation } from './domain.ts';

/** A payment that the worker has leased: no other worker takes it before the lease ends. */
export type DuePayment = {
  readonly id: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: 'EUR';
  readonly methodId: string;
  readonly status: Situation['status'];
  readonly isEnded: boolean;
  readonly wasAsked: boolean;
  /** Of the present task, this one included. */
  readonly attempts: number;
  readonly providerChargeId: string | null;
  readonly refundId: string | null;
  readonly traceparent: string | undefined;
};

/** The ways to pay as people read them, by id. */
export type Cards = ReadonlyMap<string, string>;

export type Failure = { readonly code: 'CARD_DECLINED' | 'INSUFFICIENT_FUNDS' | 'UNKNOWN_METHOD'; readonly message: string };

/**
 * Takes up payments that are due, those that were never tried before the others. That a charge will be asked for is committed
 * before the provider is called, so that the worker after a crash knows that it must query the provider first.
 */
export async function takeDuePayments(database: Database, limit: number, leaseMs: number): Promise<DuePayment[]> {
  const { rows } = await database.query<DueRow>(takeSql, [limit, leaseMs]);
  return rows.map(({ traceparent, ...row }) => ({ ...row, traceparent: traceparent ?? undefined }));
}

/** CHARGING to CAPTURED, and payment.succeeded; of an ended order, too: then its refund begins. */
export function saveCaptured(
  database: Database,
  answers: readonly { payment: DuePayment; chargeId: string }[],
  cards: Cards,
): Promise<void> {
  const captures = onePerPayment(answers);
  const events = captures.map(({ payment }) => {
    const { id: paymentId, orderId, amount, currency } = payment;
    return createEvent(
      'payment.succeeded',
      orderId,
      { orderId, paymentId, amount: { amount, currency }, ...cardOf(payment, cards) },
      payment,
    );
  });
  const rows = captures.map(({ payment, chargeId }) => ({ id: payment.id, chargeId, refundId: newId() }));
  return save(database, capturedSql, rows, events);
}

/** CHARGING to DECLINED, and payment.failed. */
export function saveDeclined(
  database: Database,
  answers: readonly { payment: DuePayment; failure: Failure }[],
  cards: Cards,
): Promise<void> {
  const declines = onePerPayment(answers);
  const events = declines.map(({ payment, failure }) =>
    createEvent(
      'payment.failed',
      payment.orderId,
      { orderId: payment.orderId, paymentId: payment.id, ...failure, ...cardOf(payment, cards) },
      payment,
    ),
  );
  const rows = declines.map(({ payment, failure: { code, message } }) => ({ id: payment.id, code, message }));
  return save(database, declinedSql, rows, events);
}

/** CHARGING to VOIDED when the order has ended. Nothing is published: to the order nothing has happened. */
export async function saveVoided(database: Database, payments: readonly DuePayment[]): Promise<void> {
  await database.query(voidedSql, [payments.map(({ id }) => id)]);
}

/** CAPTURED to REFUNDED, and payment.refunded. */
export function saveRefunded(
  database: Database,
  answers: readonly { payment: DuePayment; refundId: string; providerRefundId: string }[],
): Promise<void> {
  const refunds = onePerPayment(answers);
  const events = refunds.map(({ payment, refundId }) => {
    const { id: paymentId, orderId, amount, currency } = payment;
    return createEvent('payment.refunded', orderId, { orderId, paymentId, refundId, amount: { amount, currency } }, payment);
  });
  const rows = refunds.map(({ payment, providerRefundId }) => ({ id: payment.id, providerRefundId }));
  return save(database, refundedSql, rows, events);
}

/** Gives back what was taken up, to be taken up again later; unless its task has changed meanwhile. */
export async function postpone(database: Database, delays: readonly { payment: DuePayment; delayMs: number }[]): Promise<void> {
  const answers = delays.map(({ payment: { id, attempts, isEnded }, delayMs }) => ({ id, attempts, isEnded, delayMs }));
  await database.query(postponeSql, [JSON.stringify(answers)]);
}

/** Nothing for a way to pay that does not exist. */
function cardOf({ methodId }: DuePayment, cards: Cards): { card?: string } {
  const card = cards.get(methodId);
  return card === undefined ? {} : { card };
}

/** A worker whose lease ended may have two answers for one payment; they are the same, and published once. */
function onePerPayment<Answer extends { payment: DuePayment }>(answers: readonly Answer[]): Answer[] {
  return [...new Map(answers.map((answer) => [answer.payment.id, answer])).values()];
}

async function save(
  database: Database,
  statement: string,
  answers: readonly { id: string }[],
  events: readonly DomainEvent[],
): Promise<void> {
  await database.query(statement, [outboxRows(events.map(toMessage)), JSON.stringify(answers)]);
}

type DueRow = Omit<DuePayment, 'traceparent'> & { traceparent: string | null };

const takeSql = `
  WITH due AS (
    SELECT id FROM payments
    WHERE next_attempt_at <= now()
    ORDER BY attempts > 0, next_attempt_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE payments SET
      attempts = attempts + 1,
      charge_attempts = CASE WHEN status = 'CHARGING' AND ended_at IS NULL THEN charge_attempts + 1 ELSE charge_attempts END,
      next_attempt_at = now() + $2::int * interval '1 millisecond'
    FROM due
    WHERE payments.id = due.id
    RETURNING payments.*
  )
  SELECT taken.id, order_id AS "orderId", taken.amount, currency, method_id AS "methodId", taken.status, ended_at IS NOT NULL AS "isEnded",
    charge_attempts > CASE WHEN taken.status = 'CHARGING' AND ended_at IS NULL THEN 1 ELSE 0 END AS "wasAsked",
    attempts, provider_charge_id AS "providerChargeId", refunds.id AS "refundId", traceparent
  FROM taken LEFT JOIN refunds ON refunds.payment_id = taken.id`;

/** Begins a statement that saves answers: the rows are locked in the order of their order ids, then changed by `change`, then the events of those that changed are enqueued. The key of an event is the order, which has one payment. */
const saving = (columns: string, change: string) => `
  WITH answer AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS answer (id uuid, ${columns})
  ), locked AS MATERIALIZED (
    SELECT id FROM payments WHERE id IN (SELECT id FROM answer) ORDER BY order_id FOR UPDATE
  ), ${change}
  INSERT INTO outbox (topic, key, headers, value)
  SELECT message.topic, message.key, message.headers, message.value
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS ${outboxRow}) WITH ORDINALITY AS message (topic, key, headers, value, position)
  JOIN changed ON changed.order_id::text = message.key
  ORDER BY position`;

const capturedSql = saving(
  '"chargeId" text, "refundId" uuid',
  `changed AS (
    UPDATE payments SET
      status = 'CAPTURED', provider_charge_id = answer."chargeId", attempts = 0, updated_at = now(),
      next_attempt_at = CASE WHEN ended_at IS NOT NULL THEN date_trunc('milliseconds', now()) END
    FROM answer JOIN locked USING (id)
    WHERE payments.id = answer.id AND status = 'CHARGING'
    RETURNING payments.id, order_id, amount, ended_at, answer."refundId"
  ), returned AS (
    INSERT INTO refunds (id, payment_id, amount, status)
    SELECT "refundId", id, amount, 'REQUESTED' FROM changed WHERE ended_at IS NOT NULL
  )`,
);

const declinedSql = saving(
  'code text, message text',
  `changed AS (
    UPDATE payments SET
      status = 'DECLINED', failure_code = answer.code, failure_message = answer.message, next_attempt_at = NULL, updated_at = now()
    FROM answer JOIN locked USING (id)
    WHERE payments.id = answer.id AND status = 'CHARGING'
    RETURNING payments.id, order_id
  )`,
);

const refundedSql = saving(
  '"providerRefundId" text',
  `changed AS (
    UPDATE payments SET status = 'REFUNDED', next_attempt_at = NULL, updated_at = now()
    FROM answer JOIN locked USING (id)
    WHERE payments.id = answer.id AND status = 'CAPTURED'
    RETURNING payments.id, order_id, answer."providerRefundId"
  ), returned AS (
    UPDATE refunds SET status = 'SUCCEEDED', provider_refund_id = changed."providerRefundId", completed_at = now()
    FROM changed
    WHERE refunds.payment_id = changed.id
  )`,
);

const voidedSql = `
  WITH locked AS MATERIALIZED (
    SELECT id FROM payments WHERE id = ANY($1::uuid[]) ORDER BY order_id FOR UPDATE
  )
  UPDATE payments SET status = 'VOIDED', next_attempt_at = NULL, updated_at = now()
  FROM locked
  WHERE payments.id = locked.id AND status = 'CHARGING' AND ended_at IS NOT NULL`;

const postponeSql = `
  WITH answer AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS answer (id uuid, attempts int, "isEnded" boolean, "delayMs" int)
  ), locked AS MATERIALIZED (
    SELECT id FROM payments WHERE id IN (SELECT id FROM answer) ORDER BY order_id FOR UPDATE
  )
  UPDATE payments SET next_attempt_at = date_trunc('milliseconds', now()) + answer."delayMs" * interval '1 millisecond'
  FROM answer JOIN locked USING (id)
  WHERE payments.id = answer.id AND next_attempt_at IS NOT NULL
    AND payments.attempts = answer.attempts AND (ended_at IS NOT NULL) = answer."isEnded"`;

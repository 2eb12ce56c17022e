import { contracts, type DomainEvent, type EventType, type EventView } from '#kafka/contracts.ts';
import { toMessage } from '#kafka/events.ts';
import { insertIntoOutbox, outboxRows } from '#kafka/outbox.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { traceIdOf } from '#platform/tracing/trace-context.ts';

/** An event of an order as admins see it. */
export type OrderEvent = {
  readonly id: string;
  readonly type: string;
  /** The service that published it. */
  readonly service: string;
  readonly at: Date;
  readonly recordedAt: Date;
  readonly traceId: string | null;
  readonly note: string | null;
};

/** The events of others that move an order. */
export type EventThatMoves = EventView<
  'inventory.reserved' | 'inventory.reservation-failed' | 'payment.succeeded' | 'payment.failed',
  'orderId' | 'reason' | 'productIds' | 'shortages' | 'code' | 'amount' | 'card'
>;

/** The events of others that are recorded for an order. */
export type SubscribedEvent = EventThatMoves | EventView<'inventory.released' | 'payment.refunded', 'orderId' | 'amount'>;

/** The events that order publishes. */
export type PublishedEvent = DomainEvent<Extract<EventType, `order.${string}`>>;

type Kept = EventView<SubscribedEvent['type'] | PublishedEvent['type'], 'orderId' | 'reason' | 'code' | 'amount'>;

/**
 * Records received events and those to be published, and enqueues the latter, in one statement however many they are. An event that is
 * recorded already, and one of an unknown order, changes nothing.
 */
export async function recordEvents(sql: Sql, received: readonly SubscribedEvent[], published: readonly PublishedEvent[]): Promise<void> {
  if (received.length + published.length === 0) return;
  await sql.query(insertEvents, [outboxRows(published.map(toMessage)), eventRows([...received, ...published])]);
}

/** JSON for a statement that does more: `jsonb_to_recordset($1::jsonb) AS event ${eventRow}`. */
export function eventRows(events: readonly Kept[]): string {
  return JSON.stringify(
    events.map((event) => ({
      order_id: event.data.orderId,
      id: event.id,
      type: event.type,
      service: contracts[event.type].publisher,
      at: timestampOf(event.time),
      trace_id: traceIdOf(event.traceparent) ?? null,
      note: noteOf(event),
    })),
  );
}
export const eventRow = '(order_id uuid, id text, type text, service text, at timestamptz, trace_id text, note text)';

/** What an event adds to its type, for admins; null when the type is enough. */
export function noteOf({ data }: Kept): string | null {
  if ('reason' in data) return data.reason;
  if ('code' in data) return data.code;
  return 'amount' in data ? `${(data.amount.amount / 100).toFixed(2)} ${data.amount.currency}` : null;
}

/** Null when it is none that could be kept: the event is kept nevertheless, as of now. */
function timestampOf(time: string): string | null {
  const moment = new Date(time);
  const text = Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
  return /^[12]\d{3}-/.test(text) ? text : null;
}

/** The events of each order, by order id, the first one first, and of one millisecond those of others before those of order; for admins only. */
export async function findRecordedEvents(sql: Sql, orderIds: readonly string[]): Promise<Map<string, OrderEvent[]>> {
  const { rows } = await sql.query<EventRow>(
    `SELECT order_id, id, type, service, at, recorded_at, trace_id, note FROM order_facts WHERE order_id = ANY ($1::uuid[])
     ORDER BY order_id, at, (type LIKE 'order.%' AND type <> 'order.created'), recorded_at, id`,
    [orderIds],
  );
  const byOrder = Map.groupBy(rows, (row) => row.order_id);
  return new Map([...byOrder].map(([orderId, ofOrder]) => [orderId, ofOrder.map(toOrderEvent)]));
}

type EventRow = {
  order_id: string;
  id: string;
  type: string;
  service: string;
  at: string;
  recorded_at: string;
  trace_id: string | null;
  note: string | null;
};

function toOrderEvent({ id, type, service, at, recorded_at, trace_id, note }: EventRow): OrderEvent {
  return { id, type, service, at: new Date(at), recordedAt: new Date(recorded_at), traceId: trace_id, note };
}

/** $1 what is published, $2 what is recorded. In order of order and place, so that two batches cannot wait for each other. */
const insertEvents = `
  WITH enqueued AS (
    ${insertIntoOutbox('$1')}
  )
  INSERT INTO order_facts (order_id, id, type, service, at, recorded_at, trace_id, note)
  SELECT orders.id, event.id, event.type, event.service, coalesce(event.at, clock_timestamp()), clock_timestamp(), event.trace_id, event.note
  FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS ${eventRow}) WITH ORDINALITY
    AS event (order_id, id, type, service, at, trace_id, note, position)
    JOIN orders ON orders.id = event.order_id
  ORDER BY event.order_id, event.position
  ON CONFLICT DO NOTHING`;

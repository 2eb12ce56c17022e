import type { DomainEvent } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { checkout } from '../../subgraphs/order/checkout-saga.ts';
import { eventRow, eventRows, type PublishedEvent } from '../../subgraphs/order/recorded-events.ts';
import { searchTextOf } from '../../subgraphs/order/search-orders.ts';

/** Whether order published it. */
export const isOfOrder = (event: DomainEvent): event is PublishedEvent => event.type.startsWith('order.');

type Known = { readonly id: string; readonly version: number; readonly status: string };
type Created = Extract<PublishedEvent, { type: 'order.created' }>;

/**
 * Brings orders to where they were when the database was lost, by the events that they published then, without publishing anything: other
 * services have those events already. An order that was placed after the backup is made anew, without what no event carries: name and street, and the key of its
 * request. Resolves to what was done and what could not be, one sentence for each order.
 */
export async function followPublished(sql: Sql, events: readonly PublishedEvent[]): Promise<string[]> {
  const byOrder = Map.groupBy(events, ({ data }) => data.orderId);
  const { rows } = await sql.query<Known>('SELECT id, version, status FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [
    [...byOrder.keys()],
  ]);
  const known = new Map(rows.map((row) => [row.id, row]));
  const done: string[] = [];
  for (const [id, published] of byOrder) done.push(...(await followOrder(sql, known.get(id), firstOfEachVersion(published))));
  // deadlines passed while there was no database: what orders wait for may be among the events that are handled again
  await sql.query(`UPDATE orders SET deadline_at = now() + interval '1 minute' WHERE deadline_at IS NOT NULL`);
  return done;
}

/** Nothing when the order is as it was published. */
async function followOrder(sql: Sql, order: Known | undefined, steps: readonly PublishedEvent[]): Promise<string[]> {
  const last = steps.at(-1);
  const from = order?.version ?? 0;
  if (last === undefined || from >= last.data.version) return [];
  const { orderId, number, status, version } = last.data;
  if (order === undefined) {
    const created = steps.find((step): step is Created => step.type === 'order.created');
    if (created === undefined) return [`${number} (${orderId}) is lost: it was ${status}, and the event of its placing is no longer kept`];
    await insertOrder(sql, created);
  }
  const missing = steps.filter(({ data }) => data.version > from);
  for (const step of missing)
    await insertStep(
      sql,
      step,
      steps.find(({ data }) => data.version === step.data.version - 1),
    );
  await moveTo(sql, last, missing);
  await sql.query(recordSql, [eventRows(missing)]);
  const again =
    order === undefined
      ? `was placed after the backup: it is ${status} again, without name and street, for which its customer has to be asked`
      : `was ${order.status}, version ${order.version}: it is ${status} again, version ${version}`;
  return [`${number} (${orderId}) ${again}`];
}

/** In order of version. Should a version have been published twice, the first one is what others went by. */
function firstOfEachVersion(events: readonly PublishedEvent[]): PublishedEvent[] {
  const first = new Map<number, PublishedEvent>();
  for (const event of events) if (!first.has(event.data.version)) first.set(event.data.version, event);
  return [...first.values()].toSorted((a, b) => a.data.version - b.data.version);
}

async function insertOrder(sql: Sql, { data, traceparent }: Created): Promise<void> {
  const address = { name: '', line1: '', line2: null, city: '', region: null, postalCode: '', country: '', phone: null };
  const lines = data.lines.map(({ productId, name, quantity, unitPrice }) => ({ productId, name, quantity, unitPrice: unitPrice.amount }));
  await sql.query(insertOrderSql, [
    data.orderId,
    data.number,
    data.userId,
    data.total.amount,
    data.total.currency,
    data.paymentMethodId,
    data.cartId ?? data.orderId,
    JSON.stringify(address),
    data.placedAt,
    searchTextOf(data.number, ''),
    traceparent ?? null,
    JSON.stringify(lines),
  ]);
}

/** Its cart had a version that no event carries: one below zero is no cart's, and another for each moment. */
const insertOrderSql = `
  WITH placed AS (
    INSERT INTO orders (id, number, user_id, status, version, total_amount, currency, payment_method_id, cart_id, cart_version,
      idempotency_key, request_hash, shipping_address, placed_at, deadline_at, search_text, traceparent)
    VALUES ($1, $2, $3, 'PENDING', 1, $4, $5, $6, $7, -extract(epoch FROM $9::timestamptz)::int,
      'reconciled-' || $1::uuid, '', $8::jsonb, $9, now(), $10, $11)
  )
  INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price)
  SELECT $1, line.position, line."productId", line.name, line.quantity, line."unitPrice"
  FROM ROWS FROM (jsonb_to_recordset($12::jsonb) AS ("productId" uuid, name text, quantity int, "unitPrice" int)) WITH ORDINALITY
    AS line ("productId", name, quantity, "unitPrice", position)`;

async function insertStep(sql: Sql, { type, data, time }: PublishedEvent, before: PublishedEvent | undefined): Promise<void> {
  const by = type === 'order.cancelled' && data.by === 'ADMIN' ? 'cancelled by admin' : undefined;
  const reason = type === 'order.cancelled' ? data.reason : null;
  const possible = checkout.filter((one) => one.from === before?.data.status && one.to === data.status);
  const cause =
    possible.find(({ on }) => on === by) ?? possible.find((one) => one.to === 'CANCELLED' && one.because === reason) ?? possible[0];
  await sql.query('INSERT INTO order_history (order_id, version, status, at, cause) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    data.orderId,
    data.version,
    data.status,
    time,
    type === 'order.created' ? 'placed by customer' : (cause?.on ?? 'read from the event log'),
  ]);
}

async function moveTo(sql: Sql, { data }: PublishedEvent, missing: readonly PublishedEvent[]): Promise<void> {
  const carried = missing.map(({ data: one }) => one as { card?: string; reason?: string; failedLines?: FailedLines });
  const failed = carried.findLast(({ failedLines }) => failedLines !== undefined)?.failedLines;
  await sql.query(
    `UPDATE orders SET version = $2, status = $3, card = coalesce($4, card), cancel_reason = $5, failed_lines = coalesce($6::jsonb, failed_lines),
       deadline_at = CASE WHEN $3 IN ('PENDING', 'AWAITING_PAYMENT') THEN now() END
     WHERE id = $1`,
    [
      data.orderId,
      data.version,
      data.status,
      carried.findLast(({ card }) => card !== undefined)?.card ?? null,
      carried.findLast(({ reason }) => reason !== undefined)?.reason ?? null,
      failed === undefined ? null : JSON.stringify(failed.map(({ productId, available }) => ({ productId, available }))),
    ],
  );
}
type FailedLines = readonly { readonly productId: string; readonly available?: number }[];

const recordSql = `
  INSERT INTO order_facts (order_id, id, type, service, at, recorded_at, trace_id, note)
  SELECT order_id, id, type, service, coalesce(at, now()), now(), trace_id, note FROM jsonb_to_recordset($1::jsonb) AS event ${eventRow}
  ON CONFLICT DO NOTHING`;

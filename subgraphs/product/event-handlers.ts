import type { DomainEvent, EventView } from '#kafka/contracts.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { insertIntoOutbox, outboxRows } from '#kafka/outbox.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { ProductDependencies } from './dependencies.ts';
import { availabilityOf, decideReservations, type ReservationDecision, type StockLine, sumByProduct } from './domain.ts';
import { createProductEvent, withAvailable } from './product-events.ts';
import { type ProductRow, selectProducts } from './queries/catalogue.ts';

/**
 * What the orders do to the stock. Each function takes many events at once, within the transaction of their inbox rows, and works on sets.
 * All of them lock first the rows of their orders, in the order of ids, then those of the products, in the order of ids: so two of them can
 * wait for each other, but never in a circle. What they change leaves the cache when they have committed.
 */

type StockDependencies = Pick<ProductDependencies, 'staleProducts'>;

/** Holds the lines of new orders, all of an order's or none. An order that is closed already holds nothing. */
export async function reserveStock(
  { staleProducts }: StockDependencies,
  sql: Sql,
  events: readonly EventView<'order.created', 'orderId' | 'lines'>[],
): Promise<void> {
  const byOrder = new Map(events.map((event) => [event.data.orderId, event]));
  const known = await lockOrders(sql, [...byOrder.keys()]);
  const orders = known
    .filter((order) => order.decision === null && order.outcome !== 'CLOSED')
    .flatMap(({ orderId, outcome }) => {
      const event = byOrder.get(orderId);
      return event ? [{ orderId, isPaid: outcome === 'PAID', lines: event.data.lines, event }] : [];
    })
    // the lock gave them in the order of ids; who came first is served first
    .sort((a, b) => events.indexOf(a.event) - events.indexOf(b.event));
  if (orders.length === 0) return;

  const productIds = [...new Set(orders.flatMap((order) => order.lines.map((line) => line.productId)))];
  const stocked = await selectProducts(sql, productIds, true);
  const decisions = decideReservations(orders, stocked);
  const held = decisions.flatMap((decision) =>
    decision.kind === 'RESERVED' ? decision.lines.map((line) => ({ orderId: decision.orderId, ...line })) : [],
  );
  const moved = moveStock(stocked, held, -1);
  const answers = decisions.map((decision) => createAnswer(decision, byOrder.get(decision.orderId)));
  const paid = new Set(orders.filter((order) => order.isPaid).map((order) => order.orderId));
  await sql.query(writeReservations, [
    stockRows(moved),
    JSON.stringify(decisions.map(({ orderId, kind }) => ({ orderId, kind }))),
    JSON.stringify(held.map((line) => ({ ...line, state: paid.has(line.orderId) ? 'COMMITTED' : 'HELD' }))),
    outboxRows([...answers, ...levelEvents(moved, events[0])].map(toMessage)),
  ]);
  staleProducts.add(changedIds(moved));
}

/** What was held for a paid order is sold. */
export async function commitStock(sql: Sql, events: readonly EventView<'order.paid', 'orderId'>[]): Promise<void> {
  const orderIds = [...new Set(events.map((event) => event.data.orderId))];
  await closeOrders(sql, orderIds, 'PAID');
  await sql.query(commitHeld, [orderIds]);
}

/** What was held for or sold with an order that ended is available again, and nothing will be held for it any more. */
export async function releaseStock(
  { staleProducts }: StockDependencies,
  sql: Sql,
  events: readonly EventView<'order.cancelled' | 'order.refunded', 'orderId'>[],
): Promise<void> {
  const byOrder = new Map(events.map((event) => [event.data.orderId, event]));
  await closeOrders(sql, [...byOrder.keys()], 'CLOSED');
  const { rows: lines } = await sql.query<StockLine & { orderId: string }>(selectUnreleased, [[...byOrder.keys()]]);
  if (lines.length === 0) return;

  const stocked = await selectProducts(sql, [...new Set(lines.map((line) => line.productId))], true);
  const moved = moveStock(stocked, lines, 1);
  const orderIds = [...new Set(lines.map((line) => line.orderId))];
  const answers = orderIds.map((orderId) => {
    const released = lines.filter((line) => line.orderId === orderId).map(({ productId, quantity }) => ({ productId, quantity }));
    return createEvent('inventory.released', orderId, { orderId, lines: released }, byOrder.get(orderId));
  });
  await sql.query(writeReleases, [stockRows(moved), orderIds, outboxRows([...answers, ...levelEvents(moved, events[0])].map(toMessage))]);
  staleProducts.add(changedIds(moved));
}

type OrderStockRow = { orderId: string; decision: 'RESERVED' | 'FAILED' | null; outcome: 'PAID' | 'CLOSED' | null };

async function lockOrders(sql: Sql, orderIds: readonly string[]): Promise<OrderStockRow[]> {
  return (await sql.query<OrderStockRow>(upsertOrders, [orderIds])).rows;
}

async function closeOrders(sql: Sql, orderIds: readonly string[], outcome: 'PAID' | 'CLOSED'): Promise<void> {
  await sql.query(upsertOutcomes, [orderIds, outcome]);
}

type Moved = { before: ProductRow; after: ProductRow };

function moveStock(stocked: readonly ProductRow[], lines: readonly StockLine[], sign: 1 | -1): Moved[] {
  const sums = new Map(sumByProduct(lines).map((line) => [line.productId, line.quantity]));
  return stocked
    .filter((row) => sums.has(row.id))
    .map((before) => ({ before, after: withAvailable(before, before.available + sign * (sums.get(before.id) ?? 0)) }));
}

const changedIds = (moved: readonly Moved[]) =>
  moved.filter(({ before, after }) => before.version !== after.version).map(({ after }) => after.id);

const levelEvents = (moved: readonly Moved[], cause: { traceparent: string | undefined } | undefined) =>
  moved
    .filter(({ before, after }) => availabilityOf(before.available) !== availabilityOf(after.available))
    .map(({ after }) => createProductEvent('product.availability-changed', after, cause));

const stockRows = (moved: readonly Moved[]) =>
  JSON.stringify(moved.map(({ after: { id, available, version } }) => ({ id, available, version })));

function createAnswer(decision: ReservationDecision, cause: { readonly traceparent: string | undefined } | undefined): DomainEvent {
  const { orderId } = decision;
  if (decision.kind === 'RESERVED') {
    return createEvent('inventory.reserved', orderId, { orderId, lines: [...decision.lines] }, cause);
  }
  const { reason, productIds, shortages } = decision;
  const short = shortages.length === 0 ? {} : { shortages: [...shortages] };
  return createEvent('inventory.reservation-failed', orderId, { orderId, reason, productIds: [...productIds], ...short }, cause);
}

// DO UPDATE rather than DO NOTHING, because only that locks and returns the row that is there
const upsertOrders = `
  INSERT INTO order_stocks AS known (order_id) SELECT id FROM unnest($1::uuid[]) AS given (id) ORDER BY id
  ON CONFLICT (order_id) DO UPDATE SET decision = known.decision
  RETURNING order_id AS "orderId", decision, outcome`;

const upsertOutcomes = `
  INSERT INTO order_stocks AS known (order_id, outcome) SELECT id, $2::text FROM unnest($1::uuid[]) AS given (id) ORDER BY id
  ON CONFLICT (order_id) DO UPDATE SET outcome = CASE known.outcome WHEN 'CLOSED' THEN 'CLOSED' ELSE excluded.outcome END`;

const commitHeld = `UPDATE reservations SET state = 'COMMITTED' WHERE order_id = ANY($1::uuid[]) AND state = 'HELD'`;

const selectUnreleased = `
  SELECT order_id AS "orderId", product_id AS "productId", quantity FROM reservations
  WHERE order_id = ANY($1::uuid[]) AND state IN ('HELD', 'COMMITTED') ORDER BY order_id, product_id`;

const moveProducts = `
  UPDATE products SET available = moved.available, version = moved.version
  FROM jsonb_to_recordset($1::jsonb) AS moved (id uuid, available int, version int) WHERE products.id = moved.id`;

const writeReservations = `
  WITH moved AS (${moveProducts}),
  decided AS (
    UPDATE order_stocks SET decision = made.kind
    FROM jsonb_to_recordset($2::jsonb) AS made ("orderId" uuid, kind text) WHERE order_stocks.order_id = made."orderId"
  ),
  held AS (
    INSERT INTO reservations (order_id, product_id, quantity, state)
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS line ("orderId" uuid, "productId" uuid, quantity int, state text)
  )
  ${insertIntoOutbox('$4')}`;

const writeReleases = `
  WITH moved AS (${moveProducts}),
  released AS (
    UPDATE reservations SET state = 'RELEASED' WHERE order_id = ANY($2::uuid[]) AND state IN ('HELD', 'COMMITTED')
  )
  ${insertIntoOutbox('$3')}`;

import { type CancelReason, cancelReasons, type OrderStatus, orderStatuses } from '#kafka/contracts.ts';
import { decodeCursor, encodeCursor } from '#platform/pagination.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type Order, type OrderRow, orderColumns, toOrder } from '../orders.ts';
import { hasWord, type SearchWord } from '../search-orders.ts';
import { byOwner } from './orders.ts';

/** Which orders of a list: those in one status or in any, that with one number or with any, and so on. */
export type Filter = {
  readonly status: OrderStatus | null;
  readonly number: string | null;
  /** All of these must be found in number, recipient, or customer. */
  readonly search: readonly SearchWord[];
  readonly cancelReason: CancelReason | null;
  /** Only what has not moved for so long; 0 for everything. */
  readonly unmovedMinutes: number;
};
/** How many orders there are of a status; cancelled ones apart by their reason. */
export type StatusCount = { readonly status: OrderStatus; readonly cancelReason: CancelReason | null; readonly count: number };
/** Which part of a list: the newest orders after a place in it. */
export type Part = Filter & { readonly first: number; readonly after: Place | null };
type Place = { readonly placedAt: string; readonly id: string };

/** The newest orders of each of these customers, by customer id, in one statement; one more than `first` where there are more. */
export async function listOrdersOf(sql: Sql, userIds: readonly string[], part: Part): Promise<Map<string, Order[]>> {
  const { conditions, values } = conditionsOf(part, [userIds, part.first + 1]);
  const { rows } = await sql.query<OrderRow>(
    `SELECT page.* FROM unnest($1::uuid[]) AS customer (id) CROSS JOIN LATERAL (
       SELECT ${orderColumns} FROM orders WHERE ${['user_id = customer.id', ...conditions].join(' AND ')}
       ORDER BY placed_at DESC, id DESC LIMIT $2::int
     ) AS page ORDER BY page.placed_at DESC, page.id DESC`,
    values,
  );
  return byOwner(rows, (row) => row.user_id, toOrder);
}

/** The newest orders of all customers; one more than `first` when there are more. */
export async function listOrders(sql: Sql, part: Part): Promise<Order[]> {
  const { conditions, values } = conditionsOf(part, [part.first + 1]);
  const { rows } = await sql.query<OrderRow>(
    `SELECT ${orderColumns} FROM orders WHERE ${['true', ...conditions].join(' AND ')} ORDER BY placed_at DESC, id DESC LIMIT $1::int`,
    values,
    'planned each time',
  );
  return rows.map(toOrder);
}

/** How many orders each of these customers has, by customer id; without an entry where it is none. */
export async function countOrdersOf(sql: Sql, userIds: readonly string[], filter: Filter): Promise<Map<string, number>> {
  const { conditions, values } = conditionsOf({ ...filter, after: null }, [userIds]);
  const { rows } = await sql.query<{ user_id: string; many: number }>(
    `SELECT user_id, count(*)::int AS many FROM orders WHERE ${['user_id = ANY ($1::uuid[])', ...conditions].join(' AND ')} GROUP BY user_id`,
    values,
  );
  return new Map(rows.map((row) => [row.user_id, row.many]));
}

export async function countOrders(sql: Sql, filter: Filter): Promise<number> {
  const { conditions, values } = conditionsOf({ ...filter, after: null }, []);
  const { rows } = await sql.query<{ many: number }>(
    `SELECT count(*)::int AS many FROM orders WHERE ${['true', ...conditions].join(' AND ')}`,
    values,
    'planned each time',
  );
  return rows[0]?.many ?? 0;
}

/** How many orders of all customers match in each status, regardless of the filter's status and reason. */
export async function countByStatus(sql: Sql, filter: Filter): Promise<StatusCount[]> {
  const { conditions, values } = conditionsOf({ ...filter, status: null, cancelReason: null, after: null }, []);
  const { rows } = await sql.query<StatusCount>(
    `SELECT status, cancel_reason AS "cancelReason", count(*)::int AS count FROM orders
     WHERE ${['true', ...conditions].join(' AND ')} GROUP BY status, cancel_reason`,
    values,
    'planned each time',
  );
  return rows;
}

/** The same of each of these customers, by customer id, in one statement; without an entry where there are none. */
export async function countByStatusOf(sql: Sql, userIds: readonly string[], filter: Filter): Promise<Map<string, StatusCount[]>> {
  const { conditions, values } = conditionsOf({ ...filter, status: null, cancelReason: null, after: null }, [userIds]);
  const { rows } = await sql.query<StatusCount & { userId: string }>(
    `SELECT user_id AS "userId", status, cancel_reason AS "cancelReason", count(*)::int AS count FROM orders
     WHERE ${['user_id = ANY ($1::uuid[])', ...conditions].join(' AND ')} GROUP BY user_id, status, cancel_reason`,
    values,
  );
  return byOwner(
    rows,
    (row) => row.userId,
    ({ status, cancelReason, count }) => ({ status, cancelReason, count }),
  );
}

export function cursorOf(order: Order): string {
  return encodeCursor([order.placedAt.toISOString(), order.id]);
}

/** The place that a cursor marks. @throws AppError INVALID_INPUT */
export function toPlace(cursor: string | null): Place | null {
  if (cursor === null) return null;
  const [placedAt, id] = decodeCursor(cursor, ['moment', 'id']);
  return { placedAt, id };
}

export function toCancelReason(reason: string | null): CancelReason | null {
  return cancelReasons.find((known) => known === reason) ?? null;
}

export function toStatus(status: string | null): OrderStatus | null {
  return orderStatuses.find((known) => known === status) ?? null;
}

const hasNotMovedFor = (parameter: string): string => `
  EXISTS (SELECT FROM order_history AS last WHERE last.order_id = orders.id AND last.version = orders.version
    AND last.at <= clock_timestamp() - ${parameter}::int * interval '1 minute')`;

function conditionsOf(part: Filter & Pick<Part, 'after'>, first: readonly unknown[]): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = [];
  const values = [...first];
  if (part.status !== null) conditions.push(`status = $${values.push(part.status)}`);
  if (part.number !== null) conditions.push(`number = $${values.push(part.number)}`);
  for (const word of part.search) conditions.push(hasWord(word, (value) => `$${values.push(value)}`));
  if (part.cancelReason !== null) conditions.push(`cancel_reason = $${values.push(part.cancelReason)}`);
  if (part.unmovedMinutes > 0) conditions.push(hasNotMovedFor(`$${values.push(part.unmovedMinutes)}`));
  if (part.after !== null) {
    const placedAt = `$${values.push(part.after.placedAt)}::timestamptz`;
    conditions.push(`(placed_at, id) < (${placedAt}, $${values.push(part.after.id)}::uuid)`);
  }
  return { conditions, values };
}

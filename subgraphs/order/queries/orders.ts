import type { OrderStatus } from '#kafka/contracts.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { canSee } from '../domain.ts';
import {
  type Order,
  type OrderHistoryEntry,
  type OrderLine,
  type OrderLineRow,
  type OrderRow,
  orderColumns,
  toOrder,
  toOrderLine,
} from '../orders.ts';
import { findRecordedEvents, type OrderEvent } from '../recorded-events.ts';

type Reading = Pick<OrderDependencies, 'database'>;

/** Those of the orders that the asker may see, in no order; an id that is none finds nothing. */
export async function findOrders({ database }: Reading, identity: Identity, ids: readonly string[]): Promise<Order[]> {
  const wanted = ids.filter(isId);
  if (identity.kind === 'guest' || wanted.length === 0) return [];
  const { rows } = await database.query<OrderRow>(`SELECT ${orderColumns} FROM orders WHERE id = ANY ($1::uuid[])`, [wanted]);
  return rows.map(toOrder).filter((order) => canSee(identity, order));
}

/** The lines of each order, by order id; not for orders that the asker was not shown. */
export async function findLines({ database }: Reading, orderIds: readonly string[]): Promise<Map<string, OrderLine[]>> {
  const { rows } = await database.query<OrderLineRow & { order_id: string; currency: 'EUR' }>(
    `SELECT line.order_id, line.product_id, line.name, line.quantity, line.unit_price, orders.currency
     FROM order_lines AS line JOIN orders ON orders.id = line.order_id
     WHERE line.order_id = ANY ($1::uuid[]) ORDER BY line.order_id, line.position`,
    [orderIds],
  );
  return byOwner(
    rows,
    (row) => row.order_id,
    (row) => toOrderLine(row, row.currency),
  );
}

/** The history of each order, by order id, the first version first; not for orders that the asker was not shown. */
export async function findHistory({ database }: Reading, orderIds: readonly string[]): Promise<Map<string, OrderHistoryEntry[]>> {
  const { rows } = await database.query<{ order_id: string; version: number; status: OrderStatus; at: string; cause: string }>(
    'SELECT order_id, version, status, at, cause FROM order_history WHERE order_id = ANY ($1::uuid[]) ORDER BY order_id, version',
    [orderIds],
  );
  return byOwner(
    rows,
    (row) => row.order_id,
    ({ version, status, at, cause }) => ({ version, status, at: new Date(at), cause }),
  );
}

/** The event history of each order, by order id; null unless the caller is an admin. */
export async function findEvents(
  { database }: Reading,
  identity: Identity,
  orderIds: readonly string[],
): Promise<Map<string, OrderEvent[]> | null> {
  return isAdmin(identity) ? findRecordedEvents(database, orderIds) : null;
}

/** The things of each owner, by the owner's id, in the order of their rows. */
export function byOwner<Row, Thing>(
  rows: readonly Row[],
  ownerOf: (row: Row) => string,
  toThing: (row: Row) => Thing,
): Map<string, Thing[]> {
  const found = new Map<string, Thing[]>();
  for (const row of rows) {
    const owner = ownerOf(row);
    const things = found.get(owner);
    if (things) things.push(toThing(row));
    else found.set(owner, [toThing(row)]);
  }
  return found;
}

import { orderStatuses } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { isFinal } from './checkout-saga.ts';
import type { Order } from './orders.ts';

/** Remembers whose account is closed. */
export async function markClosed(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(
    'INSERT INTO closed_accounts (user_id) SELECT DISTINCT id FROM unnest($1::uuid[]) AS closed (id) ORDER BY id ON CONFLICT DO NOTHING',
    [userIds],
  );
}

/**
 * Erases whom and where the orders of closed accounts went, as far as these are final: what is under way still has to arrive. The rest is
 * erased by `eraseFinal` when it ends. Every time the same; orders that are placed in this very moment are met there.
 */
export async function eraseOrdersOf(sql: Sql, userIds: readonly string[]): Promise<void> {
  // a concurrent transition of one of them has either committed after this, or looks for the closed account after this has
  await sql.query('SELECT FROM orders WHERE user_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [userIds]);
  await erase(sql, userIds);
}

/** Of orders that moved just now, erases in the same transaction those that are final and whose customer's account is closed. */
export async function eraseFinal(sql: Sql, moved: readonly Pick<Order, 'userId' | 'status'>[]): Promise<void> {
  const userIds = moved.filter((order) => isFinal(order.status)).map((order) => order.userId);
  if (userIds.length > 0) await erase(sql, userIds);
}

export async function isClosed(sql: Sql, userId: string): Promise<boolean> {
  return (await sql.query('SELECT FROM closed_accounts WHERE user_id = $1', [userId])).count > 0;
}

async function erase(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(eraseOrders, [userIds, finalStatuses]);
}

const finalStatuses = orderStatuses.filter(isFinal);

// town, code and country stay for the books; what was asked for stays no more, not even as a hash; only the number finds it
const eraseOrders = `
  UPDATE orders SET
    request_hash = '',
    search_text = lower(number || ' ' || replace(number, '-', '')),
    shipping_address = shipping_address || '{"name":"","line1":"","line2":null,"phone":null}'::jsonb
  FROM closed_accounts
  WHERE closed_accounts.user_id = orders.user_id AND orders.user_id = ANY($1::uuid[]) AND status = ANY($2::text[])
    AND shipping_address ->> 'name' <> ''`;

import type { Sql } from '#platform/postgres/database.ts';
import { type StoredLine, selectLines, writeLines } from './cart-lines.ts';
import { bringBack } from './domain.ts';

/** What came back from cancelled orders and found no room in its cart under the limits. */

/** Puts into a locked cart what waits for room in it, as far as there is room by now. */
export async function takeInWaiting(sql: Sql, cartId: string): Promise<void> {
  const { rows: waiting } = await sql.query<StoredLine & { orderId: string }>(selectWaiting, [cartId]);
  if (waiting.length === 0) return;
  const { lines, rest } = bringBack(await selectLines(sql, cartId), waiting);
  await writeLines(sql, cartId, lines);
  await sql.query('DELETE FROM held_lines WHERE waits_for = $1::uuid', [cartId]);
  await sql.query(insertWaiting, [cartId, JSON.stringify(rest)]);
}

/** A guest's cart has joined a customer's: what waits for room in it waits there from now on. Both are locked. */
export async function moveWaiting(sql: Sql, fromCartId: string, toCartId: string): Promise<void> {
  const { count } = await sql.query('UPDATE held_lines SET waits_for = $2::uuid WHERE waits_for = $1::uuid', [fromCartId, toCartId]);
  if (count > 0) await takeInWaiting(sql, toCartId);
}

/** Removing a product, setting its quantity, or emptying the cart (null) also drops its lines that wait for room. */
export async function dropWaiting(sql: Sql, cartId: string, productId: string | null): Promise<void> {
  await sql.query(deleteWaiting, [cartId, productId]);
}
const deleteWaiting = 'DELETE FROM held_lines WHERE waits_for = $1::uuid AND ($2::uuid IS NULL OR product_id = $2::uuid)';

const selectWaiting = `
  SELECT order_id AS "orderId", product_id AS "productId", quantity, price_when_added AS "priceWhenAdded"
  FROM held_lines WHERE waits_for = $1::uuid ORDER BY order_id, position, product_id`;
const insertWaiting = `
  INSERT INTO held_lines (order_id, product_id, quantity, price_when_added, position, waits_for)
  SELECT "orderId", "productId", quantity, "priceWhenAdded", row_number() OVER (), $1::uuid
  FROM jsonb_to_recordset($2::jsonb) AS line ("orderId" uuid, "productId" uuid, quantity int, "priceWhenAdded" int)`;

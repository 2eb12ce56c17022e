import { randomUUID } from 'node:crypto';
import type { Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { joinLines, type Line } from './domain.ts';

/**
 * What changes a cart. The row of the cart is locked first, so that changes of one cart happen one after the other; who needs a
 * guest's cart and a customer's locks the guest's first.
 */

export type ProductCopy = { price: number; archived: boolean };

export async function findProductCopy(sql: Sql, productId: string): Promise<ProductCopy | null> {
  const { rows } = await sql.query<ProductCopy>('SELECT price, archived FROM product_copies WHERE id = $1', [productId]);
  return rows[0] ?? null;
}

/** Locks the cart with the id if the caller may use it, or without one the customer's own; resolves to its id or null. */
export async function lockCart(sql: Sql, identity: Identity, cartId: string | undefined): Promise<string | null> {
  const userId = identity.kind === 'user' ? identity.userId : null;
  const { rows } = await (cartId === undefined
    ? sql.query<{ id: string }>('SELECT id FROM carts WHERE user_id = $1::uuid FOR UPDATE', [userId])
    : sql.query<{ id: string }>(lockById, [cartId, userId]));
  return rows[0]?.id ?? null;
}
const lockById = 'SELECT id FROM carts WHERE id = $1::uuid AND (user_id IS NULL OR user_id = $2::uuid) FOR UPDATE';

/** Locks the customer's own cart, which is made when there is none; a guest gets a new one with an id that cannot be guessed. */
export async function lockOrCreateCart(sql: Sql, identity: Identity): Promise<string> {
  // ids of version 7 begin with the time and count on; a guest's id is all that protects the cart, so it is random throughout
  const [id, userId] = identity.kind === 'user' ? [newId(), identity.userId] : [randomUUID(), null];
  const { rows } = await sql.query<{ id: string }>(upsertCart, [id, userId]);
  return rows[0]?.id ?? id;
}
// DO UPDATE rather than DO NOTHING, because only that locks and returns the row that is there
const upsertCart = `
  INSERT INTO carts (id, user_id) VALUES ($1::uuid, $2::uuid)
  ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING id`;

export type StoredLine = Line & { readonly priceWhenAdded: number };

export async function selectLines(sql: Sql, cartId: string): Promise<StoredLine[]> {
  const { rows } = await sql.query<StoredLine>(
    'SELECT product_id AS "productId", quantity, price_when_added AS "priceWhenAdded" FROM cart_lines WHERE cart_id = $1 ORDER BY position, product_id',
    [cartId],
  );
  return rows;
}

/** Lines as they are to be, known ones in their places and new ones at the end; the version rises by one. */
export async function writeLines(sql: Sql, cartId: string, lines: readonly StoredLine[]): Promise<void> {
  if (lines.length === 0) return;
  await sql.query(upsertLines, [cartId, JSON.stringify(lines)]);
}
const touchCart = 'UPDATE carts SET version = version + 1, updated_at = now() WHERE id = $1::uuid';
const upsertLines = `
  WITH written AS (
    INSERT INTO cart_lines (cart_id, product_id, quantity, price_when_added, position)
    SELECT $1::uuid, product_id, quantity, price, place + coalesce((SELECT max(position) FROM cart_lines WHERE cart_id = $1::uuid), 0)
    FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS ("productId" uuid, quantity int, "priceWhenAdded" int)) WITH ORDINALITY
      AS line (product_id, quantity, price, place)
    ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = excluded.quantity, price_when_added = excluded.price_when_added
  )
  ${touchCart}`;

/** Lowers what is in a cart to these of its lines, and takes the others out; the version rises when that is less than before. */
async function keepLines(sql: Sql, cartId: string, lines: readonly StoredLine[]): Promise<void> {
  await sql.query(keepInCart, [cartId, JSON.stringify(lines)]);
}
const keepInCart = `
  WITH kept AS (SELECT * FROM jsonb_to_recordset($2::jsonb) AS line ("productId" uuid, quantity int)),
  gone AS (
    DELETE FROM cart_lines WHERE cart_id = $1::uuid AND product_id NOT IN (SELECT "productId" FROM kept) RETURNING product_id
  ), fewer AS (
    UPDATE cart_lines line SET quantity = kept.quantity FROM kept
    WHERE line.cart_id = $1::uuid AND line.product_id = kept."productId" AND line.quantity <> kept.quantity RETURNING line.product_id
  )
  ${touchCart} AND EXISTS (SELECT FROM gone UNION ALL SELECT FROM fewer)`;

/** Takes lines out: those of the products, or all without any. The version rises when there was something to take. */
export async function deleteLines(sql: Sql, cartId: string, productId: string | null): Promise<void> {
  await sql.query(deleteFromCart, [cartId, productId]);
}
const deleteFromCart = `
  WITH gone AS (
    DELETE FROM cart_lines WHERE cart_id = $1::uuid AND ($2::uuid IS NULL OR product_id = $2::uuid) RETURNING product_id
  )
  ${touchCart} AND EXISTS (SELECT FROM gone)`;

/**
 * A guest's cart joins the customer's, and is gone, unless something is too much for the limits: that stays in it. Resolves to the id of
 * the customer's cart; to null when there is no such guest's cart, unless this customer has claimed it before: then nothing changes.
 */
export async function joinCarts(sql: Sql, identity: Identity & { kind: 'user' }, guestCartId: string): Promise<string | null> {
  const guests = await sql.query('SELECT id FROM carts WHERE id = $1::uuid AND user_id IS NULL FOR UPDATE', [guestCartId]);
  if (guests.count === 0) return findClaimed(sql, identity.userId, guestCartId);
  const cartId = await lockOrCreateCart(sql, identity);
  const own = await selectLines(sql, cartId);
  const { joined, leftBehind } = joinLines(own, await selectLines(sql, guestCartId));
  const grown = joined.filter((line) => own.find(({ productId }) => productId === line.productId)?.quantity !== line.quantity);
  await writeLines(sql, cartId, grown);
  if (leftBehind.length > 0) {
    await keepLines(sql, guestCartId, leftBehind);
    return cartId;
  }
  await sql.query('DELETE FROM carts WHERE id = $1::uuid', [guestCartId]);
  await sql.query('INSERT INTO cart_claims (guest_cart_id, user_id) VALUES ($1::uuid, $2::uuid)', [guestCartId, identity.userId]);
  return cartId;
}

async function findClaimed(sql: Sql, userId: string, cartId: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(selectClaimed, [userId, cartId]);
  return rows[0]?.id ?? null;
}
// the customer's own cart counts as claimed, too
const selectClaimed = `
  SELECT id FROM carts WHERE user_id = $1::uuid
    AND (id = $2::uuid OR EXISTS (SELECT FROM cart_claims WHERE guest_cart_id = $2::uuid AND user_id = $1::uuid))`;

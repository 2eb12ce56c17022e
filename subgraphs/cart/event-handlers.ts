import type { EventData, EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';

export type ProductState = Pick<EventData<'product.created'>, 'productId' | 'version' | 'name' | 'price' | 'availability' | 'archived'>;

/**
 * The newest state of a product wins, in whichever order they arrive. What a customer agrees to when buying (name, price, whether it is
 * sold) is part of a cart as it stands, so each cart that holds a product of which one of these changed becomes another version.
 */
export async function copyProducts(sql: Sql, states: readonly ProductState[]): Promise<void> {
  const newest = new Map<string, ProductState>();
  for (const state of states) {
    if (state.version > (newest.get(state.productId)?.version ?? 0)) newest.set(state.productId, state);
  }
  const products = [...newest.values()].map(({ price, ...product }) => ({ ...product, price: price.amount }));
  const { rows: changed } = await sql.query<{ id: string }>(upsertCopies, [JSON.stringify(products)]);
  if (changed.length > 0) await sql.query(raiseVersions, [changed.map(({ id }) => id)]);
}
// NO KEY UPDATE, since whoever puts the product into a locked cart at the same time must not have to wait for this; the count makes
// sure that what is known is read before it is written over
const upsertCopies = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS given ("productId" uuid, version int, name text, price int, availability text, archived boolean)
  ), known AS MATERIALIZED (
    SELECT id, name, price, archived FROM product_copies WHERE id IN (SELECT "productId" FROM given) ORDER BY id FOR NO KEY UPDATE
  ), written AS (
    INSERT INTO product_copies AS copy (id, version, name, price, availability, archived)
    SELECT "productId", version, name, price, availability, archived FROM given
    WHERE (SELECT count(*) FROM known) IS NOT NULL ORDER BY "productId"
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, price = excluded.price,
      availability = excluded.availability, archived = excluded.archived
    WHERE copy.version < excluded.version
    RETURNING id, name, price, archived
  )
  SELECT id FROM written JOIN known USING (id)
  WHERE (written.name, written.price, written.archived) IS DISTINCT FROM (known.name, known.price, known.archived)`;
// a statement of its own, which also sees the lines that were put in while the one before waited; guests' carts first, as everywhere
const raiseVersions = `
  WITH locked AS MATERIALIZED (
    SELECT id FROM carts WHERE id IN (SELECT cart_id FROM cart_lines WHERE product_id = ANY($1::uuid[]))
    ORDER BY user_id IS NOT NULL, id FOR UPDATE
  )
  UPDATE carts SET version = version + 1 FROM locked WHERE carts.id = locked.id`;

/** Removes the carts of closed accounts, for good: what a cancelled order brings back makes them none; and where guests' carts that joined them went. */
export async function forgetCustomers(sql: Sql, events: readonly EventView<'user.deleted', 'userId'>[]): Promise<void> {
  const userIds = events.map((event) => event.data.userId);
  await sql.query(
    'INSERT INTO closed_accounts (user_id) SELECT DISTINCT id FROM unnest($1::uuid[]) AS closed (id) ORDER BY id ON CONFLICT DO NOTHING',
    [userIds],
  );
  await sql.query('SELECT FROM carts WHERE user_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [userIds]);
  await sql.query('DELETE FROM held_lines WHERE waits_for IN (SELECT id FROM carts WHERE user_id = ANY($1::uuid[]))', [userIds]);
  await sql.query('DELETE FROM carts WHERE user_id = ANY($1::uuid[])', [userIds]);
  await sql.query('DELETE FROM cart_claims WHERE user_id = ANY($1::uuid[])', [userIds]);
}

/** Removes what nobody will ask for again: guests' carts that were not touched, and traces of carts and orders, since `before`. */
export async function sweepCarts(sql: Sql, before: Date): Promise<number> {
  const { count } = await sql.query(deleteGuestCarts, [before.toISOString()]);
  await sql.query('DELETE FROM cart_claims WHERE claimed_at < $1::timestamptz', [before.toISOString()]);
  await sql.query('DELETE FROM taken_orders WHERE taken_at < $1::timestamptz', [before.toISOString()]);
  return count;
}
const deleteGuestCarts = `
  DELETE FROM carts WHERE id IN (
    SELECT id FROM carts WHERE user_id IS NULL AND updated_at < $1::timestamptz ORDER BY updated_at LIMIT 5000 FOR UPDATE SKIP LOCKED
  )`;

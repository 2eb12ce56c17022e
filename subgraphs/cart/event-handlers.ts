import type { EventData, EventView } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type Line, sumLines } from './domain.ts';
import { takeInWaiting } from './waiting-lines.ts';

type ProductState = Pick<EventData<'product.created'>, 'productId' | 'version' | 'name' | 'price' | 'availability' | 'archived'>;

/**
 * The newest state of a product wins, in whichever order they arrive. What a customer agrees to when buying (name, price, whether it is
 * sold) is part of a cart as it stands, so each cart that holds a product of which one of these changed becomes another version.
 */
export async function copyProducts(sql: Sql, events: readonly { readonly data: ProductState }[]): Promise<void> {
  const newest = new Map<string, ProductState>();
  for (const { data: state } of events) {
    if (state.version > (newest.get(state.productId)?.version ?? 0)) newest.set(state.productId, state);
  }
  const products = [...newest.values()].map(({ price, ...product }) => ({ ...product, price: price.amount }));
  const { rows: changed } = await sql.query<{ id: string }>(upsertCopies, [JSON.stringify(products)]);
  if (changed.length > 0) await sql.query(raiseVersions, [changed.map(({ id }) => id)]);
}
// NO KEY UPDATE, since a transaction that puts the product into a locked cart at the same time must not wait for this; the count makes
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

/**
 * What is being bought is not in the cart: its lines are held for the order from its first event on, come back when it is cancelled
 * before it was paid, and are forgotten when it is paid. Each order is taken out once, in whichever order its events arrive.
 */

type Ordered = EventView<'order.created', 'orderId' | 'userId' | 'cartId' | 'lines'>;
type Paid = EventView<'order.paid', 'orderId' | 'userId' | 'cartId' | 'lines'>;
type Cancelled = EventView<'order.cancelled', 'orderId' | 'userId' | 'cartId'>;
type Data<E extends { readonly data: unknown }> = E['data'];

/** Takes the lines of new orders out of the carts they were placed from, and holds what it found there. */
export async function holdOrdered(sql: Sql, events: readonly (Ordered | Paid)[]): Promise<void> {
  const orders = await rememberNew(sql, events);
  if (orders.length === 0) return;
  const carts = await lockCarts(
    sql,
    orders.map(({ orderId, userId, cartId }) => ({ orderId, userId, cartId: cartId ?? null })),
  );
  // two orders of one cart take their lines one after the other: each is to hold its own
  for (let left = orders; left.length > 0; ) {
    const round = firstOfEachCart(left, carts);
    await takeOut(sql, round, carts);
    left = left.filter((order) => !round.includes(order));
  }
}

/** What was bought stays out of the cart for good. An order that was not known before is taken out now. */
export async function forgetPaid(sql: Sql, events: readonly Paid[]): Promise<void> {
  await holdOrdered(sql, events);
  await sql.query('DELETE FROM held_lines WHERE order_id = ANY($1::uuid[])', [events.map(({ data }) => data.orderId)]);
}

/**
 * What was held comes back to the cart, on top of what was put in since. What finds no room under the limits of a cart waits until there is
 * some. An order that was not known before will not be taken out any more.
 */
export async function returnCancelled(sql: Sql, events: readonly Cancelled[]): Promise<void> {
  await rememberNew(sql, events);
  const { rows: held } = await sql.query<HeldOrder>(selectHeldOrders, [events.map(({ data }) => data.orderId)]);
  if (held.length === 0) return;
  const users = new Map(events.map(({ data }) => [data.orderId, data.userId]));
  const orders = held.map((order) => ({ ...order, userId: users.get(order.orderId) ?? '' }));
  await sql.query(createOwnCarts, [
    JSON.stringify([...new Set(orders.map(({ userId }) => userId))].sort().map((userId) => ({ id: newId(), userId }))),
  ]);
  const carts = await lockCarts(sql, orders);
  for (const { orderId } of orders) {
    const cartId = carts.get(orderId);
    if (cartId === undefined) {
      // its customer's account is closed
      await sql.query('DELETE FROM held_lines WHERE order_id = $1::uuid', [orderId]);
      continue;
    }
    await sql.query('UPDATE held_lines SET waits_for = $2::uuid WHERE order_id = $1::uuid', [orderId, cartId]);
    await takeInWaiting(sql, cartId);
  }
}

type HeldOrder = { orderId: string; cartId: string | null };
const selectHeldOrders = `
  SELECT order_id AS "orderId", cart_id AS "cartId" FROM taken_orders
  WHERE order_id = ANY($1::uuid[]) AND EXISTS (SELECT FROM held_lines held WHERE held.order_id = taken_orders.order_id AND waits_for IS NULL)
  ORDER BY order_id`;
const createOwnCarts = `
  INSERT INTO carts (id, user_id) SELECT id, "userId" FROM jsonb_to_recordset($1::jsonb) AS own (id uuid, "userId" uuid)
  WHERE NOT EXISTS (SELECT FROM closed_accounts WHERE user_id = "userId")
  ON CONFLICT (user_id) DO NOTHING`;

/** The orders that were not known before, each once. The next order must see that these have left the cart. */
async function rememberNew<E extends Ordered | Paid | Cancelled>(sql: Sql, events: readonly E[]): Promise<Data<E>[]> {
  const orders = new Map(events.map(({ data }) => [data.orderId, data as Data<E>]));
  const { rows } = await sql.query<{ orderId: string }>(rememberOrders, [[...orders.keys()]]);
  const isNew = new Set(rows.map(({ orderId }) => orderId));
  const found = [...orders.values()].filter(({ orderId }) => isNew.has(orderId));
  const last = new Map(found.flatMap(({ orderId, userId, cartId }) => [userId, cartId ?? userId].map((key) => [key, orderId] as const)));
  const rowsOfLast = [...last].map(([key, orderId]) => ({ key, orderId })).sort((a, b) => (a.key < b.key ? -1 : 1));
  if (rowsOfLast.length > 0) await sql.query(rememberLast, [JSON.stringify(rowsOfLast)]);
  return found;
}
const rememberOrders = `
  INSERT INTO taken_orders (order_id) SELECT DISTINCT id FROM unnest($1::uuid[]) AS ordered (id) ORDER BY id
  ON CONFLICT DO NOTHING RETURNING order_id AS "orderId"`;
const rememberLast = `
  INSERT INTO last_orders (key, order_id) SELECT key, "orderId" FROM jsonb_to_recordset($1::jsonb) AS last (key uuid, "orderId" uuid)
  ON CONFLICT (key) DO UPDATE SET order_id = excluded.order_id`;

/**
 * Locks for each order the cart that it is about, by order id. That is the named one while it is a guest's; in all other cases the
 * customer's own: it was that one, or the guest's cart has joined it since.
 */
async function lockCarts(
  sql: Sql,
  orders: readonly { readonly orderId: string; readonly userId: string; readonly cartId: string | null }[],
): Promise<Map<string, string>> {
  const { rows: guests } = await sql.query<{ id: string }>(lockGuestCarts, [orders.flatMap(({ cartId }) => cartId ?? [])]);
  const { rows: owned } = await sql.query<{ id: string; userId: string }>(lockOwnCarts, [orders.map(({ userId }) => userId)]);
  const isGuests = new Set(guests.map(({ id }) => id));
  const own = new Map(owned.map(({ id, userId }) => [userId, id]));
  return new Map(
    orders.flatMap(({ orderId, userId, cartId }) => {
      const found = cartId !== null && isGuests.has(cartId) ? cartId : own.get(userId);
      return found === undefined ? [] : [[orderId, found] as const];
    }),
  );
}
// guests' carts before customers', as everywhere
const lockGuestCarts = `
  SELECT id FROM carts WHERE id = ANY($1::uuid[]) AND user_id IS NULL
    AND NOT EXISTS (SELECT FROM cart_claims WHERE guest_cart_id = carts.id)
  ORDER BY id FOR UPDATE`;
const lockOwnCarts = 'SELECT id, user_id AS "userId" FROM carts WHERE user_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE';

function firstOfEachCart<O extends { readonly orderId: string }>(orders: readonly O[], carts: ReadonlyMap<string, string>): O[] {
  const seen = new Set<string | undefined>();
  return orders.filter(({ orderId }) => {
    const cartId = carts.get(orderId) ?? orderId;
    return !seen.has(cartId) && seen.add(cartId);
  });
}

type WithLines = { readonly orderId: string; readonly lines: readonly Line[] };

async function takeOut(sql: Sql, orders: readonly WithLines[], carts: ReadonlyMap<string, string>): Promise<void> {
  const lines = orders.flatMap(({ orderId, lines: ordered }) => {
    const cartId = carts.get(orderId);
    return cartId === undefined ? [] : sumLines(ordered).map(({ productId, quantity }) => ({ orderId, cartId, productId, quantity }));
  });
  if (lines.length === 0) return;
  await sql.query(takeOutOfCarts, [JSON.stringify(lines)]);
  const { rows } = await sql.query<{ cartId: string }>(cartsWithWaiting, [lines.map(({ cartId }) => cartId)]);
  for (const { cartId } of rows) await takeInWaiting(sql, cartId);
}
const cartsWithWaiting = 'SELECT DISTINCT waits_for AS "cartId" FROM held_lines WHERE waits_for = ANY($1::uuid[]) ORDER BY 1';
/** Of each line as much as is there; the carts are locked, and of each order there is one. */
const takeOutOfCarts = `
  WITH ordered AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS line ("orderId" uuid, "cartId" uuid, "productId" uuid, quantity bigint)
  ), found AS MATERIALIZED (
    SELECT "orderId", line.*, least(line.quantity, ordered.quantity)::int AS taken
    FROM cart_lines line JOIN ordered ON line.cart_id = "cartId" AND line.product_id = "productId"
  ), gone AS (
    DELETE FROM cart_lines line USING found
    WHERE line.cart_id = found.cart_id AND line.product_id = found.product_id AND found.quantity = found.taken
  ), fewer AS (
    UPDATE cart_lines line SET quantity = line.quantity - found.taken FROM found
    WHERE line.cart_id = found.cart_id AND line.product_id = found.product_id AND found.quantity > found.taken
  ), held AS (
    INSERT INTO held_lines (order_id, product_id, quantity, price_when_added, position)
    SELECT "orderId", product_id, taken, price_when_added, position FROM found
  ), remembered AS (
    UPDATE taken_orders SET cart_id = ordered."cartId" FROM (SELECT DISTINCT "orderId", "cartId" FROM ordered) AS ordered WHERE order_id = ordered."orderId"
  )
  UPDATE carts SET version = version + 1, updated_at = now() WHERE id IN (SELECT cart_id FROM found)`;

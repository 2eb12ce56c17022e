import type { Availability } from '#kafka/contracts.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import { assertId } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { CartDependencies } from './dependencies.ts';
import { type CartNotice, noticesOf } from './domain.ts';

type Money = { amount: number; currency: 'EUR' };

export type CartLine = {
  productId: string;
  name: string;
  quantity: number;
  unitPrice: Money;
  lineTotal: Money;
  /** The gravest first. */
  notices: CartNotice[];
};

/** What came back from cancelled orders and waits for room. */
export type WaitingLine = { productId: string; name: string; quantity: number };

export type Cart = {
  id: string;
  /** Null for a guest's. */
  userId: string | null;
  version: number;
  lines: CartLine[];
  waiting: WaitingLine[];
  itemCount: number;
  total: Money;
  /** ISO 8601. */
  updatedAt: string;
  /** The order placed from this cart, and the one placed by who asks, that were taken out of a cart last; null before the first. */
  lastOrderId: string | null;
  lastOrderIdOfCaller: string | null;
};

type CartRow = {
  id: string;
  userId: string | null;
  version: number;
  updatedMs: number;
  lastOrderId: string | null;
  lastOrderIdOfCaller: string | null;
  waiting: WaitingLine[];
  lines: {
    productId: string;
    quantity: number;
    priceWhenAdded: number;
    name: string;
    price: number;
    availability: Availability;
    archived: boolean;
  }[];
};

const selectCarts = `
  SELECT cart.id, cart.user_id AS "userId", cart.version, (extract(epoch FROM cart.updated_at) * 1000)::float8 AS "updatedMs",
    (SELECT order_id FROM last_orders WHERE key = cart.id) AS "lastOrderId",
    (SELECT order_id FROM last_orders WHERE key = coalesce($2::uuid, cart.user_id)) AS "lastOrderIdOfCaller",
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('productId', product_id, 'name', name, 'quantity', quantity) ORDER BY name, product_id)
      FROM (
        SELECT product_id, copy.name, sum(quantity)::int AS quantity
        FROM held_lines JOIN product_copies copy ON copy.id = product_id WHERE waits_for = cart.id GROUP BY product_id, copy.name
      ) AS rest
    ), '[]') AS waiting,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'productId', line.product_id, 'quantity', line.quantity, 'priceWhenAdded', line.price_when_added,
        'name', copy.name, 'price', copy.price, 'availability', copy.availability, 'archived', copy.archived
      ) ORDER BY line.position, line.product_id)
      FROM cart_lines line JOIN product_copies copy ON copy.id = line.product_id WHERE line.cart_id = cart.id
    ), '[]') AS lines
  FROM carts cart`;
const selectById = `${selectCarts} WHERE cart.id = ANY($1::uuid[])`;
const selectByUser = `${selectCarts} WHERE cart.user_id = ANY($1::uuid[])`;

/** Carts with their lines, in one statement, in the order of the ids. Null where there is none, or where it is another customer's. */
export async function findCarts(sql: Sql, identity: Identity, ids: readonly string[]): Promise<(Cart | null)[]> {
  const { rows } = await sql.query<CartRow>(selectById, [ids.filter(isId), identity.kind === 'user' ? identity.userId : null]);
  const carts = new Map(rows.filter((row) => mayUse(identity, row)).map((row) => [row.id, toCart(row)]));
  return ids.map((id) => carts.get(id.toLowerCase()) ?? null);
}

/** The cart with the id, or without one the caller's own; null when there is none or it is another customer's. @throws AppError INVALID_INPUT */
export async function getCart({ database }: CartDependencies, identity: Identity, id: string | null): Promise<Cart | null> {
  if (id !== null) return (await findCarts(database, identity, [assertId(id, 'id')]))[0] ?? null;
  return identity.kind === 'guest' ? null : ((await selectCartsOfUsers(database, [identity.userId])).get(identity.userId) ?? null);
}

/** The customers' own carts, in the order of the user ids, for the customer and for admins; null for other callers, and for a customer without a cart. */
export async function findCartsOfUsers(
  { database }: CartDependencies,
  identity: Identity,
  userIds: readonly string[],
): Promise<(Cart | null)[]> {
  const visible = userIds.filter((userId) => isAdmin(identity) || (identity.kind === 'user' && identity.userId === userId));
  const carts = visible.length === 0 ? new Map<string, Cart>() : await selectCartsOfUsers(database, visible);
  return userIds.map((userId) => carts.get(userId) ?? null);
}

async function selectCartsOfUsers(sql: Sql, userIds: readonly string[]): Promise<Map<string, Cart>> {
  const { rows } = await sql.query<CartRow>(selectByUser, [userIds.filter(isId), null]);
  return new Map(rows.flatMap((row) => (row.userId === null ? [] : [[row.userId, toCart(row)] as const])));
}

/** A guest's cart is visible to every caller who knows its id; a customer's for that customer alone, admins included. */
function mayUse(identity: Identity, cart: { userId: string | null }): boolean {
  return cart.userId === null || (identity.kind === 'user' && identity.userId === cart.userId);
}

function toCart({ id, userId, version, updatedMs, lines: rows, waiting, lastOrderId, lastOrderIdOfCaller }: CartRow): Cart {
  const lines = rows.map((row) => ({
    productId: row.productId,
    name: row.name,
    quantity: row.quantity,
    unitPrice: euros(row.price),
    lineTotal: euros(row.price * row.quantity),
    notices: noticesOf(row),
  }));
  return {
    ...{ id, userId, version, lines, waiting, lastOrderId, lastOrderIdOfCaller },
    itemCount: sum(lines.map((line) => line.quantity)),
    total: euros(sum(lines.map((line) => line.lineTotal.amount))),
    updatedAt: new Date(updatedMs).toISOString(),
  };
}

const euros = (amount: number): Money => ({ amount, currency: 'EUR' });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

import { createHash, randomBytes } from 'node:crypto';
import { createFact, toMessage } from '#kafka/facts.ts';
import { outboxColumns } from '#kafka/outbox.ts';
import { assertUser, type Identity } from '#platform/auth.ts';
import type { Database } from '#platform/database.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { Deadlines } from './apply-steps.ts';
import type { Cart, CartClient } from './cart-client.ts';
import { type PlaceOrderInput, placeOrderInput } from './inputs.ts';
import { factColumns } from './order-facts.ts';
import { type Order, type OrderRow, orderColumns, toOrder } from './orders.ts';
import {
  type CartAlreadyOrdered,
  type CartChanged,
  type CartEmpty,
  type CartNotFound,
  cartAlreadyOrdered,
  cartChanged,
  cartEmpty,
  cartNotFound,
  type IdempotencyKeyReused,
  idempotencyKeyReused,
  isAsAgreed,
  orderNumber,
  requestText,
  totalOf,
} from './rules.ts';

export type PlaceOrderOutcome =
  | { readonly order: Order }
  | CartEmpty
  | CartNotFound
  | CartChanged
  | CartAlreadyOrdered<Order>
  | IdempotencyKeyReused
  | InvalidInput;

export type PlaceOrderParts = {
  database: Database;
  cart: CartClient;
  deadlines: Deadlines;
  newId(): string;
  now(): Date;
  /** After the commit: the relay has something to send. */
  onCommitted(): void;
};

type Request = { readonly userId: string; readonly input: PlaceOrderInput; readonly hash: string };

/**
 * Buys what is in the cart, if it is what the customer agreed to. The key is looked up first, so a repeated request gets its order even when the cart is empty by now, or away.
 * @throws AppError UNAUTHENTICATED for a guest, UNAVAILABLE when the cart cannot be asked.
 */
export async function placeOrder(
  parts: PlaceOrderParts,
  identity: Identity,
  internalToken: string,
  input: unknown,
): Promise<PlaceOrderOutcome> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(placeOrderInput, input);
  if (!parsed.ok) return parsed.refusal;
  const request: Request = { userId, input: parsed.value, hash: hashOf(parsed.value) };

  const replayed = await replay(parts.database, request);
  if (replayed) return replayed;
  const cart = await parts.cart.findCart(parsed.value.cartId, internalToken);
  if (cart === null || cart.lines.length === 0) {
    // the same request may have been faster in another tab: by now its order is paid, and the cart is empty for that reason
    const meanwhile = await replay(parts.database, request);
    return meanwhile ?? (cart === null && parsed.value.cartId !== undefined ? cartNotFound : cartEmpty);
  }
  if (!isAsAgreed(cart, parsed.value)) return refuseAnother(parts.database, request, cart);
  return placeOnce(parts, request, cart);
}

/** The cart is another than what was agreed to: perhaps because that became an order already, by this request or by one with another key. */
async function refuseAnother(database: Database, request: Request, cart: Cart): Promise<PlaceOrderOutcome> {
  const agreed = { id: cart.id, version: request.input.cartVersion };
  return (await replay(database, request)) ?? (await findByCart(database, request, agreed)) ?? cartChanged(cart.id);
}

function hashOf(input: PlaceOrderInput): string {
  return createHash('sha256').update(requestText(input)).digest('base64url');
}

async function replay(database: Database, request: Request): Promise<{ order: Order } | IdempotencyKeyReused | null> {
  const { rows } = await database.query<OrderRow & { request_hash: string }>(findByKey, [request.userId, request.input.idempotencyKey]);
  const row = rows[0];
  if (row === undefined) return null;
  return row.request_hash === request.hash ? { order: toOrder(row) } : idempotencyKeyReused;
}

type CartState = Pick<Cart, 'id' | 'version'>;

async function findByCart(database: Database, request: Request, cart: CartState): Promise<CartAlreadyOrdered<Order> | CartNotFound | null> {
  const { rows } = await database.query<OrderRow>(findByCartVersion, [cart.id, cart.version]);
  const row = rows[0];
  if (row === undefined) return null;
  // whoever knows a guest's cart may buy it, but only the buyer may see the order
  return row.user_id === request.userId ? cartAlreadyOrdered(toOrder(row)) : cartNotFound;
}

/** More than two are needed only when numbers collide, or when what was in the way is cancelled in this very moment. */
const attempts = 5;

async function placeOnce(parts: PlaceOrderParts, request: Request, cart: Cart): Promise<PlaceOrderOutcome> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const order = await insert(parts, request, cart);
    if (order !== null) {
      parts.onCommitted();
      return { order };
    }
    const inTheWay = (await replay(parts.database, request)) ?? (await findByCart(parts.database, request, cart));
    if (inTheWay !== null) return inTheWay;
  }
  throw new Error('the order could not be saved, and nothing is in its way');
}

/** Null when another order has the key, the cart as it stands, or the number. */
async function insert(parts: PlaceOrderParts, { userId, input, hash }: Request, cart: Cart): Promise<Order | null> {
  const order: Order = {
    id: parts.newId(),
    number: orderNumber(randomBytes(8)),
    userId,
    status: 'PENDING',
    version: 1,
    total: { amount: totalOf(cart.lines), currency: 'EUR' },
    shippingAddress: input.shippingAddress,
    placedAt: parts.now(),
    cancelReason: null,
  };
  const placed = createFact('order.created', order.id, {
    orderId: order.id,
    number: order.number,
    userId,
    version: order.version,
    status: 'PENDING',
    total: order.total,
    paymentMethodId: input.paymentMethodId,
    cartId: cart.id,
    lines: cart.lines.map(({ productId, name, quantity, unitPrice }) => ({ productId, name, quantity, unitPrice })),
    placedAt: order.placedAt.toISOString(),
  });
  const fact = { ...placed, time: order.placedAt.toISOString() };
  const { count } = await parts.database.query(insertOrder, [
    order.id,
    order.number,
    userId,
    order.total.amount,
    order.total.currency,
    input.paymentMethodId,
    cart.id,
    cart.version,
    input.idempotencyKey,
    hash,
    JSON.stringify(order.shippingAddress),
    order.placedAt.toISOString(),
    parts.deadlines.PENDING,
    cart.lines.map((line) => line.productId),
    cart.lines.map((line) => line.name),
    cart.lines.map((line) => line.quantity),
    cart.lines.map((line) => line.unitPrice.amount),
    ...outboxColumns([toMessage(fact)]),
    ...factColumns([fact]),
  ]);
  return count === 0 ? null : order;
}

const findByKey = `SELECT ${orderColumns}, orders.request_hash FROM orders WHERE user_id = $1 AND idempotency_key = $2`;

const findByCartVersion = `SELECT ${orderColumns} FROM orders WHERE cart_id = $1 AND cart_version = $2 AND status <> 'CANCELLED'`;

/** One statement: of two that are in each other's way, one waits for the other to commit, and then inserts nothing. */
const insertOrder = `
  WITH placed AS (
    INSERT INTO orders (id, number, user_id, status, version, total_amount, currency, payment_method_id, cart_id, cart_version,
      idempotency_key, request_hash, shipping_address, placed_at, deadline_at)
    VALUES ($1, $2, $3, 'PENDING', 1, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::timestamptz,
      clock_timestamp() + $13::int * interval '1 ms')
    ON CONFLICT DO NOTHING
    RETURNING id, placed_at
  ), lines AS (
    INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price)
    SELECT placed.id, line.position, line.product_id, line.name, line.quantity, line.unit_price
    FROM placed, unnest($14::uuid[], $15::text[], $16::int[], $17::int[]) WITH ORDINALITY
      AS line (product_id, name, quantity, unit_price, position)
  ), history AS (
    INSERT INTO order_history (order_id, version, status, at, cause)
    SELECT id, 1, 'PENDING', placed_at, 'placed by customer' FROM placed
  ), told AS (
    INSERT INTO outbox (topic, key, headers, value)
    SELECT message.* FROM placed, unnest($18::text[], $19::text[], $20::jsonb[], $21::text[]) AS message
  ), kept AS (
    INSERT INTO order_facts (order_id, id, type, service, at, recorded_at, trace_id, note)
    SELECT placed.id, fact.id, fact.type, fact.service, fact.at, clock_timestamp(), fact.trace_id, fact.note
    FROM placed, unnest($22::uuid[], $23::text[], $24::text[], $25::text[], $26::timestamptz[], $27::text[], $28::text[])
      AS fact (order_id, id, type, service, at, trace_id, note)
  )
  SELECT id FROM placed`;

import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createEvent, toMessage } from '#kafka/events.ts';
import { outboxRow, outboxRows } from '#kafka/outbox.ts';
import { addressInput } from '#platform/address/address-input.ts';
import { assertUser } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Cart } from '../cart-client.ts';
import { isClosed } from '../closed-accounts.ts';
import type { Caller, OrderDependencies } from '../dependencies.ts';
import { isAsAgreed, isWithinLimits, orderNumber, requestText, totalOf, type Unpaid } from '../domain.ts';
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
  type UnpaidLimitReached,
  unpaidLimitReached,
} from '../errors.ts';
import { type Order, type OrderRow, orderColumns, toOrder } from '../orders.ts';
import { eventRow, eventRows } from '../recorded-events.ts';
import { searchTextOf } from '../search-orders.ts';

const { line } = inputField;

const largestInt = 2 ** 31 - 1;

export const placeOrderInput = z.object({
  idempotencyKey: line(8, 64),
  cartId: inputField.id().optional(),
  cartVersion: inputField.wholeNumber(1, largestInt),
  expectedTotal: z.object({ amount: inputField.wholeNumber(0, largestInt), currency: z.enum(['EUR']) }),
  paymentMethodId: line(1, 64),
  shippingAddress: addressInput,
});
type PlaceOrderInput = z.output<typeof placeOrderInput>;

export type PlaceOrderResult =
  | { readonly order: Order }
  | CartEmpty
  | CartNotFound
  | CartChanged
  | CartAlreadyOrdered
  | UnpaidLimitReached
  | IdempotencyKeyReused
  | InvalidInput;

type Request = { readonly userId: string; readonly input: PlaceOrderInput; readonly hash: string };

/**
 * Buys what is in the cart, if it is what the customer agreed to. The key is looked up first, so a repeated request gets its order even when the cart is empty by now, or away.
 * `internalToken` is the caller's: the cart is asked on their behalf.
 * @throws AppError UNAUTHENTICATED for a guest, UNAVAILABLE when the cart cannot be asked.
 */
export async function placeOrder(deps: OrderDependencies, { identity, internalToken }: Caller, input: unknown): Promise<PlaceOrderResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(placeOrderInput, input);
  if (!parsed.ok) return parsed.error;
  const request: Request = { userId, input: parsed.value, hash: hashOf(parsed.value) };

  return (await replay(deps.database, request)) ?? (await placeOnce(deps, request, internalToken));
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

/** The order that the cart became as it was agreed to, if it is not cancelled. */
async function findByCart(
  database: Database,
  { userId, input }: Request,
  cart: { readonly id: string },
): Promise<CartAlreadyOrdered | CartNotFound | null> {
  const { rows } = await database.query<OrderRow>(findByCartVersion, [cart.id, input.cartVersion]);
  const row = rows[0];
  if (row === undefined) return null;
  // every caller who knows a guest's cart may buy it, but only the buyer may see the order
  return row.user_id === userId ? cartAlreadyOrdered(toOrder(row)) : cartNotFound;
}

/** How long to wait for the cart to let go of the order before, in ms: its event arrives some milliseconds after the answer. */
const pausesMs = [10, 20, 40, 80, 160, 320, 640, 640];

/**
 * The cart is read again for each attempt. An attempt fails when the cart has not let go yet of the order before, whose lines it still
 * shows; or, very rarely, when a number is taken.
 * @throws AppError UNAVAILABLE when the cart does not let go of it in time.
 */
async function placeOnce(deps: OrderDependencies, request: Request, internalToken: string): Promise<PlaceOrderResult> {
  for (const pauseMs of [...pausesMs, null]) {
    const cart = await deps.cart.findCart(request.input.cartId, internalToken);
    const outcome = await placeAsAgreed(deps, request, cart);
    if (outcome !== null) return outcome;
    if (pauseMs !== null) await sleep(pauseMs);
  }
  throw new AppError('UNAVAILABLE', 'Your order before this one is still being put through. Nothing was ordered; try again soon.');
}

/** Null when something is in the way that will be gone in a moment. */
async function placeAsAgreed(deps: OrderDependencies, request: Request, cart: Cart | null): Promise<PlaceOrderResult | null> {
  const { database } = deps;
  if (cart === null || cart.lines.length === 0) {
    const userError = cart === null && request.input.cartId !== undefined ? cartNotFound : cartEmpty;
    // perhaps it is empty because it was ordered, by the same request in another tab or by one with another key
    return (await replay(database, request)) ?? (cart && (await findByCart(database, request, cart))) ?? userError;
  }
  if (!isAsAgreed(cart, request.input)) {
    return (await replay(database, request)) ?? (await findByCart(database, request, cart)) ?? cartChanged(cart.id);
  }
  const order = await insert(deps, request, cart);
  if (order === null)
    return (await replay(database, request)) ?? (await findByCart(database, request, cart)) ?? whyNotPlaced(deps, request, cart);
  deps.wakeRelay();
  deps.logger.info({ orderId: order.id, orderNumber: order.number }, 'an order was placed');
  return { order };
}

/** What the customer can do something about; null when it is in the way for a moment only. @throws AppError UNAUTHENTICATED when the account is closed, for which nothing is placed. */
async function whyNotPlaced(deps: OrderDependencies, { userId }: Request, cart: Cart): Promise<UnpaidLimitReached | null> {
  if (await isClosed(deps.database, userId)) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  const { rows } = await deps.database.query<Unpaid>(
    `SELECT orders AS "unpaidOrders", pieces AS "unpaidPieces" FROM (${unpaidOf('$1')}) AS unpaid`,
    [userId],
  );
  const unpaid = rows[0] ?? { unpaidOrders: 0, unpaidPieces: 0 };
  const pieces = piecesOf(cart);
  return isWithinLimits(unpaid, pieces, deps.unpaidLimits) ? null : unpaidLimitReached(unpaid, pieces, deps.unpaidLimits);
}

const piecesOf = ({ lines }: Cart) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** Null when the account is closed or holds too much that is unpaid, or another order has the key, the number, the cart as it stands, or the same order before it: the cart has not let go of that one yet. */
async function insert(deps: OrderDependencies, { userId, input, hash }: Request, cart: Cart): Promise<Order | null> {
  const order: Order = {
    id: deps.newId(),
    number: orderNumber(randomBytes(8)),
    userId,
    status: 'PENDING',
    version: 1,
    total: { amount: totalOf(cart.lines), currency: 'EUR' },
    shippingAddress: input.shippingAddress,
    placedAt: deps.now(),
    cancelReason: null,
    failedLines: [],
  };
  const placed = createEvent('order.created', order.id, {
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
  const event = { ...placed, time: order.placedAt.toISOString() };
  const { count } = await deps.database.query(insertOrder, [
    order.id,
    order.number,
    userId,
    order.total.amount,
    order.total.currency,
    input.paymentMethodId,
    cart.id,
    cart.version,
    cart.lastOrderId ?? none,
    cart.lastOrderIdOfCaller ?? none,
    input.idempotencyKey,
    hash,
    JSON.stringify(order.shippingAddress),
    order.placedAt.toISOString(),
    deps.deadlines.PENDING,
    JSON.stringify(
      cart.lines.map(({ productId, name, quantity, unitPrice }) => ({
        product_id: productId,
        name,
        quantity,
        unit_price: unitPrice.amount,
      })),
    ),
    outboxRows([toMessage(event)]),
    eventRows([event]),
    searchTextOf(order.number, input.shippingAddress.name),
    deps.unpaidLimits.maxOrders,
    deps.unpaidLimits.maxPieces - piecesOf(cart),
    event.traceparent,
  ]);
  return count === 0 ? null : order;
}

/** The order before the first one. */
const none = '00000000-0000-0000-0000-000000000000';

const findByKey = `SELECT ${orderColumns}, orders.request_hash FROM orders WHERE user_id = $1 AND idempotency_key = $2`;

const findByCartVersion = `SELECT ${orderColumns} FROM orders WHERE cart_id = $1 AND cart_version = $2 AND status <> 'CANCELLED'`;

/** How many orders of a customer wait, and how many pieces they hold. */
const unpaidOf = (userId: string) => `
  SELECT count(DISTINCT orders.id)::int AS orders, coalesce(sum(quantity), 0)::int AS pieces
  FROM orders JOIN order_lines ON order_lines.order_id = orders.id
  WHERE user_id = ${userId}::uuid AND deadline_at IS NOT NULL`;

/**
 * One statement: of two that are in each other's way, one waits for the other to commit, and then inserts nothing. Two orders of one cart,
 * or of one customer, that know of the same order before them are in each other's way whatever they hold: the second was placed from a
 * cart that still held the lines of the first. So a customer's orders are placed one after another, and each sees all before it when it looks at how much they
 * hold.
 */
const insertOrder = `
  WITH placed AS (
    INSERT INTO orders (id, number, user_id, status, version, total_amount, currency, payment_method_id, cart_id, cart_version,
      cart_predecessor, user_predecessor, idempotency_key, request_hash, shipping_address, placed_at, deadline_at, search_text,
      traceparent)
    SELECT $1::uuid, $2, $3::uuid, 'PENDING', 1, $4::int, $5, $6, $7::uuid, $8::int, $9::uuid, $10::uuid, $11, $12, $13::jsonb, $14::timestamptz,
      clock_timestamp() + $15::int * interval '1 ms', $19, $22
    WHERE NOT EXISTS (SELECT FROM closed_accounts WHERE user_id = $3)
      AND EXISTS (SELECT FROM (${unpaidOf('$3')}) AS unpaid WHERE unpaid.orders < $20 AND unpaid.pieces <= $21)
    ON CONFLICT DO NOTHING
    RETURNING id, placed_at
  ), lines AS (
    INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price)
    SELECT placed.id, line.position, line.product_id, line.name, line.quantity, line.unit_price
    FROM placed, ROWS FROM (jsonb_to_recordset($16::jsonb) AS (product_id uuid, name text, quantity int, unit_price int)) WITH ORDINALITY
      AS line (product_id, name, quantity, unit_price, position)
  ), history AS (
    INSERT INTO order_history (order_id, version, status, at, cause)
    SELECT id, 1, 'PENDING', placed_at, 'placed by customer' FROM placed
  ), enqueued AS (
    INSERT INTO outbox (topic, key, headers, value)
    SELECT message.* FROM placed, jsonb_to_recordset($17::jsonb) AS message ${outboxRow}
  ), recorded AS (
    INSERT INTO order_facts (order_id, id, type, service, at, recorded_at, trace_id, note)
    SELECT placed.id, event.id, event.type, event.service, event.at, clock_timestamp(), event.trace_id, event.note
    FROM placed, jsonb_to_recordset($18::jsonb) AS event ${eventRow}
  )
  SELECT id FROM placed`;

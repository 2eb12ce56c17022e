import { assertAdmin, assertUser, type Identity } from '#platform/auth.ts';
import type { Database } from '#platform/database.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { applySteps, type Deadlines } from './apply-steps.ts';
import type { Moment } from './checkout-saga.ts';
import { findOrders } from './find-orders.ts';
import { orderIdInput } from './inputs.ts';
import type { Order } from './orders.ts';
import {
  canMove,
  type OrderChanged,
  type OrderNotFound,
  type OrderNotInStatus,
  orderChanged,
  orderNotFound,
  orderNotInStatus,
} from './rules.ts';

export type MoveOrderOutcome = { readonly order: Order } | OrderNotFound | OrderNotInStatus | OrderChanged<Order> | InvalidInput;

export type MoveOrderParts = { database: Database; deadlines: Deadlines; onCommitted(): void };

/** The order's customer, or an admin for them, calls the purchase off before it is shipped. @throws AppError UNAUTHENTICATED for a guest. */
export async function cancelOrder(parts: MoveOrderParts, identity: Identity, input: unknown): Promise<MoveOrderOutcome> {
  const { userId } = assertUser(identity);
  return moveOrder(parts, identity, input, (order) => (order.userId === userId ? 'cancelled by customer' : 'cancelled by admin'));
}

/** @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export async function moveOrderAsAdmin(
  parts: MoveOrderParts,
  identity: Identity,
  input: unknown,
  on: Extract<Moment, 'shipped by admin' | 'delivered by admin' | 'refunded by admin'>,
): Promise<MoveOrderOutcome> {
  assertAdmin(identity);
  return moveOrder(parts, identity, input, () => on);
}

async function moveOrder(
  parts: MoveOrderParts,
  identity: Identity,
  input: unknown,
  momentFor: (order: Order) => Moment,
): Promise<MoveOrderOutcome> {
  const parsed = parseInput(orderIdInput, input);
  if (!parsed.ok) return parsed.refusal;
  const { orderId, expectedVersion } = parsed.value;
  const [order] = await findOrders(parts.database, identity, [orderId]);
  if (order === undefined) return orderNotFound;
  const on = momentFor(order);
  if (!canMove(order.status, on)) return orderNotInStatus(order.status);
  if (order.version !== (expectedVersion ?? order.version)) return orderChanged(order);
  const [moved] = await parts.database.transaction((sql) => applySteps(sql, on, [{ orderId, expectedVersion }], parts.deadlines));
  if (moved !== undefined) {
    parts.onCommitted();
    return { order: moved };
  }
  // somebody else moved it between the look and the step
  const [changed] = await findOrders(parts.database, identity, [orderId]);
  if (changed === undefined) return orderNotFound;
  return canMove(changed.status, on) ? orderChanged(changed) : orderNotInStatus(changed.status);
}

import { assertAdmin, assertUser, type Identity } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { Database } from '#platform/postgres/database.ts';
import { applyTransition, type Deadlines } from './apply-transitions.ts';
import type { Trigger } from './checkout-saga.ts';
import {
  canMove,
  type OrderChanged,
  type OrderNotFound,
  type OrderNotInStatus,
  orderChanged,
  orderNotFound,
  orderNotInStatus,
} from './domain.ts';
import { findOrders } from './find-orders.ts';
import { orderIdInput } from './inputs.ts';
import type { Order } from './orders.ts';

export type MoveOrderOutcome = { readonly order: Order } | OrderNotFound | OrderNotInStatus | OrderChanged<Order> | InvalidInput;

export type MoveOrderDependencies = { database: Database; deadlines: Deadlines; onCommitted(): void };

/** The order's customer, or an admin for them, calls the purchase off before it is shipped. @throws AppError UNAUTHENTICATED for a guest. */
export async function cancelOrder(deps: MoveOrderDependencies, identity: Identity, input: unknown): Promise<MoveOrderOutcome> {
  const { userId } = assertUser(identity);
  return moveOrder(deps, identity, input, (order) => (order.userId === userId ? 'cancelled by customer' : 'cancelled by admin'));
}

/** @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export async function moveOrderAsAdmin(
  deps: MoveOrderDependencies,
  identity: Identity,
  input: unknown,
  on: Extract<Trigger, 'shipped by admin' | 'delivered by admin' | 'refunded by admin'>,
): Promise<MoveOrderOutcome> {
  assertAdmin(identity);
  return moveOrder(deps, identity, input, () => on);
}

async function moveOrder(
  deps: MoveOrderDependencies,
  identity: Identity,
  input: unknown,
  triggerFor: (order: Order) => Trigger,
): Promise<MoveOrderOutcome> {
  const parsed = parseInput(orderIdInput, input);
  if (!parsed.ok) return parsed.error;
  const { orderId, expectedVersion } = parsed.value;
  const [order] = await findOrders(deps.database, identity, [orderId]);
  if (order === undefined) return orderNotFound;
  const on = triggerFor(order);
  if (!canMove(order.status, on)) return orderNotInStatus(order.status);
  if (order.version !== (expectedVersion ?? order.version)) return orderChanged(order);
  const [moved] = await deps.database.transaction((sql) => applyTransition(sql, on, [{ orderId, expectedVersion }], deps.deadlines));
  if (moved !== undefined) {
    deps.onCommitted();
    return { order: moved };
  }
  // somebody else moved it between the look and the transition
  const [changed] = await findOrders(deps.database, identity, [orderId]);
  if (changed === undefined) return orderNotFound;
  return canMove(changed.status, on) ? orderChanged(changed) : orderNotInStatus(changed.status);
}

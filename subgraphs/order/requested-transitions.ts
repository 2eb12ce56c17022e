import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Trigger } from './checkout-saga.ts';
import type { OrderDependencies } from './dependencies.ts';
import { canMove } from './domain.ts';
import { type OrderChanged, type OrderNotFound, type OrderNotInStatus, orderChanged, orderNotFound, orderNotInStatus } from './errors.ts';
import type { Order } from './orders.ts';
import { findOrders } from './queries/orders.ts';
import { applyTransition } from './transitions.ts';

const transitionInput = z.object({ orderId: inputField.id(), expectedVersion: inputField.wholeNumber(1, 2 ** 31 - 1).optional() });

/** What every command comes to that moves an order. */
export type TransitionResult = { readonly order: Order } | OrderNotFound | OrderNotInStatus | OrderChanged | InvalidInput;

/** Moves an order as a person asked for, from the version that they looked at if they name it. `triggerFor` chooses the trigger. */
export async function requestTransition(
  deps: OrderDependencies,
  identity: Identity,
  input: unknown,
  triggerFor: (order: Order) => Trigger,
): Promise<TransitionResult> {
  const parsed = parseInput(transitionInput, input);
  if (!parsed.ok) return parsed.error;
  const { orderId, expectedVersion } = parsed.value;
  const [order] = await findOrders(deps, identity, [orderId]);
  if (order === undefined) return orderNotFound;
  const on = triggerFor(order);
  if (!canMove(order.status, on)) return orderNotInStatus(order.status);
  if (order.version !== (expectedVersion ?? order.version)) return orderChanged(order);
  const [moved] = await deps.database.transaction((sql) => applyTransition(sql, on, [{ orderId, expectedVersion }], deps));
  if (moved !== undefined) {
    deps.wakeRelay();
    deps.logger.info({ orderId, orderNumber: moved.number, trigger: on }, 'an order was moved on request');
    return { order: moved };
  }
  // another transaction moved it between the read and the transition
  const [changed] = await findOrders(deps, identity, [orderId]);
  if (changed === undefined) return orderNotFound;
  return canMove(changed.status, on) ? orderChanged(changed) : orderNotInStatus(changed.status);
}

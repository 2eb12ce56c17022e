import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { closeAccounts, moveOrders, recordOnly, saveNames } from './event-handlers.ts';
import type { EventThatMoves } from './recorded-events.ts';
import type { TransitionDependencies } from './transitions.ts';

export const publishes = [
  'order.created',
  'order.awaiting-payment',
  'order.paid',
  'order.cancelled',
  'order.shipped',
  'order.delivered',
  'order.refunded',
] as const satisfies readonly EventType[];

/** Events that move an order, as the rows of the checkout have it; those that are only recorded for `Order.events`; and those of accounts. */
export function subscribes(deps: TransitionDependencies): EventHandler[] {
  const move = (sql: Sql, events: readonly EventThatMoves[]) => moveOrders(deps, sql, events);
  return [
    on('inventory.reserved', ['orderId'], move),
    on('inventory.reservation-failed', ['orderId', 'reason', 'productIds', 'shortages'], move),
    on('inventory.released', ['orderId'], recordOnly),
    on('payment.succeeded', ['orderId', 'amount', 'card'], move),
    on('payment.failed', ['orderId', 'code', 'card'], move),
    on('payment.refunded', ['orderId', 'amount'], recordOnly),
    on('user.registered', ['userId', 'version', 'email', 'username'], saveNames),
    on('user.email-changed', ['userId', 'version', 'email', 'username'], saveNames),
    on('user.deleted', ['userId', 'version'], closeAccounts),
  ];
}

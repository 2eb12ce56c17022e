import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import type { ProductDependencies } from './dependencies.ts';
import { commitStock, releaseStock, reserveStock } from './event-handlers.ts';

export const publishes = [
  'inventory.reserved',
  'inventory.reservation-failed',
  'inventory.released',
  'product.created',
  'product.updated',
  'product.archived',
  'product.availability-changed',
] as const satisfies readonly EventType[];

export function subscribes(deps: Pick<ProductDependencies, 'staleProducts'>): EventHandler[] {
  return [
    on('order.created', ['orderId', 'lines'], (sql, events) => reserveStock(deps, sql, events)),
    on('order.paid', ['orderId'], commitStock),
    on('order.cancelled', ['orderId'], (sql, events) => releaseStock(deps, sql, events)),
    on('order.refunded', ['orderId'], (sql, events) => releaseStock(deps, sql, events)),
  ];
}

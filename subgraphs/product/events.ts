import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import type { ProductService } from './service.ts';

export const publishes = [
  'inventory.reserved',
  'inventory.reservation-failed',
  'inventory.released',
  'product.created',
  'product.updated',
  'product.archived',
  'product.availability-changed',
] as const satisfies readonly EventType[];

export function subscribes(service: ProductService): EventHandler[] {
  return [
    on('order.created', ['orderId', 'lines'], (sql, events) => service.reserveStock(sql, events)),
    on('order.paid', ['orderId'], (sql, events) => service.commitStock(sql, events)),
    on('order.cancelled', ['orderId'], (sql, events) => service.releaseStock(sql, events)),
    on('order.refunded', ['orderId'], (sql, events) => service.releaseStock(sql, events)),
  ];
}

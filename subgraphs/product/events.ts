import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import type { ProductService } from './service.ts';

export const publishes = [
  'inventory.reserved',
  'inventory.reservation-failed',
  'inventory.released',
  'product.created',
  'product.updated',
  'product.archived',
  'product.availability-changed',
] as const satisfies readonly FactType[];

export function hears(service: ProductService): Hearing[] {
  return [
    hear('order.created', ['orderId', 'lines'], (sql, facts) => service.reserveStock(sql, facts)),
    hear('order.paid', ['orderId'], (sql, facts) => service.commitStock(sql, facts)),
    hear('order.cancelled', ['orderId'], (sql, facts) => service.releaseStock(sql, facts)),
    hear('order.refunded', ['orderId'], (sql, facts) => service.releaseStock(sql, facts)),
  ];
}

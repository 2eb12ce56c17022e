import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import type { OrderService } from './service.ts';

export const publishes = [
  'order.created',
  'order.awaiting-payment',
  'order.paid',
  'order.cancelled',
  'order.shipped',
  'order.delivered',
  'order.refunded',
] as const satisfies readonly FactType[];

/** What moves an order: what each fact does is a row of the checkout. */
export function hears(service: Pick<OrderService, 'applyFacts'>): Hearing[] {
  return [
    hear('inventory.reserved', ['orderId'], (sql, facts) => service.applyFacts(sql, facts)),
    hear('inventory.reservation-failed', ['orderId', 'reason'], (sql, facts) => service.applyFacts(sql, facts)),
    hear('payment.succeeded', ['orderId'], (sql, facts) => service.applyFacts(sql, facts)),
    hear('payment.failed', ['orderId'], (sql, facts) => service.applyFacts(sql, facts)),
  ];
}

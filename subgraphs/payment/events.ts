import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import { noteEnds, noteOrders, noteReservations } from './order-facts.ts';

export const publishes = ['payment.succeeded', 'payment.failed', 'payment.refunded'] as const satisfies readonly FactType[];

/** Each of them may come twice, and in any order. */
export function hears(): Hearing[] {
  return [
    hear('order.created', noteOrders),
    hear('inventory.reserved', noteReservations),
    hear('order.cancelled', noteEnds),
    hear('order.refunded', noteEnds),
  ];
}

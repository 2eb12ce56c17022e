import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import { noteEnds, noteOrders, noteReservations } from './order-facts.ts';

export const publishes = ['payment.succeeded', 'payment.failed', 'payment.refunded'] as const satisfies readonly FactType[];

/** Each of them may come twice, and in any order. */
export function hears(): Hearing[] {
  return [
    hear('order.created', ['orderId', 'userId', 'total', 'paymentMethodId'], noteOrders),
    hear('inventory.reserved', ['orderId'], noteReservations),
    hear('order.cancelled', ['orderId', 'userId', 'total'], noteEnds),
    hear('order.refunded', ['orderId', 'userId', 'total'], noteEnds),
  ];
}

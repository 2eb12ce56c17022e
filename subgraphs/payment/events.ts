import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import { noteEnds, noteOrders, noteReservations } from './event-handlers.ts';

export const publishes = ['payment.succeeded', 'payment.failed', 'payment.refunded'] as const satisfies readonly EventType[];

/** Each of them may come twice, and in any order. */
export function subscribes(): EventHandler[] {
  return [
    on('order.created', ['orderId', 'userId', 'total', 'paymentMethodId'], noteOrders),
    on('inventory.reserved', ['orderId'], noteReservations),
    on('order.cancelled', ['orderId', 'userId', 'total'], noteEnds),
    on('order.refunded', ['orderId', 'userId', 'total'], noteEnds),
  ];
}

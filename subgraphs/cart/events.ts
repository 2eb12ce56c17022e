import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import { copyProducts, forgetCustomers, forgetPaid, holdOrdered, returnCancelled } from './event-handlers.ts';

export const publishes = [] as const satisfies readonly EventType[];

/** What a cart shows of a product. */
const productFields = ['productId', 'version', 'name', 'price', 'availability', 'archived'] as const;

export function subscribes(): EventHandler[] {
  return [
    on('product.created', productFields, copyProducts),
    on('product.updated', productFields, copyProducts),
    on('product.archived', productFields, copyProducts),
    on('product.availability-changed', productFields, copyProducts),
    on('user.deleted', ['userId'], forgetCustomers),
    on('order.created', ['orderId', 'userId', 'cartId', 'lines'], holdOrdered),
    on('order.paid', ['orderId', 'userId', 'cartId', 'lines'], forgetPaid),
    on('order.cancelled', ['orderId', 'userId', 'cartId'], returnCancelled),
  ];
}

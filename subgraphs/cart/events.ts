import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import type { CartService } from './service.ts';

export const publishes = [] as const satisfies readonly EventType[];

/** What a cart shows of a product. */
const productFields = ['productId', 'version', 'name', 'price', 'availability', 'archived'] as const;

export function subscribes(service: CartService): EventHandler[] {
  return [
    on('product.created', productFields, (sql, events) => service.copyProducts(sql, events)),
    on('product.updated', productFields, (sql, events) => service.copyProducts(sql, events)),
    on('product.archived', productFields, (sql, events) => service.copyProducts(sql, events)),
    on('product.availability-changed', productFields, (sql, events) => service.copyProducts(sql, events)),
    on('user.deleted', ['userId'], (sql, events) => service.forgetCustomers(sql, events)),
    on('order.created', ['orderId', 'userId', 'cartId', 'lines'], service.holdOrdered),
    on('order.paid', ['orderId', 'userId', 'cartId', 'lines'], service.forgetPaid),
    on('order.cancelled', ['orderId', 'userId', 'cartId'], service.returnCancelled),
  ];
}

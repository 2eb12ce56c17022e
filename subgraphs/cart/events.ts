import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import type { CartService } from './service.ts';

export const publishes = [] as const satisfies readonly FactType[];

/** What a cart shows of a product. */
const productFields = ['productId', 'version', 'name', 'price', 'availability', 'archived'] as const;

export function hears(service: CartService): Hearing[] {
  return [
    hear('product.created', productFields, (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.updated', productFields, (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.archived', productFields, (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.availability-changed', productFields, (sql, facts) => service.copyProducts(sql, facts)),
    hear('user.deleted', ['userId'], (sql, facts) => service.forgetCustomers(sql, facts)),
    hear('order.created', ['orderId', 'userId', 'cartId', 'lines'], service.holdOrdered),
    hear('order.paid', ['orderId', 'userId', 'cartId', 'lines'], service.forgetPaid),
    hear('order.cancelled', ['orderId', 'userId', 'cartId'], service.returnCancelled),
  ];
}

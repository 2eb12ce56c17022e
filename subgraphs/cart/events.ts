import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import type { CartService } from './service.ts';

export const publishes = [] as const satisfies readonly FactType[];

export function hears(service: CartService): Hearing[] {
  return [
    hear('product.created', (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.updated', (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.archived', (sql, facts) => service.copyProducts(sql, facts)),
    hear('product.availability-changed', (sql, facts) => service.copyProducts(sql, facts)),
    hear('order.paid', (sql, facts) => service.takeOutBought(sql, facts)),
  ];
}

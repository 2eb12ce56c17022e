import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import { keepCustomers } from './search-orders.ts';
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

/** What moves an order, and what is only kept for those who want to know its story: what each fact does is a row of the checkout. And who the customers are, and who is gone. */
export function hears({
  applyFacts,
  keepFacts,
  closeAccounts,
}: Pick<OrderService, 'applyFacts' | 'keepFacts' | 'closeAccounts'>): Hearing[] {
  return [
    hear('inventory.reserved', ['orderId'], applyFacts),
    hear('inventory.reservation-failed', ['orderId', 'reason', 'productIds', 'shortages'], applyFacts),
    hear('inventory.released', ['orderId'], keepFacts),
    hear('payment.succeeded', ['orderId', 'amount', 'card'], applyFacts),
    hear('payment.failed', ['orderId', 'code', 'card'], applyFacts),
    hear('payment.refunded', ['orderId', 'amount'], keepFacts),
    hear('user.registered', ['userId', 'version', 'email', 'username'], keepCustomers),
    hear('user.email-changed', ['userId', 'version', 'email', 'username'], keepCustomers),
    hear('user.deleted', ['userId', 'version'], closeAccounts),
  ];
}

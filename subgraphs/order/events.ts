import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
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
] as const satisfies readonly EventType[];

/** What moves an order, and what is only kept for those who want to know its story: what each event does is a row of the checkout. And who the customers are, and who is gone. */
export function subscribes({
  applyEvents,
  keepEvents,
  closeAccounts,
}: Pick<OrderService, 'applyEvents' | 'keepEvents' | 'closeAccounts'>): EventHandler[] {
  return [
    on('inventory.reserved', ['orderId'], applyEvents),
    on('inventory.reservation-failed', ['orderId', 'reason', 'productIds', 'shortages'], applyEvents),
    on('inventory.released', ['orderId'], keepEvents),
    on('payment.succeeded', ['orderId', 'amount', 'card'], applyEvents),
    on('payment.failed', ['orderId', 'code', 'card'], applyEvents),
    on('payment.refunded', ['orderId', 'amount'], keepEvents),
    on('user.registered', ['userId', 'version', 'email', 'username'], keepCustomers),
    on('user.email-changed', ['userId', 'version', 'email', 'username'], keepCustomers),
    on('user.deleted', ['userId', 'version'], closeAccounts),
  ];
}

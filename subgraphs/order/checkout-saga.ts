import type { CancelReason, EventType, OrderStatus } from '#kafka/contracts.ts';

/** What can happen to an order: events of other services, the time, and what people do. */
export type Trigger =
  | Extract<EventType, 'inventory.reserved' | 'inventory.reservation-failed' | 'payment.succeeded' | 'payment.failed'>
  | 'deadline passed'
  | 'cancelled by customer'
  | 'cancelled by admin'
  | 'shipped by admin'
  | 'delivered by admin'
  | 'refunded by admin';

/** What is published when an order has come to a status. */
type Publishes = {
  AWAITING_PAYMENT: 'order.awaiting-payment';
  PAID: 'order.paid';
  CANCELLED: 'order.cancelled';
  SHIPPED: 'order.shipped';
  DELIVERED: 'order.delivered';
  REFUNDED: 'order.refunded';
};

/** Why an order that goes to CANCELLED goes there: always the same, or what the event gives as its reason. */
type Because = CancelReason | 'from the event';

/** When `on` happens to an order that is `from`, it moves `to`, and the order `publishes` that. */
export type Transition = {
  [To in keyof Publishes]: { on: Trigger; from: OrderStatus; to: To; publishes: Publishes[To] } & (To extends 'CANCELLED'
    ? { because: Because }
    : unknown);
}[keyof Publishes];

/**
 * The checkout, from the order's side. The events of an order usually come in the order in which they happened; where they do not, a
 * later event proves the earlier one: what is charged was reserved. An order that is final has no row, so nothing is un-cancelled.
 */
// biome-ignore format: one row is one transition
export const checkout: readonly Transition[] = [
  { on: 'inventory.reserved',           from: 'PENDING',          to: 'AWAITING_PAYMENT', publishes: 'order.awaiting-payment' },
  { on: 'inventory.reservation-failed', from: 'PENDING',          to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'from the event' },
  { on: 'payment.succeeded',            from: 'AWAITING_PAYMENT', to: 'PAID',             publishes: 'order.paid' },
  { on: 'payment.succeeded',            from: 'PENDING',          to: 'PAID',             publishes: 'order.paid' },
  { on: 'payment.failed',               from: 'AWAITING_PAYMENT', to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'PAYMENT_DECLINED' },
  { on: 'payment.failed',               from: 'PENDING',          to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'PAYMENT_DECLINED' },
  { on: 'deadline passed',              from: 'PENDING',          to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'TIMED_OUT' },
  { on: 'deadline passed',              from: 'AWAITING_PAYMENT', to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'TIMED_OUT' },
  { on: 'cancelled by customer',        from: 'PENDING',          to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  { on: 'cancelled by customer',        from: 'AWAITING_PAYMENT', to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  // the charge and the sold stock are given back by the services that handle the cancellation
  { on: 'cancelled by customer',        from: 'PAID',             to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  // an admin does it for a customer who asked by telephone
  { on: 'cancelled by admin',           from: 'PENDING',          to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  { on: 'cancelled by admin',           from: 'AWAITING_PAYMENT', to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  { on: 'cancelled by admin',           from: 'PAID',             to: 'CANCELLED',        publishes: 'order.cancelled',        because: 'BY_CUSTOMER' },
  { on: 'shipped by admin',             from: 'PAID',             to: 'SHIPPED',          publishes: 'order.shipped' },
  { on: 'delivered by admin',           from: 'SHIPPED',          to: 'DELIVERED',        publishes: 'order.delivered' },
  { on: 'refunded by admin',            from: 'PAID',             to: 'REFUNDED',         publishes: 'order.refunded' },
  { on: 'refunded by admin',            from: 'SHIPPED',          to: 'REFUNDED',         publishes: 'order.refunded' },
];

/** The statuses in which an order waits for another service; each has a deadline. */
export const waitingStatuses = ['PENDING', 'AWAITING_PAYMENT'] as const satisfies readonly OrderStatus[];
export type WaitingStatus = (typeof waitingStatuses)[number];

/** The next transition, or null for what is repeated, late or impossible: it changes nothing. */
export function nextTransition(status: OrderStatus, on: Trigger): Transition | null {
  return checkout.find((transition) => transition.on === on && transition.from === status) ?? null;
}

/** True when nothing can happen to the order any more. */
export function isFinal(status: OrderStatus): boolean {
  return !checkout.some((transition) => transition.from === status);
}

/** All transitions that `on` can cause, one for each status in which it means something. */
export function transitionsOn(on: Trigger): readonly Transition[] {
  return checkout.filter((transition) => transition.on === on);
}

/** The reason that a transition gives by itself; null when it does not cancel, or when the event gives it. */
export function reasonOf(transition: Transition): CancelReason | null {
  return transition.to === 'CANCELLED' && transition.because !== 'from the event' ? transition.because : null;
}

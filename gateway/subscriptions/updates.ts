import type { Availability, CancelReason, OrderStatus } from '#kafka/contracts.ts';

/**
 * Something to show to subscribers: the object of the subscription's root field, and the trace it belongs to.
 * Subscribers of the same object get the same version, so its data is fetched once for all equal callers.
 */
export type Update<Value extends object = object> = { readonly value: Value; readonly traceparent: string | undefined };

/** An order at one of its versions, as `schema/events.graphql` declares it. */
export type OrderState = {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  /** ISO 8601, to the millisecond: the time of the event, which the order's history has as well. */
  readonly statusSince: string;
  readonly version: number;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly cancelReason: CancelReason | null;
  readonly customer: { readonly id: string } | null;
};
export type OrderUpdate = Update<OrderState>;

/** A product at one of its versions, as `schema/events.graphql` declares it. */
export type ProductState = { readonly id: string; readonly version: number; readonly availability: Availability };
export type ProductUpdate = Update<ProductState>;

const finalStatuses: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['DELIVERED', 'CANCELLED', 'REFUNDED']);

/** Whether nothing can happen to the order any more. */
export function isFinal(status: OrderStatus): boolean {
  return finalStatuses.has(status);
}

import { traceIdOf } from '#platform/tracing/trace-context.ts';
import type { DomainEvent } from './contracts.ts';

export type EventFields = {
  readonly type: string;
  readonly id: string;
  readonly traceId: string | undefined;
  readonly orderId?: string;
  readonly orderNumber?: string;
  /** A code, such as OUT_OF_STOCK. */
  readonly reason?: string;
};

/** What a log record says of an event: never its data, but the order that it is about, and for what reason it happened. */
export function fieldsOf(event: DomainEvent): EventFields {
  const { orderId, number, reason, code } = event.data as Readonly<Record<string, unknown>>;
  const why = reason ?? code;
  return {
    type: event.type,
    id: event.id,
    traceId: traceIdOf(event.traceparent),
    ...(typeof orderId === 'string' ? { orderId } : {}),
    ...(typeof number === 'string' && event.type.startsWith('order.') ? { orderNumber: number } : {}),
    ...(typeof why === 'string' && /^[A-Z_]{2,40}$/.test(why) ? { reason: why } : {}),
  };
}

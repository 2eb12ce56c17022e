import type { DomainEvent, EventData, EventType } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';

export const userId = '01980000-0000-7000-8000-000000000001';
export const orderId = '01980000-0000-7000-8000-000000000002';
export const euros = (amount: number) => ({ amount, currency: 'EUR' as const });

export function anOrder<Status extends string>(
  status: Status,
  more: { userId?: string; number?: string; total?: ReturnType<typeof euros> } = {},
) {
  return { orderId, number: 'M-1001', userId, version: 3, status, total: euros(125_000), ...more };
}

export function aPaidOrder(more: Partial<EventData<'order.paid'>> = {}): EventData<'order.paid'> {
  return {
    ...anOrder('PAID' as const),
    lines: [{ productId: newId(), name: 'Lotus tea', quantity: 2, unitPrice: euros(1250) }],
    placedAt: '2026-11-22T10:00:00.000Z',
    ...more,
  } as EventData<'order.paid'>;
}

export function anAccount(more: Partial<EventData<'user.registered'>> = {}): EventData<'user.registered'> {
  return { userId, version: 1, email: 'ana@example.com', username: 'ana', ...more };
}

export function event<Type extends EventType>(type: Type, data: EventData<Type>): DomainEvent<Type> {
  const about = data as { orderId?: string; userId?: string };
  return createEvent(type, about.orderId ?? about.userId ?? '', data);
}

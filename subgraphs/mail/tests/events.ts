import type { Fact, FactData, FactType } from '#kafka/contracts.ts';
import { createFact } from '#kafka/facts.ts';
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

export function aPaidOrder(more: Partial<FactData<'order.paid'>> = {}): FactData<'order.paid'> {
  return {
    ...anOrder('PAID' as const),
    lines: [{ productId: newId(), name: 'Lotus tea', quantity: 2, unitPrice: euros(1250) }],
    placedAt: '2026-11-22T10:00:00.000Z',
    ...more,
  } as FactData<'order.paid'>;
}

export function anAccount(more: Partial<FactData<'user.registered'>> = {}): FactData<'user.registered'> {
  return { userId, version: 1, email: 'ana@example.com', username: 'ana', ...more };
}

export function fact<Type extends FactType>(type: Type, data: FactData<Type>): Fact<Type> {
  const about = data as { orderId?: string; userId?: string };
  return createFact(type, about.orderId ?? about.userId ?? '', data);
}

import type { DeadLetter } from '#kafka/dead-letter-message.ts';
import { newId } from '#platform/ids.ts';

/** A letter as kafka/dead-letters.ts reads it. */
export function aLetter(more: Partial<Omit<DeadLetter, 'message'>> & { message?: Partial<DeadLetter['message']> } = {}): DeadLetter {
  const { message, ...rest } = more;
  return {
    id: newId(),
    consumer: 'cart',
    error: 'the cart is broken',
    attempts: 3,
    time: '2026-11-22T10:00:00.000Z',
    partition: 0,
    offset: '1',
    ...rest,
    message: {
      topic: 'checkout',
      key: newId(),
      headers: { ce_type: 'order.paid', traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01' },
      value: '{"number":"M-1"}',
      ...message,
    },
  };
}

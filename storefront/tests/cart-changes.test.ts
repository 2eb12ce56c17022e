import { expect, test } from '@jest/globals';
import { cartChanges } from '../pages/checkout/cart-changes.ts';

const euros = (amount: number) => ({ amount, currency: 'EUR' as const });
const line = (productId: string, changes: object = {}) => ({
  productId,
  name: `Name ${productId}`,
  quantity: 1,
  unitPrice: euros(1000),
  ...changes,
});
const cart = (total: number, ...lines: ReturnType<typeof line>[]) => ({ lines, total: euros(total) });

test.each([
  ['nothing', [], cart(1000, line('a')), cart(1000, line('a'))],
  [
    'a price, and the total',
    [
      { kind: 'price', name: 'Name a', before: euros(1000), now: euros(5000) },
      { kind: 'total', before: euros(1000), now: euros(5000) },
    ],
    cart(1000, line('a')),
    cart(5000, line('a', { unitPrice: euros(5000) })),
  ],
  [
    'what was added and removed, though the total is the same',
    [
      { kind: 'added', name: 'Name b', quantity: 1, price: euros(1000) },
      { kind: 'removed', name: 'Name a' },
    ],
    cart(1000, line('a')),
    cart(1000, line('b')),
  ],
  [
    'all that is another about one line',
    [
      { kind: 'renamed', name: 'Cup', before: 'Name a' },
      { kind: 'price', name: 'Cup', before: euros(1000), now: euros(500) },
      { kind: 'quantity', name: 'Cup', before: 1, now: 2 },
    ],
    cart(1000, line('a')),
    cart(1000, line('a', { name: 'Cup', quantity: 2, unitPrice: euros(500) })),
  ],
])('tells %s', (_, expected, shown, now) => {
  expect(cartChanges(shown, now)).toEqual(expected);
});

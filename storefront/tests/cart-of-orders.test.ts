import { expect, test } from '@jest/globals';
import { createReturnedPieces } from '../graph/cart-of-orders.ts';

const lines = [{ quantity: 2 }, { quantity: 1 }];

test('an order that is cancelled before it was paid gives its pieces back to the cart, once', () => {
  const pieces = createReturnedPieces();

  const returned = ['PENDING', 'AWAITING_PAYMENT', 'CANCELLED', 'CANCELLED'].map((status) => pieces({ id: 'o1', status, lines }));

  expect(returned).toEqual([0, 0, 3, 0]);
});

test('an order that was cancelled before it was looked at gives nothing back', () => {
  expect(createReturnedPieces()({ id: 'o1', status: 'CANCELLED', lines })).toBe(0);
});

test.each([
  ['is paid', ['PENDING', 'PAID', 'SHIPPED']],
  ['was paid and is cancelled then', ['PENDING', 'PAID', 'CANCELLED']],
])('an order that %s gives nothing back', (_, statuses) => {
  const pieces = createReturnedPieces();

  expect(statuses.map((status) => pieces({ id: 'o1', status, lines }))).toEqual(statuses.map(() => 0));
});

import { expect, test } from '@jest/globals';
import { createBoughtPieces } from '../graph/bought.ts';

const lines = [{ quantity: 2 }, { quantity: 1 }];

test('an order that becomes paid takes its pieces out of the cart, once', () => {
  const pieces = createBoughtPieces();

  const taken = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'PAID', 'SHIPPED'].map((status) => pieces({ id: 'o1', status, lines }));

  expect(taken).toEqual([0, 0, 3, 0, 0]);
});

test('an order that was paid before it was looked at takes nothing out', () => {
  expect(createBoughtPieces()({ id: 'o1', status: 'PAID', lines })).toBe(0);
});

test('a cancelled order leaves everything in the cart', () => {
  const pieces = createBoughtPieces();

  expect(['PENDING', 'CANCELLED'].map((status) => pieces({ id: 'o1', status, lines }))).toEqual([0, 0]);
});

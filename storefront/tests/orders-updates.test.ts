import { expect, test } from '@jest/globals';
import { unknownOrders } from '../pages/orders/updates.ts';

test('an order that is updated and not listed is asked for', () => {
  expect(unknownOrders(new Set(['a', 'b']), ['a'], new Set())).toEqual(['b']);
});

test('it is asked for once', () => {
  expect(unknownOrders(new Set(['b']), ['a'], new Set(['b']))).toEqual([]);
});

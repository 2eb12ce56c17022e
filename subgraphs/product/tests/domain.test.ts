import { describe, expect, test } from '@jest/globals';
import { adjustedStock, availabilityOf, decideReservations, mostStock, type OrderToReserve, sumByProduct } from '../domain.ts';

test.each([
  [0, 'OUT_OF_STOCK'],
  [1, 'LOW_STOCK'],
  [5, 'LOW_STOCK'],
  [6, 'IN_STOCK'],
])('%d on the shelf is %s', (available, level) => {
  expect(availabilityOf(available)).toBe(level);
});

test('counts up and down within what a shelf can hold', () => {
  expect(adjustedStock(5, -5)).toBe(0);
  expect(adjustedStock(5, -6)).toBe('NOT_ENOUGH');
  expect(adjustedStock(mostStock, 1)).toBe('TOO_MUCH');
  expect(adjustedStock(mostStock + 5, -1)).toBe(mostStock + 4);
});

test('sums lines of the same product in the order of ids', () => {
  const line = (productId: string, quantity: number) => ({ productId, quantity });

  expect(sumByProduct([line('c', 4), line('b', 1), line('a', 2), line('b', 3)])).toEqual([line('a', 2), line('b', 4), line('c', 4)]);
});

describe('reserving', () => {
  const product = { id: 'p', price: 100, archived: false, available: 3 };
  const other = { id: 'q', price: 50, archived: false, available: 1 };
  const order = (lines: [productId: string, quantity: number, price: number][], isPaid = false): OrderToReserve => ({
    orderId: 'o',
    isPaid,
    lines: lines.map(([productId, quantity, amount]) => ({ productId, quantity, unitPrice: { amount } })),
  });
  const decide = (...orders: OrderToReserve[]) => decideReservations(orders, [product, other]);

  test('holds all lines when all can be held', () => {
    const lines: [string, number, number][] = [
      ['q', 1, 50],
      ['p', 2, 100],
      ['p', 1, 100],
    ];

    expect(decide(order(lines))).toEqual([
      {
        orderId: 'o',
        kind: 'RESERVED',
        lines: [
          { productId: 'p', quantity: 3 },
          { productId: 'q', quantity: 1 },
        ],
      },
    ]);
  });

  test('leaves to later orders what earlier ones did not take, failed ones taking nothing', () => {
    const decisions = decide(order([['p', 2, 100]]), order([['p', 2, 100]]), order([['p', 1, 100]]), order([['p', 1, 100]]));

    expect(decisions.map((decision) => decision.kind)).toEqual(['RESERVED', 'FAILED', 'RESERVED', 'FAILED']);
    expect(decisions.map((decision) => ('shortages' in decision ? decision.shortages : []))).toEqual([
      [],
      [{ productId: 'p', requested: 2, available: 1 }],
      [],
      [{ productId: 'p', requested: 1, available: 0 }],
    ]);
  });

  test('names the products in the way, the most severe reason first', () => {
    const short: [string, number, number] = ['q', 2, 50];
    const repriced: [string, number, number] = ['p', 1, 99];
    const unknown: [string, number, number] = ['x', 1, 1];

    expect(decide(order([short]))).toMatchObject([
      { reason: 'OUT_OF_STOCK', productIds: ['q'], shortages: [{ productId: 'q', requested: 2 }] },
    ]);
    expect(decide(order([repriced]))).toMatchObject([{ shortages: [] }]);
    expect(decide(order([short, repriced]))).toMatchObject([{ reason: 'PRICE_CHANGED', productIds: ['p'] }]);
    expect(decide(order([short, repriced, unknown]))).toMatchObject([{ reason: 'UNKNOWN_PRODUCT', productIds: ['x'] }]);
  });

  test('does not sell what is archived', () => {
    expect(decideReservations([order([['p', 1, 100]])], [{ ...product, archived: true }])).toMatchObject([{ reason: 'UNKNOWN_PRODUCT' }]);
  });

  test('asks a paid order for pieces only', () => {
    const archived = { ...product, archived: true };

    expect(decideReservations([order([['p', 3, 1]], true)], [archived])).toMatchObject([{ kind: 'RESERVED' }]);
    expect(decideReservations([order([['p', 4, 1]], true)], [archived])).toMatchObject([{ reason: 'OUT_OF_STOCK' }]);
    expect(decideReservations([order([['x', 1, 1]], true)], [archived])).toMatchObject([{ reason: 'UNKNOWN_PRODUCT' }]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { addPieces, bringBack, joinLines, noticesOf, setPieces, sumLines } from '../domain.ts';

const lines = (count: number, quantity = 1) => Array.from({ length: count }, (_, at) => ({ productId: `p${at}`, quantity }));

describe('putting in', () => {
  test('adds to what is there', () => {
    expect(addPieces(lines(1, 2), 'p0', 3)).toBe(5);
  });

  test('begins a line with what is put in', () => {
    expect(addPieces([], 'p0', 3)).toBe(3);
  });

  test('stops at 99 pieces of a line', () => {
    expect(addPieces(lines(1, 98), 'p0', 1)).toBe(99);
    expect(addPieces(lines(1, 98), 'p0', 2)).toEqual({ limit: 99 });
  });

  test('stops at 20 lines, but lets those that are there grow', () => {
    expect(addPieces(lines(19), 'new', 1)).toBe(1);
    expect(addPieces(lines(20), 'new', 1)).toEqual({ limit: 20 });
    expect(addPieces(lines(20), 'p3', 1)).toBe(2);
  });

  test('sets a quantity, whatever it was', () => {
    expect(setPieces(lines(1, 50), 'p0', 7)).toBe(7);
  });
});

describe('joining', () => {
  test('adds up what both carts hold, to 99 at most, and leaves the rest behind', () => {
    expect(joinLines([{ productId: 'a', quantity: 60 }], [{ productId: 'a', quantity: 60 }])).toEqual({
      joined: [{ productId: 'a', quantity: 99 }],
      leftBehind: [{ productId: 'a', quantity: 21 }],
    });
  });

  test('loses nothing: what joined and what was left are together what both held', () => {
    for (const [own, guests] of [
      [lines(20), lines(20, 99)],
      [lines(15, 60), lines(20, 60)],
      [[], lines(20, 99)],
    ] as const) {
      const { joined, leftBehind } = joinLines(own, guests);
      const after = new Map(own.map((line) => [line.productId, line.quantity]));
      for (const line of joined) after.set(line.productId, line.quantity);
      const pieces = (all: Iterable<number>) => [...all].reduce((sum, quantity) => sum + quantity, 0);

      expect(after.size).toBeLessThanOrEqual(20);
      expect(Math.max(...after.values())).toBeLessThanOrEqual(99);
      expect(pieces(after.values()) + pieces(leftBehind.map(({ quantity }) => quantity))).toBe(
        pieces([...own, ...guests].map(({ quantity }) => quantity)),
      );
    }
  });

  test("keeps all of the customer's lines and leaves the last of the guest's behind", () => {
    const joined = joinLines(lines(18), [
      { productId: 'x', quantity: 1 },
      { productId: 'y', quantity: 1 },
      { productId: 'z', quantity: 1 },
      { productId: 'p0', quantity: 1 },
    ]);

    expect(joined).toEqual({
      joined: [
        { productId: 'p0', quantity: 2 },
        { productId: 'x', quantity: 1 },
        { productId: 'y', quantity: 1 },
      ],
      leftBehind: [{ productId: 'z', quantity: 1 }],
    });
  });
});

describe('the notices of a line', () => {
  const line = { price: 100, priceWhenAdded: 100, availability: 'IN_STOCK', archived: false } as const;

  test.each([
    ['nothing when all is well', line, []],
    ['that little is left', { ...line, availability: 'LOW_STOCK' as const }, ['LOW_STOCK']],
    [
      'another price before that little is left',
      { ...line, availability: 'LOW_STOCK' as const, price: 101 },
      ['PRICE_CHANGED', 'LOW_STOCK'],
    ],
    [
      'that nothing is left before another price',
      { ...line, availability: 'OUT_OF_STOCK' as const, price: 101 },
      ['OUT_OF_STOCK', 'PRICE_CHANGED'],
    ],
    ['that it is gone and nothing else', { ...line, availability: 'OUT_OF_STOCK' as const, archived: true }, ['NO_LONGER_SOLD']],
  ])('says %s', (_, given, expected) => {
    expect(noticesOf(given)).toEqual(expected);
  });
});

describe('bringing back', () => {
  test('adds to lines and starts new ones, as far as there is room; the rest is reported', () => {
    const own = [...lines(18), { productId: 'x', quantity: 98 }];

    expect(
      bringBack(own, [
        { productId: 'x', quantity: 3 },
        { productId: 'y', quantity: 4 },
        { productId: 'y', quantity: 5 },
        { productId: 'z', quantity: 6 },
      ]),
    ).toEqual({
      lines: [
        { productId: 'x', quantity: 99 },
        { productId: 'y', quantity: 9 },
      ],
      rest: [
        { productId: 'x', quantity: 2 },
        { productId: 'z', quantity: 6 },
      ],
    });
  });

  test('changes nothing where there is no room at all', () => {
    const returned = [{ productId: 'p0', quantity: 1 }];

    expect(bringBack(lines(1, 99), returned)).toEqual({ lines: [], rest: returned });
  });
});

test('sums the lines of one product', () => {
  const ordered = [
    { productId: 'a', quantity: 1 },
    { productId: 'b', quantity: 4 },
    { productId: 'a', quantity: 2 },
  ];

  expect(sumLines(ordered)).toEqual([
    { productId: 'a', quantity: 3 },
    { productId: 'b', quantity: 4 },
  ]);
});

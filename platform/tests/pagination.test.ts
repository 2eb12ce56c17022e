import { describe, expect, test } from '@jest/globals';
import { assertFirst, decodeCursor, encodeCursor, toConnection } from '../pagination.ts';

describe('a cursor', () => {
  test('is read as it was written', () => {
    expect(decodeCursor(encodeCursor(['Trà', 12]), ['string', 'number'])).toEqual(['Trà', 12]);
  });

  test.each([['nonsense'], [''], [Buffer.from('{}').toString('base64url')], [encodeCursor([1])], [encodeCursor(['a', 'b'])]])(
    'is refused when it is %p',
    (cursor) => {
      expect(() => decodeCursor(cursor, ['string', 'number'])).toThrow('after: This is not a cursor of this list.');
    },
  );
});

describe('a page', () => {
  test('knows whether there is a next one', () => {
    const rows = [1, 2, 3];

    expect(toConnection(rows, 2, null, 9, String)).toEqual({
      edges: [
        { cursor: '1', node: 1 },
        { cursor: '2', node: 2 },
      ],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: '1', endCursor: '2' },
      totalCount: 9,
    });
    expect(toConnection(rows, 3, '0', 9, String).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test.each([0, -1, 101, 1.5])('is not of %p', (first) => {
    expect(() => assertFirst(first)).toThrow('first: This must be 1 to 100.');
  });
});

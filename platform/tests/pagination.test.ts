import { describe, expect, test } from '@jest/globals';
import { assertFirst, decodeCursor, encodeCursor, isTimestamp, isTimestampMs, toConnection } from '../pagination.ts';

describe('a cursor', () => {
  test('is read as it was written', () => {
    expect(decodeCursor(encodeCursor(['Trà', 12]), ['text', 'int'])).toEqual(['Trà', 12]);
  });

  test.each([['nonsense'], [''], [Buffer.from('{}').toString('base64url')], [encodeCursor([1])], [encodeCursor(['a', 'b'])]])(
    'is rejected when it is %p',
    (cursor) => {
      expect(() => decodeCursor(cursor, ['text', 'int'])).toThrow('after: This is not a cursor of this list.');
    },
  );
});

describe('of a forged cursor', () => {
  const id = '0198c5e2-0000-7000-8000-000000000000';

  test.each([
    ['text', ['', 'Trà', '2026']],
    ['int', [0, -0, 2 ** 31 - 1, 1 - 2 ** 31]],
    ['id', [id, id.toUpperCase()]],
    ['moment', ['2026-11-27T10:00:00.000Z', '1969-12-31T23:59:59.999Z']],
    ['timestampMs', [0, -1, 253_402_300_799_999]],
  ] as const)('a database takes this %s', (kind, values) => {
    expect(values.map((value) => decodeCursor(encodeCursor([value]), [kind]))).toEqual(values.map((value) => [value === 0 ? 0 : value]));
  });

  test.each([
    ['text', ['a\0b', '\ud800', 7]],
    ['int', [2 ** 31, -(2 ** 31) - 1, 0.5, 1e308, '1']],
    ['id', ['', 'x', `${id} `, 1]],
    ['moment', ['+010000-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '', 1]],
    ['timestampMs', [5e-324, 0.5, 253_402_300_800_000, 8.64e15, -8.64e15, 1e308, '1']],
  ] as const)('no database is asked for this %s', (kind, values) => {
    for (const value of values)
      expect(() => decodeCursor(encodeCursor([value]), [kind])).toThrow('after: This is not a cursor of this list.');
  });
});

describe('a moment in a cursor', () => {
  test.each(['1970-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('may be %s', (text) => {
    expect(isTimestamp(text)).toBe(true);
    expect(isTimestampMs(Date.parse(text))).toBe(true);
  });

  test.each([
    '0000-01-01T00:00:00.000Z',
    '-000001-01-01T00:00:00.000Z',
    '-271821-04-20T00:00:00.000Z',
    '+010000-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
  ])('is not %s', (text) => {
    expect(isTimestamp(text)).toBe(false);
    expect(isTimestampMs(Date.parse(text))).toBe(false);
  });

  test('is a day that there is, as it was written here', () => {
    expect(['2026-02-30T00:00:00.000Z', '2026-01-01', 'x', ''].filter(isTimestamp)).toEqual([]);
    expect([Number.NaN, 1e308, -1e308].filter(isTimestampMs)).toEqual([]);
  });
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

import { describe, expect, test } from '@jest/globals';
import {
  type Board,
  type Counts,
  columnsOf,
  createBoard,
  type Known,
  keptPerStatus,
  type OrderUpdate,
  toCounts,
} from '../pages/admin/board/board.ts';
import { byReason, fits, noBoardFilters, readNumber } from '../pages/admin/board/filters.ts';
import { median, sparkline, Throughput } from '../pages/admin/board/throughput.ts';

const startMs = Date.parse('2026-01-01T10:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
const update = (id: string, status: OrderUpdate['status'], version: number, seconds: number): OrderUpdate => ({
  id,
  number: `M-${id}`,
  status,
  statusSince: at(seconds),
  version,
  cancelReason: status === 'CANCELLED' ? 'OUT_OF_STOCK' : null,
  total: { amount: 1250, currency: 'EUR' },
  customer: { id: 'c1' },
});
const known = (id: string, status: OrderUpdate['status'], version: number, seconds: number, placed = 0): Known => ({
  ...update(id, status, version, seconds),
  customer: { id: 'c1', username: 'linh' },
  placedAt: at(placed),
});
const none: Counts = { PENDING: 0, AWAITING_PAYMENT: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0, REFUNDED: 0 };
const idsIn = (board: Board, status: OrderUpdate['status']) =>
  columnsOf(board.cards())
    .get(status)
    ?.map(({ id }) => id);

describe('the board', () => {
  test('moves a card and its count from column to column', () => {
    const board = createBoard();
    board.count(none, []);

    board.applyUpdates([update('a', 'PENDING', 1, 1), update('a', 'AWAITING_PAYMENT', 2, 2), update('b', 'PENDING', 1, 3)]);

    expect(board.counts()).toEqual({ ...none, PENDING: 1, AWAITING_PAYMENT: 1 });
    expect(idsIn(board, 'PENDING')).toEqual(['b']);
    expect(idsIn(board, 'AWAITING_PAYMENT')).toEqual(['a']);
  });

  test('has reasons that add up to what is cancelled, of cards that were not loaded, too', () => {
    const board = createBoard();
    const { counts, reasons } = toCounts([
      { status: 'PENDING', cancelReason: null, count: 2 },
      { status: 'CANCELLED', cancelReason: 'OUT_OF_STOCK', count: 40 },
      { status: 'CANCELLED', cancelReason: 'TIMED_OUT', count: 2 },
    ]);
    board.count(counts, [known('a', 'PENDING', 1, 1, 1)], reasons);

    board.applyUpdates([update('a', 'CANCELLED', 2, 4)]);

    expect(board.counts()).toEqual({ ...none, PENDING: 1, CANCELLED: 43 });
    expect(board.reasons()).toEqual({ OUT_OF_STOCK: 41, TIMED_OUT: 2 });
  });

  test('names the customer of an order that comes live', () => {
    const board = createBoard();
    board.applyUpdates([{ ...update('a', 'PENDING', 1, 1), customer: { id: 'c1', username: 'linh' } }, update('a', 'PAID', 3, 2)]);

    expect([...board.cards()]).toMatchObject([{ customerName: 'linh', status: 'PAID' }]);
  });

  test('counts nothing twice when a new connection repeats orders in progress', () => {
    const board = createBoard();
    board.count({ ...none, PENDING: 1 }, [known('a', 'PENDING', 1, 1, 1)]);

    expect(board.applyUpdates([update('a', 'PENDING', 1, 1)])).toEqual([]);
    expect(board.applyUpdates([update('a', 'PAID', 3, 4)])).toEqual(['a']);
    expect(board.applyUpdates([update('a', 'AWAITING_PAYMENT', 2, 2), update('a', 'PAID', 3, 4)])).toEqual([]);

    expect(board.counts()).toEqual({ ...none, PAID: 1 });
  });

  test('does not count what the answer holds already, although its card was not in it', () => {
    const board = createBoard();
    board.count({ ...none, PENDING: 200 }, [known('new', 'PENDING', 1, 50, 50)]);

    board.applyUpdates([update('old', 'PENDING', 1, 10)]);

    expect(board.counts()?.PENDING).toBe(200);
    expect(idsIn(board, 'PENDING')).toEqual(['new', 'old']);
  });

  test('adds to an answer the updates that came after it was read', () => {
    const board = createBoard();
    board.applyUpdates([update('a', 'PENDING', 1, 1), update('a', 'PAID', 3, 5), update('late', 'PENDING', 1, 6)]);

    board.count({ ...none, PENDING: 1, SHIPPED: 7 }, [known('a', 'PENDING', 1, 1, 1)]);

    expect(board.counts()).toEqual({ ...none, PENDING: 1, PAID: 1, SHIPPED: 7 });
  });

  test('is marked uncertain when an order moves that it never saw, until it is counted again', () => {
    const board = createBoard();
    board.count({ ...none, PAID: 900 }, []);

    board.applyUpdates([update('ancient', 'SHIPPED', 4, 9)]);
    expect(board.isUncertain()).toBe(true);
    board.count({ ...none, PAID: 899, SHIPPED: 1 }, []);

    expect(board.isUncertain()).toBe(false);
    expect(board.counts()).toEqual({ ...none, PAID: 899, SHIPPED: 1 });
  });

  test('keeps the name of a customer that an answer gave when events go on', () => {
    const board = createBoard();
    board.applyOrders([known('a', 'PENDING', 1, 1, 1)]);

    board.applyUpdates([update('a', 'PAID', 3, 4)]);

    expect([...board.cards()]).toMatchObject([{ status: 'PAID', customerName: 'linh', placedAtMs: startMs + 1000 }]);
  });

  test('forgets the oldest cards of a column and counts them all the same', () => {
    const board = createBoard();
    board.count(none, []);
    const many = keptPerStatus * 3;

    board.applyUpdates(Array.from({ length: many }, (_, n) => update(`o${n}`, 'PENDING', 1, n)));

    const kept = idsIn(board, 'PENDING') ?? [];
    expect(kept.length).toBeLessThanOrEqual(keptPerStatus * 1.2);
    expect(kept[0]).toBe(`o${many - 1}`);
    expect(board.counts()?.PENDING).toBe(many);
  });
});

describe('the throughput', () => {
  const seen = (id: string, status: string, seconds: number, placed: number | null) => ({
    id,
    status,
    sinceMs: startMs + seconds * 1000,
    placedAtMs: placed === null ? null : startMs + placed * 1000,
  });

  test('counts the orders of the last minute once each, whatever updates come', () => {
    const throughput = new Throughput();
    for (const status of ['PENDING', 'PAID', 'PAID']) throughput.see(seen('a', status, 62, 61));
    throughput.see(seen('b', 'PENDING', 100, 100));
    throughput.see(seen('before', 'SHIPPED', 100, 2));
    throughput.see(seen('unknown', 'SHIPPED', 100, null));

    expect(throughput.ordersPerMinute(startMs + 101_000)).toBe(2);
    expect(throughput.ordersPerMinute(startMs + 130_000)).toBe(1);
    expect(throughput.ordersPerMinute(startMs + 300_000)).toBe(0);
  });

  test('knows how long each order took to be paid, the last one at the end, none twice', () => {
    const throughput = new Throughput();
    throughput.see(seen('late', 'PAID', 20, 18));
    throughput.see(seen('early', 'PAID', 10, 9));
    throughput.see(seen('early', 'PAID', 10, 9));
    throughput.see(seen('waiting', 'AWAITING_PAYMENT', 10, 9));

    expect(throughput.lastPaid(5).map(({ id, tookMs }) => [id, tookMs])).toEqual([
      ['early', 1000],
      ['late', 2000],
    ]);
    expect(throughput.lastPaid(1).map(({ id }) => id)).toEqual(['late']);
  });

  test('has the median of times, and none of nothing', () => {
    expect([median([]), median([5]), median([9, 1, 5]), median([4, 1, 2, 3])]).toEqual([null, 5, 5, 2.5]);
  });

  test('draws a line from edge to edge, the highest at the top', () => {
    expect(sparkline([0, 50, 100], 100, 20)).toBe('0,20 50,10 100,0');
    expect(sparkline([7], 100, 20)).toBe('0,0');
    expect(sparkline([], 100, 20)).toBe('');
  });
});

describe('the filters of the board', () => {
  const board = createBoard();
  board.applyOrders([known('7K3Q-92XD', 'PAID', 3, 0), known('late', 'CANCELLED', 2, 590)]);
  const now = startMs + 600_000;
  const shown = (change: Partial<typeof noBoardFilters>) =>
    [...board.cards()].filter((card) => fits(card, { ...noBoardFilters, ...change }, now)).map(({ id }) => id);

  test('look for part of a number or of a name, in capitals or not', () => {
    expect(shown({ text: ' 92xd ' })).toEqual(['7K3Q-92XD']);
    expect(shown({ text: 'LINH' })).toEqual(['7K3Q-92XD', 'late']);
    expect(shown({ text: 'nobody' })).toEqual([]);
  });

  test.each([
    ['an en dash', 'm\u20137k3q\u201392xd'],
    ['a non-breaking hyphen', 'M\u20117K3Q\u201192XD'],
    ['a minus sign', '\u00a0M\u22127K3Q\u221292XD\u202f'],
    ['a soft hyphen', 'M\u00ad7K3Q\u00ad92XD'],
    ['no hyphens', 'm7k3q92xd'],
    ['the characters of a Japanese keyboard', 'Ｍー７Ｋ３Ｑー９２ＸＤ'],
  ])('find a number that is written with %s, as the shop does', (_, text) => {
    expect(shown({ text })).toEqual(['7K3Q-92XD']);
    expect(readNumber(text)).toBe('M-7K3Q-92XD');
  });

  test('look for all words, in any order', () => {
    expect(shown({ text: 'linh 92xd' })).toEqual(['7K3Q-92XD']);
    expect(shown({ text: 'linh nobody' })).toEqual([]);
  });

  test('look for what has not moved for long', () => {
    expect(shown({ minAgeMinutes: 10 })).toEqual(['7K3Q-92XD']);
    expect(shown({ minAgeMinutes: 60 })).toEqual([]);
  });

  test('ask for the reason of what was cancelled only', () => {
    expect(shown({ reason: 'TIMED_OUT' })).toEqual(['7K3Q-92XD']);
    expect(shown({ reason: 'OUT_OF_STOCK' })).toEqual(['7K3Q-92XD', 'late']);
    expect(byReason({ TIMED_OUT: 0, BY_CUSTOMER: 2, OUT_OF_STOCK: 7 })).toEqual([
      { reason: 'OUT_OF_STOCK', count: 7 },
      { reason: 'BY_CUSTOMER', count: 2 },
    ]);
  });

  test('read an order number however it is written', () => {
    expect(['M-7K3Q-92XD', 'm7k3q92xd', ' m 7k3q 92xd'].map(readNumber)).toEqual(Array(3).fill('M-7K3Q-92XD'));
    expect(['', 'M-7K3Q', '7K3Q-92XD', 'linh'].map(readNumber)).toEqual(Array(4).fill(null));
  });
});

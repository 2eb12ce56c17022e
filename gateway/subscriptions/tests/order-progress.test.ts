import { expect, test } from '@jest/globals';
import type { OrderStatus } from '#kafka/contracts.ts';
import { beginAt, beginReading, learn, loseTrack, type Progress, receive, type Step } from '../order-progress.ts';
import type { OrderUpdate } from '../updates.ts';

const statuses: OrderStatus[] = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED'];

function at(version: number, status = statuses[version - 1] ?? 'SHIPPED'): OrderUpdate {
  const statusSince = '2026-11-22T12:00:00.000Z';
  const value = {
    id: 'o',
    number: 'M-1',
    status,
    statusSince,
    version,
    total: { amount: 1, currency: 'EUR' },
    cancelReason: null,
    customer: null,
  };
  return { value, traceparent: undefined };
}

const upTo = (version: number) => Array.from({ length: version }, (_, index) => at(index + 1));

/** Runs the acts one after the other: what was shown, how often a reading began, and where it ended. */
function run(progress: Progress, ...acts: ((before: Progress) => Step)[]) {
  let now = progress;
  const shown: number[] = [];
  let readings = 0;
  for (const act of acts) {
    const step = act(now);
    now = step.progress;
    shown.push(...step.show.map((update) => update.value.version));
    if (step.read) readings += 1;
  }
  return { shown, readings, done: now.done, seen: now.seen, isReading: now.reading !== null };
}

const received = (version: number, status?: OrderStatus) => (before: Progress) => receive(before, at(version, status));
const read = (version: number) => (before: Progress) => learn(before, upTo(version));

test('shows the present version to who has seen nothing', () => {
  expect(run(beginReading(null), read(3))).toEqual({ shown: [3], readings: 0, done: false, seen: 3, isReading: false });
});

test('shows each version after the last one seen', () => {
  expect(run(beginReading(1), read(3)).shown).toEqual([2, 3]);
  expect(run(beginReading(0), read(3)).shown).toEqual([1, 2, 3]);
});

test('shows nothing to who has seen the present one', () => {
  expect(run(beginReading(3), read(3))).toMatchObject({ shown: [], done: false, seen: 3 });
});

test('is done with who has seen the final status', () => {
  expect(run(beginReading(5), read(5))).toMatchObject({ shown: [], done: true });
});

test('holds what is received during the reading, and drops the updates that the reading contains', () => {
  expect(run(beginReading(null), received(2), received(3), read(2))).toMatchObject({ shown: [2, 3], readings: 0 });
});

test('shows in order what was received out of order', () => {
  expect(run(beginReading(null), received(4), received(3), read(2)).shown).toEqual([2, 3, 4]);
});

test('drops what is repeated', () => {
  expect(run(beginAt(0), received(1), received(1), received(2), received(1), received(2)).shown).toEqual([1, 2]);
});

test('reads the history before it shows what comes after a gap', () => {
  expect(run(beginAt(1), received(3))).toMatchObject({ shown: [], readings: 1, isReading: true });
  expect(run(beginAt(1), received(3), received(4), read(3)).shown).toEqual([2, 3, 4]);
});

test('reads again when there is a gap behind what was read', () => {
  expect(run(beginReading(null), received(4), read(2), read(4))).toMatchObject({ shown: [2, 3, 4], readings: 1, isReading: false });
});

test('forgets what was received before a reading that does not know it', () => {
  expect(run(beginAt(2), received(40), read(2), received(3))).toMatchObject({ shown: [3], readings: 1, isReading: false });
});

test('comes to an end with several versions that never happened', () => {
  const result = run(beginReading(null), received(50), received(60), read(2), read(2), read(2));

  expect(result).toMatchObject({ shown: [2], readings: 2, isReading: false });
});

test('reads what it may have missed', () => {
  expect(run(beginAt(1), loseTrack, read(3))).toMatchObject({ shown: [2, 3], readings: 1 });
});

test('reads once more when the log was lost during a reading', () => {
  expect(run(beginReading(null), loseTrack, read(1), read(2))).toMatchObject({ shown: [1, 2], readings: 1, isReading: false });
});

test('learns nothing from an older reading', () => {
  expect(run(beginAt(3), read(2))).toMatchObject({ shown: [], seen: 3 });
});

test.each<OrderStatus>(['DELIVERED', 'CANCELLED', 'REFUNDED'])('is done at %s, and shows nothing more', (status) => {
  expect(run(beginAt(1), received(2, status), received(3), loseTrack, read(4))).toMatchObject({ shown: [2], done: true, readings: 0 });
});

test('keeps a bounded number of what is received, and reads the rest', () => {
  const flood = Array.from({ length: 500 }, (_, index) => received(index + 2, 'SHIPPED'));

  const result = run(beginReading(null), ...flood, read(1), read(4));

  expect(result.readings).toBe(1);
  expect(result.shown.slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(result.shown.length).toBeLessThanOrEqual(101);
});

import { describe, expect, test } from '@jest/globals';
import { TraceStore } from '../trace-store.ts';
import { toTrace } from '../trace-view.ts';
import { lineOf, aSpan as spanOf, traceId } from './spans.ts';

const idOf = (number: number) => number.toString(16).padStart(32, '0');
/** Ids of one letter stand for sixteen. */
const aSpan = ({ id, parentId, ...given }: Parameters<typeof spanOf>[0]) =>
  spanOf({ name: 'a step', ...given, id: id.repeat(16), ...(parentId ? { parentId: parentId.repeat(16) } : {}) });
const aLine = (given: Parameters<typeof spanOf>[0]) => lineOf(aSpan(given));
const bytesOfOne = (() => {
  const store = new TraceStore(10_000);
  store.add(aLine({ id: 'a' }));
  return store.bytes;
})();
/** With room for so many traces of one span. */
const storeOf = (traces: number) => new TraceStore(traces * (bytesOfOne + 20));
const present = (store: TraceStore, numbers: readonly number[]) => numbers.filter((number) => store.find(idOf(number)) !== null);

describe('the store of traces', () => {
  test('finds what was added, a repeated span once', () => {
    const store = storeOf(5);
    store.add(aLine({ id: 'a' }));
    store.add(aLine({ id: 'b', parentId: 'a' }));
    store.add(aLine({ id: 'a' }));

    expect(store.find(traceId)).toEqual([aSpan({ id: 'a' }), aSpan({ id: 'b', parentId: 'a' })]);
    expect(store.find(idOf(7))).toBeNull();
    expect(store.size).toBe(1);
  });

  test('stays within its bytes, and forgets first what was added to longest ago', () => {
    const store = storeOf(3);
    for (const number of [1, 2, 3]) store.add(aLine({ id: 'a', traceId: idOf(number) }));
    store.add(aLine({ id: 'a', traceId: idOf(1) }));
    store.add(aLine({ id: 'a', traceId: idOf(4) }));

    expect(present(store, [1, 2, 3, 4])).toEqual([1, 3, 4]);
    for (let number = 5; number < 1000; number += 1) store.add(aLine({ id: 'a', traceId: idOf(number), name: 'ạ'.repeat(number % 7) }));
    expect(store.bytes).toBeLessThanOrEqual(3 * (bytesOfOne + 20));
    expect(store.size).toBeGreaterThan(0);
  });

  test.each([
    ['failed', { isFailed: true }],
    ['slow', { endMs: 9000 }],
  ])('keeps what %s longer than what did not', (_, how) => {
    const store = storeOf(4);
    store.add(aLine({ id: 'a', traceId: idOf(1), ...how }));
    for (let number = 2; number < 50; number += 1) store.add(aLine({ id: 'a', traceId: idOf(number) }));

    expect(present(store, [1, 2, 48, 49])).toEqual([1, 48, 49]);
  });

  test('has room for a new trace however many have failed', () => {
    const store = storeOf(4);
    for (let number = 1; number < 50; number += 1) store.add(aLine({ id: 'a', traceId: idOf(number), isFailed: true }));
    for (const number of [50, 51]) store.add(aLine({ id: 'a', traceId: idOf(number) }));

    expect(present(store, [49, 50, 51])).toEqual([49, 50, 51]);
  });

  test('is not taken up by one trace that never ends', () => {
    const store = new TraceStore(100 * 1024 * 1024);
    const added = Array.from({ length: 5000 }, (_, at) => store.add(aLine({ id: String(at) })));

    expect(added.filter(Boolean)).toHaveLength(2000);
    expect(store.find(traceId)).toHaveLength(2000);
  });

  test('forgets a trace that is larger than all of it', () => {
    const store = storeOf(2);
    for (const id of ['a', 'b', 'c', 'd']) store.add(aLine({ id }));

    expect(store.bytes).toBeLessThanOrEqual(2 * (bytesOfOne + 20));
  });
});

test('a trace begins with its first span, and lasts until the end of its last', () => {
  const start = Date.parse('2026-11-22T10:00:00.000Z');
  const trace = toTrace(traceId, [
    spanOf({ id: 'late', parentId: 'first', startMs: start + 20.0004, endMs: start + 70.5 }),
    spanOf({ id: 'first', startMs: start, endMs: start + 30, attributes: [{ name: 'error.type', value: 'ECONNREFUSED' }], isFailed: true }),
  ]);

  expect(trace).toMatchObject({ id: traceId, startedAt: new Date(start), durationMs: 70.5 });
  expect(trace.spans).toMatchObject([
    { id: 'first', startedAtMs: 0, durationMs: 30, isFailed: true, errorType: 'ECONNREFUSED' },
    { id: 'late', parentId: 'first', startedAtMs: 20, durationMs: 50.5, isFailed: false, errorType: null },
  ]);
});

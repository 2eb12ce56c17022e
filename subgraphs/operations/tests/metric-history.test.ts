import { describe, expect, test } from '@jest/globals';
import { MetricHistory } from '../metric-history.ts';
import { seriesOf } from '../metric-series.ts';

describe('the samples of the last hour', () => {
  test('are kept in their order, the oldest of too many going first', () => {
    const history = new MetricHistory(['a', 'b'], 3);
    for (const second of [1, 2, 3, 4, 5]) history.add(second * 1000, new Map([['a', second]]));

    expect(history.times().map((time) => time.getTime())).toEqual([3000, 4000, 5000]);
    expect(history.valuesOf('a')).toEqual([3, 4, 5]);
  });

  test('are null where nothing is known, and no series at all when nothing ever was', () => {
    const history = new MetricHistory(['a', 'b'], 3);
    history.add(1000, new Map([['a', 0]]));
    history.add(2000, new Map([['a', null]]));

    expect(history.valuesOf('a')).toEqual([0, null]);
    expect(history.valuesOf('b')).toBeNull();
  });

  test('take the same memory from the first to the last: under 100 KB for a whole shop', () => {
    const components = ['product', 'cart', 'order', 'user', 'payment', 'mail', 'operations', 'gateway'];
    const history = new MetricHistory(seriesOf(components));
    const before = history.bytes;
    for (let second = 0; second < 1000; second += 1) history.add(second * 1000, new Map());

    expect(history.times()).toHaveLength(360);
    expect(history.bytes).toBe(before);
    expect(before).toBeLessThan(100_000);
  });
});

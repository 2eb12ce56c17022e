import { describe, expect, test } from '@jest/globals';
import { chartOf, highestOf, type Series, summaryOf } from '../pages/admin/metrics/chart.ts';

const end = Date.parse('2026-11-28T10:00:00.000Z');
/** So many samples, ten seconds apart, the last one at ten o'clock. */
const timesOf = (count: number, stepMs = 10_000) =>
  Array.from({ length: count }, (_, at) => new Date(end - (count - 1 - at) * stepMs).toISOString());
const seriesOf = (value: string, values: Series['values']): Series => ({ label: { name: 'service', value }, values });

describe('a chart', () => {
  test('ends with the last sample, an hour wide, and at a round number above the highest value', () => {
    const chart = chartOf(timesOf(2), [seriesOf('order', [3, 42])], 1);

    expect(chart).toMatchObject({ top: 50, untilMs: end, fromMs: end - 3_600_000 });
    expect(chart.paths).toEqual(['M598.3 112.8h0L600 19.2']);
  });

  test('has gaps where nothing is known, and never a zero; what stands alone is a dot', () => {
    const [path] = chartOf(timesOf(5), [seriesOf('order', [1, null, 1, null, 1])], 1).paths;

    expect(path).toBe('M593.3 0h0M596.7 0h0M600 0h0');
  });

  test('is not drawn over a time in which nobody measured', () => {
    const [path] = chartOf([...timesOf(2, 600_000)], [seriesOf('order', [1, 1])], 1).paths;

    expect(path).toBe('M500 0h0M600 0h0');
  });

  test('of a quiet shop lies on its axis', () => {
    expect(chartOf(timesOf(2), [seriesOf('order', [0, 0])], 0.1)).toMatchObject({ top: 0.1, paths: ['M598.3 120h0L600 120'] });
  });

  test('shows the highest of many, in their order', () => {
    const many = [3, 9, 1, 7, 8].map((value) => seriesOf(String(value), [0, value, null]));

    expect(highestOf(many, 3).map(({ label }) => label.value)).toEqual(['9', '7', '8']);
  });
});

test('a series comes to its last value, its average and its highest; unknown values are not among them', () => {
  expect(summaryOf(seriesOf('order', [1, null, 5]))).toEqual({ now: 5, average: 3, highest: 5 });
  expect(summaryOf(seriesOf('order', [1, 5, null]))).toEqual({ now: null, average: 3, highest: 5 });
});

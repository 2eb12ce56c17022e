import { describe, expect, test } from '@jest/globals';
import { figuresOf } from '../bench/checkout/figures.ts';
import { latencyPlot, processorPlot, throughputPlot } from '../bench/checkout/plots.ts';
import { processTable, seriesTable } from '../bench/checkout/tables.ts';
import { fillPage } from '../bench/performance-page.ts';
import { loadProcess } from '../load/processes.ts';
import type { Report } from '../load/report.ts';

const report = {
  options: { arrivals: { kind: 'closed', users: 50 } },
  seconds: 20,
  tally: { visits: 110, paid: 100, errors: { TIMEOUT: 2 }, rejections: { 'CART_CHANGED, asked again': 7, OUT_OF_STOCK: 3 } },
  steps: [{ step: 'paid', count: 100, p50: 250.4, p90: 300, p95: 1310.6, p99: 1400, max: 1500 }],
  processes: [
    { name: 'gateway', cpuMs: 900, residentMiB: 250 },
    { name: loadProcess, cpuMs: 500, residentMiB: 200 },
    { name: 'order', cpuMs: 600, residentMiB: 150 },
  ],
  work: { statements: { order: 1200, cart: 300 }, fetches: { order: 400 } },
  invariants: [
    { name: 'holds', broken: [] },
    { name: 'is broken', broken: ['an order'] },
  ],
} as unknown as Report;

test('the figures of a measurement are those of the shop, an order', () => {
  expect(figuresOf('50 customers', report)).toEqual({
    name: '50 customers',
    users: 50,
    paidPerSecond: 5,
    paid: { p50: 250.4, p95: 1310.6, p99: 1400 },
    rejected: 3,
    failed: 2,
    processorMs: 15,
    processes: [
      { name: 'gateway', ms: 9 },
      { name: 'order', ms: 6 },
    ],
    statements: 15,
    fetches: 4,
    broken: ['is broken'],
  });
});

describe('the page', () => {
  const found = [figuresOf('50 customers', report)];

  test('has the figures between its marks, and what stood there before is gone', () => {
    const page = '# Page\n<!-- series -->\nold\n<!-- /series -->\nprose\n<!-- other -->\nkept\n<!-- /other -->';
    const filled = fillPage(page, { series: seriesTable(found) });

    expect(filled).toContain('| 50 customers | 5.0 | 250 / 1,311 / 1,400 | 3 | 2 | 15.0 | 15.0 | 4.0 |\n\n<!-- /series -->\nprose');
    expect(filled).not.toContain('old');
    expect(filled).toContain('kept');
    expect(fillPage(filled, { series: seriesTable(found) })).toBe(filled);
  });

  test('without a mark is rejected by its name', () => {
    expect(() => fillPage('no marks', { machine: '' })).toThrow('<!-- machine -->');
  });

  test('shows a dash of zero where another measurement had a process', () => {
    const other = { ...found[0], name: 'other', processes: [] } as (typeof found)[number];

    expect(processTable([...found, other])).toContain('| order | 6.0 | 0.0 |');
    expect(seriesTable(found).split('\n')).toHaveLength(3);
  });
});

test('plots draw each value where its axis has it', () => {
  const found = [1, 2].map((users) => ({ ...figuresOf('x', report), users, paidPerSecond: users * 50 }));

  expect(throughputPlot(found)).toContain('points="198.0,147.0 482.0,34.0"');
  expect(latencyPlot(found).match(/<polyline/g)).toHaveLength(3);
  expect(processorPlot(found[0])).toMatch(/>gateway<[\s\S]*>9\.0<[\s\S]*>order<[\s\S]*>6\.0</);
});

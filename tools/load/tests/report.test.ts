import { stripVTControlCharacters } from 'node:util';
import { expect, describe as group, test } from '@jest/globals';
import { Measurements } from '../measurements.ts';
import { loadProcess } from '../processes.ts';
import { describe, generatorLimit, machine, type Report } from '../report.ts';

function aReport(given: Partial<Report> = {}): Report {
  const measurements = new Measurements();
  measurements.took('paid', 1);
  measurements.begin();
  for (let ms = 1; ms <= 100; ms += 1) measurements.took('paid', ms);
  for (let count = 0; count < 20; count += 1) measurements.paid();
  measurements.rejected('CANCELLED: OUT_OF_STOCK');
  measurements.end();
  measurements.took('paid', 5000);
  return {
    options: {
      arrivals: { kind: 'closed', users: 5 },
      flow: 'checkout',
      seconds: 10,
      warmUpSeconds: 0,
      newCustomers: false,
      hot: null,
      replenish: false,
      json: false,
      profile: null,
      dataDir: '.data',
    },
    machine,
    seconds: 10,
    tally: measurements.tally,
    steps: measurements.figures(),
    processes: [{ name: 'order', cpuMs: 100, residentMiB: 90 }],
    work: { statements: { order: 180, cart: 40, user: 0 }, fetches: { order: 80 } },
    generator: null,
    invariants: [{ name: 'All is well', broken: [] }],
    ...given,
  };
}

const text = (given: Partial<Report> = {}) => stripVTControlCharacters(describe(aReport(given)));

group('the report of a load', () => {
  test('has what was measured between begin and end', () => {
    const [paid] = aReport().steps;

    expect(paid).toMatchObject({ step: 'paid', count: 100 });
    expect([paid?.p50, paid?.p99, paid?.max].map((ms) => Math.round(ms ?? 0))).toEqual([50, 99, 100]);
  });

  test('tells the rate, what was rejected, and the CPU and the work of an order', () => {
    expect(text()).toContain('2.0 paid orders a second');
    expect(text()).toContain('1 × CANCELLED: OUT_OF_STOCK');
    expect(text()).toMatch(/^order +0\.1 +1\.0 % +5\.00 +90$/m);
    expect(text()).toContain('SQL statements an order: 11.0 (order 9.0, cart 2.0)');
    expect(text()).toContain('Requests of the gateway to subgraphs an order: 4.0 (order 4.0)');
    expect(text()).toContain('✓ All is well');
  });

  test('names ten of what breaks an invariant, and says how many there are', () => {
    const broken = Array.from({ length: 12 }, (_, index) => `order ${index}`);
    const shown = text({ invariants: [{ name: 'All is well', broken }] });

    expect(shown).toContain('✗ All is well: 12');
    expect(shown).toContain('order 9');
    expect(shown).not.toContain('order 10');
    expect(shown).toContain('and 2 more');
  });

  test('says when the load itself was the limit', () => {
    const busy = { seconds: 10, processes: [{ name: loadProcess, cpuMs: 9500, residentMiB: 100 }] };
    const idle = { seconds: 10, processes: [{ name: loadProcess, cpuMs: 500, residentMiB: 100 }] };

    expect(generatorLimit({ kind: 'closed', users: 5 }, 100, busy, 0)).toContain('95 % of a core');
    expect(generatorLimit({ kind: 'open', perSecond: 4000 }, 900, idle, 2500)).toMatch(/4000 arrivals.*2500 ms late.*90\.0 visits/);
    expect(generatorLimit({ kind: 'open', perSecond: 40 }, 400, idle, 3)).toBeNull();
    expect(generatorLimit({ kind: 'closed', users: 5 }, 100, idle, 0)).toBeNull();
  });
});

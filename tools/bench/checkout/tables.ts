import type { Figures } from './figures.ts';

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const whole = (number: number) => Math.round(number).toLocaleString('en');

export function seriesTable(found: readonly Figures[]): string {
  const head = [
    'load',
    'paid a second',
    'answered → PAID p50 / p95 / p99 ms',
    'rejected',
    'failed',
    'CPU an order, ms',
    'SQL statements an order',
    'subgraph requests an order',
  ];
  return table(
    head,
    found.map(({ name, paidPerSecond, paid, rejected, failed, processorMs, statements, fetches }) => [
      name,
      paidPerSecond.toFixed(1),
      [paid.p50, paid.p95, paid.p99].map(whole).join(' / '),
      whole(rejected),
      whole(failed),
      processorMs.toFixed(1),
      statements.toFixed(1),
      fetches.toFixed(1),
    ]),
  );
}

export function processTable(found: readonly Figures[]): string {
  const names = [...new Set(found.flatMap(({ processes }) => processes.map(({ name }) => name)))];
  return table(
    ['ms of CPU an order', ...found.map(({ name }) => name)],
    names.map((name) => [name, ...found.map(({ processes }) => (processes.find((process) => process.name === name)?.ms ?? 0).toFixed(1))]),
  );
}

import { cpus } from 'node:os';
import color from 'picocolors';
import type { Verdict } from '../invariants/ask-invariants.ts';
import type { StepFigures, Tally } from './measurements.ts';
import type { Arrivals, LoadOptions } from './options.ts';
import { loadProcess, type ProcessFigures } from './processes.ts';
import type { Counts, Work } from './work.ts';

export type Report = {
  readonly options: LoadOptions;
  readonly machine: { readonly cores: number; readonly model: string; readonly node: string };
  /** What was measured, in seconds. */
  readonly seconds: number;
  readonly tally: Tally;
  readonly steps: readonly StepFigures[];
  readonly processes: readonly ProcessFigures[];
  readonly work: Work;
  /** Why the load itself was the limit; null when it was not. */
  readonly generator: string | null;
  readonly invariants: readonly Verdict[];
};

export const machine = { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown processor', node: process.version };

/** Why the load itself was the limit, or null: it had no CPU left, or arrivals began late. A closed loop makes no promise of a rate. */
export function generatorLimit(
  arrivals: Arrivals,
  visits: number,
  { seconds, processes }: Pick<Report, 'seconds' | 'processes'>,
  latenessP99: number,
): string | null {
  const own = processes.find(({ name }) => name === loadProcess);
  const share = own ? own.cpuMs / 1000 / seconds : 0;
  if (share > 0.9)
    return `The load was the limit: it used ${(share * 100).toFixed(0)} % of a core. What the shop can do is more than is shown here.`;
  if (arrivals.kind === 'open' && latenessP99 > 100)
    return `The load was the limit: ${arrivals.perSecond} arrivals a second were asked for, and they began up to ${latenessP99.toFixed(0)} ms late (p99); ${(visits / seconds).toFixed(1)} visits a second ended.`;
  return null;
}

/** The report for people. */
export function describe(report: Report): string {
  const { options, seconds, tally } = report;
  const who =
    options.arrivals.kind === 'closed' ? `${options.arrivals.users} customers` : `${options.arrivals.perSecond} arrivals a second`;
  const kind = options.newCustomers ? 'new ones' : 'returning ones';
  const perSecond = (count: number) => (count / seconds).toFixed(1);
  return [
    '',
    color.bold(`${perSecond(tally.paid)} paid orders a second`) +
      `, ${perSecond(tally.visits)} visits a second: ${who}, ${kind}, ${seconds.toFixed(0)} s; ${machine.cores} × ${machine.model}, Node ${machine.node}`,
    '',
    ...stepTable(report.steps),
    '',
    ...listOf('Rejected by the rules of the shop', tally.rejections),
    ...listOf('Failed', tally.errors),
    ...processTable(report.processes, tally.paid, seconds),
    ...(tally.paid === 0 ? [] : ['', ...workLines(report.work, tally.paid)]),
    ...(report.generator === null ? [] : ['', color.yellow(report.generator)]),
    '',
    ...report.invariants.flatMap(verdictLines),
    '',
  ].join('\n');
}

function stepTable(steps: readonly StepFigures[]): string[] {
  const head = `${'step'.padEnd(14)}${['count', 'p50 ms', 'p90 ms', 'p95 ms', 'p99 ms', 'max ms'].map((title) => title.padStart(10)).join('')}`;
  const row = ({ step, count, p50, p90, p95, p99, max }: StepFigures) =>
    `${step.padEnd(14)}${String(count).padStart(10)}${[p50, p90, p95, p99, max].map((ms) => ms.toFixed(1).padStart(10)).join('')}`;
  return [color.dim(head), ...steps.map(row), color.dim('paid: from the answer of place order until PAID is on the WebSocket')];
}

function listOf(title: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts).sort(([, one], [, other]) => other - one);
  return entries.length === 0 ? [] : [`${title}: ${entries.map(([what, count]) => `${count} × ${what}`).join(', ')}`, ''];
}

function processTable(processes: readonly ProcessFigures[], paid: number, seconds: number): string[] {
  if (processes.length === 0) return ['The CPU of processes is read from /proc, which this system does not have.'];
  const head = `${'process'.padEnd(24)}${['CPU s', 'of a core', 'ms an order', 'MiB'].map((title) => title.padStart(13)).join('')}`;
  const cells = (cpuMs: number, mib: string) =>
    [(cpuMs / 1000).toFixed(1), `${(cpuMs / 10 / seconds).toFixed(1)} %`, paid === 0 ? '–' : (cpuMs / paid).toFixed(2), mib]
      .map((cell) => cell.padStart(13))
      .join('');
  const rows = processes.map(
    ({ name, cpuMs, residentMiB }) => `${name.padEnd(24)}${cells(cpuMs, residentMiB === null ? '' : residentMiB.toFixed(0))}`,
  );
  const all = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  return [color.dim(head), ...rows, color.bold(`${'all'.padEnd(24)}${cells(all, '')}`)];
}

function workLines({ statements, fetches }: Work, paid: number): string[] {
  const line = (title: string, counts: Counts) => {
    const rows = Object.entries(counts).filter(([, count]) => count / paid >= 0.05);
    const all = rows.reduce((sum, [, count]) => sum + count, 0);
    const shown = rows.sort(([, one], [, other]) => other - one).map(([who, count]) => `${who} ${(count / paid).toFixed(1)}`);
    return rows.length === 0 ? [] : [`${title}: ${(all / paid).toFixed(1)} (${shown.join(', ')})`];
  };
  return [...line('SQL statements an order', statements), ...line('Requests of the gateway to subgraphs an order', fetches)];
}

function verdictLines({ name, broken }: Verdict): string[] {
  if (broken.length === 0) return [`${color.green('✓')} ${name}`];
  const shown = broken.slice(0, 10).map((sentence) => `    ${sentence}`);
  const more = broken.length > shown.length ? [`    and ${broken.length - shown.length} more`] : [];
  return [`${color.red('✗')} ${name}: ${broken.length}`, ...shown, ...more];
}

import color from 'picocolors';
import { percentile } from '../percentile.ts';
import type { Seen } from './visitor.ts';

/** One attack: what came back to the attacker, what a visitor saw, and the gateway's memory in MiB. */
export type Result = {
  readonly name: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly visitor: { readonly before: Seen; readonly during: Seen; readonly after: Seen };
  readonly memory: { readonly before: number; readonly highest: number; readonly after: number };
};

const mostP99Ms = 250;
const mostMemory = 100;

const p99 = ({ latencies }: Seen) => percentile(latencies, 0.99);

/** Whether all others were served, in time and within the memory that was there before. */
export function fulfils({ visitor: { during, after }, memory }: Result): boolean {
  return (
    [during, after].every((seen) => seen.failures.length === 0 && p99(seen) < mostP99Ms) && memory.highest - memory.before < mostMemory
  );
}

const widths = [22, 18, 18, 18, 10, 26] as const;
const cells = (values: readonly string[]) => values.map((value, index) => value.padEnd(widths[index] ?? 0)).join('');

export const tableHead = `  ${cells(['attack', 'before p50/p99', 'during p50/p99', '10 s later', 'failed', 'gateway MiB'])}answers to the attacker`;

/** One line of the table under `tableHead`; latencies in milliseconds. */
export function describeResult(result: Result): string {
  const { before, during, after } = result.visitor;
  const times = (seen: Seen) => `${percentile(seen.latencies, 0.5).toFixed(0)} / ${p99(seen).toFixed(0)} ms`;
  const memory = [result.memory.before, result.memory.highest, result.memory.after].map((value) => value.toFixed(0)).join(' → ');
  const failed = during.failures.length + after.failures.length;
  const outcomes = Object.entries(result.outcomes).map(([outcome, count]) => `${count} × ${outcome}`);
  const line = cells([result.name, times(before), times(during), times(after), String(failed), memory]) + outcomes.join(', ');
  const why = [...new Set([...during.failures, ...after.failures])].slice(0, 3).map((failure) => `\n    ${color.dim(failure)}`);
  return `${fulfils(result) ? color.green('✓') : color.red('✗')} ${line}${why.join('')}`;
}

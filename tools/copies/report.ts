import color from 'picocolors';
import type { Exercise } from './exercise.ts';

const mostShown = 40;

/** The table at the end, and what is wrong. */
export function reportOf({ ledger, restarts, limit, problems }: Exercise, seconds: number): string {
  const { acknowledged, followed, closes } = ledger;
  const steps = followed.reduce((sum, one) => sum + one.steps.length, 0);
  const twice = acknowledged.filter(({ entrances }) => entrances.length > 1).length;
  const slowest = restarts.reduce((most, restart) => Math.max(most, restart.seconds), 0);
  const rows: readonly (readonly [string, string])[] = [
    ['requests offered', String(ledger.offered)],
    ['requests failed', String(ledger.failed.length)],
    ['orders acknowledged', `${acknowledged.length}, of them ${twice} placed at every entrance at once`],
    ['orders followed', `${followed.length} times, ${steps} steps seen`],
    ['sockets closed under a subscription', [...closes].map(([code, count]) => `${count} with ${code}`).join(', ') || 'none'],
    [
      'guest requests at all entrances',
      `${limit.sent} in ${limit.seconds.toFixed(1)} s, ${limit.answered} answered, ${limit.rejected} limited`,
    ],
    ['restarted', `${restarts.length}, the slowest in ${slowest.toFixed(1)} s`],
    ['in all', `${seconds.toFixed(0)} s`],
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(36)} ${value}`).join('\n');
  return `\n${table}\n\n${verdictOf(problems)}\n`;
}

function verdictOf(problems: readonly string[]): string {
  if (problems.length === 0)
    return `  ${color.green('✓')} Every order has its effects once, every step was seen once, and no request failed.`;
  const shown = problems.slice(0, mostShown).map((problem) => `  ${color.red('✗')} ${problem}`);
  const more = problems.length > mostShown ? [`  … and ${problems.length - mostShown} more`] : [];
  return [...shown, ...more].join('\n');
}

import color from 'picocolors';
import { type CheckError, printPlace } from './check-error.ts';
import type { Use } from './classify-changes.ts';
import type { Review, ReviewedChange } from './review.ts';

type Paint = typeof color;

/** What a person at a terminal reads. */
export function reportText(review: Review, paint: Paint = color): string {
  const rejected = review.changes.filter(({ verdict }) => verdict === 'rejected');
  const allowed = review.changes.filter(({ verdict }) => verdict === 'allowed');
  const problems = review.problems.map((problem) => `${paint.red('✗')} ${paint.bold(printPlace(problem))} ${problem.message}`);
  const lines = [...problems, ...rejected.map((change) => rejection(change, paint)), ...table(allowed, paint)];
  return `${[...lines, summary(review, problems.length + rejected.length, paint)].join('\n')}\n`;
}

/** What is printed when the check could not run. */
export function reportCheckError({ message, place }: CheckError, paint: Paint = color): string {
  return `${paint.red('✗')} ${place ? `${paint.bold(printPlace(place))} ` : ''}${message}\n`;
}

function rejection(change: ReviewedChange, paint: Paint): string {
  const head = `${paint.red('✗')} ${change.place ? `${paint.bold(printPlace(change.place))} ` : ''}${change.message} Rejected: ${change.because}.`;
  const uses = change.uses.map((use) => `    ${printUse(use)}`);
  return [head, ...uses, ...(change.instead === null ? [] : [`    ${paint.cyan('instead')} ${change.instead}`])].join('\n');
}

/** `playground  OrderStatus  schema/operations/playground/order-status.graphql:6`. */
export function printUse({ client, operation, file, line, isOfBase }: Use): string {
  return `${client.padEnd(11)} ${operation.padEnd(20)} ${file}:${line}${isOfBase ? ' in the base' : ''}`;
}

const longest = 40;

function table(changes: readonly ReviewedChange[], paint: Paint): string[] {
  const shown = changes.slice(0, longest).map((change) => {
    const level = change.level === 'safe' ? paint.green(change.level.padEnd(10)) : paint.yellow(change.level.padEnd(10));
    const who = [...new Set(change.uses.map(({ client }) => client))].join(', ');
    const why = change.level === 'safe' ? '' : paint.dim(` ${change.because}${who === '' ? '' : `: ${who}`}`);
    return `  ${level} ${whereOf(change).padEnd(18)} ${change.message}${why}`;
  });
  return changes.length > longest ? [...shown, paint.dim(`  and ${changes.length - longest} more`)] : shown;
}

/** In whose SDL a change was made, and whether clients see it. */
export function whereOf({ subgraphs, isPublic }: ReviewedChange): string {
  const names = subgraphs.length === 0 ? 'composition' : subgraphs.join(', ');
  return isPublic ? names : `${names}, inside`;
}

function summary(review: Review, rejections: number, paint: Paint): string {
  const compared = review.base === null ? 'there is nothing to compare with yet' : `${review.changes.length} changes since ${review.base}`;
  const graph = `${review.subgraphs} subgraphs, ${review.operations} registered operations, ${compared}`;
  return rejections === 0 ? `${paint.green('✓')} The graph may go out: ${graph}.` : `${paint.red(`✗ ${rejections} rejected`)}: ${graph}.`;
}

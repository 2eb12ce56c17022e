import type { CheckError, Place } from './check-error.ts';
import { whereOf } from './report-text.ts';
import type { Review, ReviewedChange } from './review.ts';

/** Workflow commands, one a line, that GitHub shows at the line of the file. */
export function annotations(review: Review): string {
  const problems = review.problems.map((problem) => command('error', problem, problem.message));
  const changes = review.changes.flatMap((change) => {
    if (change.level === 'safe') return [];
    const rejected = change.verdict === 'rejected';
    const uses = change.uses.map(({ client, operation, file, line }) => `${client}: ${operation} (${file}:${line})`);
    const message = [`${change.message} ${rejected ? 'Rejected' : 'Allowed'}: ${change.because}.`, ...uses, change.instead ?? ''];
    return [command(rejected ? 'error' : 'notice', change.place, message.filter(Boolean).join('\n'))];
  });
  return [...problems, ...changes].map((line) => `${line}\n`).join('');
}

export function annotateCheckError({ message, place }: CheckError): string {
  return `${command('error', place, message)}\n`;
}

function command(level: 'error' | 'notice', place: Place | null, message: string): string {
  const properties = place === null ? [] : [`file=${property(place.file)}`, ...(place.line === undefined ? [] : [`line=${place.line}`])];
  return `::${level} ${[...properties, 'title=Schema'].join(',')}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The table of a step summary, in Markdown: what changed in the graph, and for whom. */
export function stepSummary(review: Review): string {
  const rejected = review.problems.length + review.changes.filter(({ verdict }) => verdict === 'rejected').length;
  const head = `## Schema: ${rejected === 0 ? 'may go out' : `${rejected} rejected`}\n\nCompared with ${review.base ?? 'nothing'}. ${review.subgraphs} subgraphs, ${review.operations} registered operations.\n\n`;
  const problems = review.problems.map(({ file, line, message }) => row(['rejected', `\`${file}:${line ?? 1}\``, message, '', '']));
  const rows = [...problems, ...review.changes.map(changeRow)];
  if (rows.length === 0) return `${head}Nothing changed.\n`;
  return `${head}| Verdict | Where | What | Level | For whom |\n|---|---|---|---|---|\n${rows.join('')}`;
}

function changeRow(change: ReviewedChange): string {
  const uses = change.uses.map(({ client, operation, file, line }) => `${client}: ${operation} (\`${file}:${line}\`)`);
  const what = [change.message, change.instead ?? ''].filter(Boolean).join(' ');
  return row([change.verdict, whereOf(change), what, change.level, uses.join('<br>')]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
}

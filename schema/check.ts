import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findBase } from './base.ts';
import { CheckError } from './check-error.ts';
import { projectRoot, readCheckout, readIndex } from './files.ts';
import { whyNoHistory } from './history.ts';
import { annotateCheckError, annotations, stepSummary } from './report-github.ts';
import { reportCheckError, reportText } from './report-text.ts';
import { type Review, review } from './review.ts';

const usage = `npm run schema                  composes the graph and classifies the changes since the merge base with origin/main (or main)
npm run schema -- --base REF    … since this commit
npm run schema -- --staged      … in what is about to be committed
npm run schema -- --json        … for programs

Exit code 0: no breaking change. 1: a breaking change or a lint error. 2: the check could not run.
`;

/** The report of the check: for the terminal, GitHub's summary, and the shell. */
export type Outcome = { readonly output: string; readonly summary: string; readonly exitCode: 0 | 1 | 2 };

type Surroundings = { readonly root: string; readonly onGithub: boolean; readonly note?: (line: string) => void };

/** Runs the check with these arguments. A check that could not run is an outcome, too. */
export async function checkSchema(args: readonly string[], { root, onGithub, note = () => undefined }: Surroundings): Promise<Outcome> {
  const plain = onGithub ? 'github' : 'text';
  const shape: Shape = args.includes('--json') ? 'json' : plain;
  try {
    const options = readOptions(args);
    if (options.help) return { output: usage, summary: '', exitCode: 0 };
    const files = options.staged ? readIndex(root) : readCheckout(root);
    const base = findBase(options.base, root);
    // a skipped comparison is reported explicitly
    if (base === null && shape === 'text') note(`Nothing is compared with the commits before: ${whyNoHistory(root)}.`);
    return report(await review(files, base), shape);
  } catch (error) {
    if (error instanceof CheckError) return reportFailure(error, shape);
    throw error;
  }
}

type Shape = 'json' | 'github' | 'text';

function report(found: Review, shape: Shape): Outcome {
  const exitCode = isRejected(found) ? 1 : 0;
  const summary = stepSummary(found);
  if (shape === 'json') return { output: json({ verdict: exitCode === 0 ? 'ok' : 'rejected', exitCode, ...found }), summary, exitCode };
  return { output: reportText(found) + (shape === 'github' ? annotations(found) : ''), summary, exitCode };
}

function reportFailure(error: CheckError, shape: Shape): Outcome {
  const { message, place } = error;
  const summary = `## Schema: the check could not run\n\n${message}\n`;
  if (shape === 'json') return { output: json({ verdict: 'failed', exitCode: 2, message, place }), summary, exitCode: 2 };
  return { output: reportCheckError(error) + (shape === 'github' ? annotateCheckError(error) : ''), summary, exitCode: 2 };
}

function readOptions(args: readonly string[]) {
  try {
    const options = {
      base: { type: 'string' },
      staged: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new CheckError(`"${args.join(' ')}" is not understood; see npm run schema -- --help.`);
  }
}

function isRejected({ problems, changes }: Review): boolean {
  return problems.length > 0 || changes.some(({ verdict }) => verdict === 'rejected');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) {
  const { env } = process;
  const { output, summary, exitCode } = await checkSchema(process.argv.slice(2), {
    root: projectRoot,
    onGithub: env['GITHUB_ACTIONS'] === 'true',
    note: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(output);
  if (env['GITHUB_STEP_SUMMARY'] && summary !== '') appendFileSync(env['GITHUB_STEP_SUMMARY'], summary);
  process.exitCode = exitCode;
}

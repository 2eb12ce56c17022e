import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readCommandLine } from '#platform/command.ts';
import { type Base, findBase } from '#schema/base.ts';
import { CheckError } from '#schema/check-error.ts';
import { git } from '#schema/files.ts';
import { whyNoHistory } from '#schema/history.ts';
import { type Outcome, printFailure, printReport, type Report } from './findings.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files of a commit below some folders, by path, as `wanted` chooses them; contents are read when they are asked for. */
export type Tree = { readonly paths: readonly string[]; read(path: string): string };

export function treeOf(base: Base | null, folders: readonly string[]): Tree | null {
  if (base === null) return null;
  const paths = git(root, ['ls-tree', '-r', '-z', '--name-only', base.commit, '--', ...folders])
    .split('\0')
    .filter(Boolean);
  return { paths, read: (path) => git(root, ['show', `${base.commit}:${path}`]) };
}

/** Loads a module of the checkout. @throws CheckError with its file and line when it throws. */
export async function load(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(join(root, path)).href)) as Record<string, unknown>;
  } catch (error) {
    // by shape: an error of another realm is no instance of Error
    const { message = String(error), stack = '' } = error as { message?: string; stack?: string };
    // an address, whose blanks are escaped
    const [, url, line] = /(file:\/\/\/(?:(?!node_modules)[^\s:()])+\.ts):(\d+)/.exec(stack) ?? [];
    const place = url === undefined ? { file: path } : { file: relative(root, fileURLToPath(url)), line: Number(line) };
    throw new CheckError(`It cannot be loaded: ${message.split('\n')[0]}`, place);
  }
}

/** One of the checks of what goes out, as a command of its own: `npm run <name>`. */
export type Check = {
  readonly name: string;
  /** What it does, for its --help. */
  readonly checks: string;
  /** Whether it can look at what is staged, too, instead of the files of the checkout. */
  readonly canReadIndex?: boolean;
  /** @throws CheckError when it cannot evaluate. */
  run(base: Base | null, where: { readonly root: string; readonly staged: boolean }): Promise<Report>;
};

export type CheckOptions = {
  readonly base?: string | undefined;
  readonly staged?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly github?: boolean | undefined;
};

/** What a check writes where, and its exit code: 0 compatible, 1 a breaking change, 2 the check could not run, with one sentence. */
export async function evaluate(check: Check, options: CheckOptions, root: string): Promise<Outcome> {
  try {
    const base = findBase(options.base, root);
    const report = await check.run(base, { root, staged: options.staged ?? false });
    const note = base === null && !options.json ? `Nothing is compared with the commits before: ${whyNoHistory(root)}.\n` : '';
    return { ...printReport(report, options), stderr: note };
  } catch (error) {
    // by shape: an error of another realm is no instance of Error
    const { message = String(error) } = error as { message?: string };
    return printFailure({ check: check.name, message, place: error instanceof CheckError ? error.place : null }, options);
  }
}

/** The life of a check as a command. */
export async function runCheck(check: Check): Promise<void> {
  const options = { base: { type: 'string' }, json: { type: 'boolean' }, github: { type: 'boolean' } } as const;
  const { values } = readCommandLine(usageOf(check), check.canReadIndex ? { ...options, staged: { type: 'boolean' } } : options);
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  const asked = { github: GITHUB_ACTIONS === 'true', ...values, staged: 'staged' in values && values.staged === true };
  const { stdout, stderr, summary, exitCode } = await evaluate(check, asked, root);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, summary);
  process.exitCode = exitCode;
}

function usageOf({ name, checks, canReadIndex }: Check): string {
  const lines = [
    ['', checks],
    [' -- --base REF', 'compares with this commit instead of the merge base with origin/main (or main)'],
    ...(canReadIndex ? [[' -- --staged', 'looks at what is about to be committed']] : []),
    [' -- --json', 'for programs; --github for annotations (by itself in GitHub Actions)'],
  ];
  const list = lines.map(([option = '', does]) => `${`npm run ${name}${option}`.padEnd(31)} ${does}`).join('\n');
  return `${list}\n\nExit code 0: compatible. 1: a breaking change. 2: the check could not run.\n`;
}

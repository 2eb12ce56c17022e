import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Account, accountForPostgres, canRun, copyPrograms, findPrograms, makeExecutable } from './postgres-programs.ts';
import { Problem, reasonOf } from './problem.ts';

export type PostgresHome = {
  /** The folder with `bin`, `lib` and `share`. */
  readonly programs: string;
  /** The folder that holds the cluster, its password and its log; it belongs to `account`. */
  readonly folder: string;
  readonly account: Account;
};

/**
 * Where PostgreSQL can live for `dataDir`: there, and with the programs in node_modules, if the account that runs it can reach both.
 * As root that account is another one than ours, and a checkout under a closed home folder (mode 700) is out of its reach: then the data,
 * the programs or both are put under the system's state directory, `dataDir/moved-to` remembers where, and `say` is called.
 */
export function findPostgresHome(dataDir: string, say: (message: string) => void): PostgresHome {
  const own = resolve(dataDir);
  makeFolder(own);
  const native = findPrograms();
  makeExecutable(native);
  const account = accountForPostgres();
  if (account === null) return { programs: native, folder: own, account };

  const folder = homeOf(own, account);
  if (folder !== own) say(`PostgreSQL may not run as root and cannot reach ${own}; its data is in ${folder}`);
  chmodSync(folder, 0o711);
  return { programs: canRun(native, account) ? native : copyFor(native, account), folder, account };
}

/** Deletes the data of PostgreSQL, also where it was moved. */
export function removePostgresData(dataDir: string): void {
  const own = resolve(dataDir);
  const moved = movedTo(own);
  // only ever a folder that this file made: a mistaken pointer must not delete anything else
  if (moved !== null && stateRoots().includes(dirname(moved)) && /^[0-9a-f]{16}$/.test(basename(moved)))
    rmSync(moved, { recursive: true, force: true });
  rmSync(own, { recursive: true, force: true });
}

function homeOf(own: string, account: NonNullable<Account>): string {
  const moved = movedTo(own);
  if (moved !== null && existsSync(moved)) return moved;
  // the folder itself is ours to open; the ones above it are not
  chmodSync(own, (statSync(own).mode & 0o777) | 0o011);
  if (canReach(own, account)) return own;
  const folder = join(stateRootFor(account), randomBytes(8).toString('hex'));
  makeFolder(folder);
  writeFileSync(join(own, 'moved-to'), `${folder}\n`);
  return folder;
}

function movedTo(own: string): string | null {
  const pointer = join(own, 'moved-to');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : null;
}

/** All checkouts of this machine share one copy of the programs of a version. */
function copyFor(native: string, account: NonNullable<Account>): string {
  const target = join(stateRootFor(account), `programs-${versionOf(native)}`);
  copyPrograms(native, target);
  if (canRun(target, account)) return target;
  throw new Problem(
    `PostgreSQL does not run here, neither in ${native} nor as a copy in ${target}: give a PostgreSQL 14 or newer as POSTGRES_URL.`,
  );
}

function versionOf(native: string): string {
  const about: unknown = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'));
  return typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : 'unknown';
}

const stateRoots = () => [...new Set(['/var/lib/marigold', join(tmpdir(), 'marigold-state'), '/tmp/marigold-state'])];

function stateRootFor(account: NonNullable<Account>): string {
  for (const root of stateRoots()) {
    try {
      mkdirSync(root, { recursive: true, mode: 0o755 });
      const about = lstatSync(root);
      // in a shared temporary directory another user may have made it first
      if (about.isDirectory() && about.uid === 0 && canReach(root, account)) return root;
    } catch {
      // the next one
    }
  }
  throw new Problem(
    `PostgreSQL may not run as root, and no folder was found that its account can reach (tried ${stateRoots().join(', ')}): start as another user, or give POSTGRES_URL.`,
  );
}

function canReach(folder: string, account: NonNullable<Account>): boolean {
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Problem(`The folder ${folder} cannot be made: ${reasonOf(error)}.`, { cause: error });
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chownSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresHome } from './postgres-home.ts';
import { codeOf, Problem, reasonOf } from './problem.ts';
import { commandOf, isAlive } from './processes.ts';

/** False when there is none yet. @throws Problem when it cannot be looked at. */
export function hasCluster(cluster: string): boolean {
  try {
    accessSync(join(cluster, 'PG_VERSION'), constants.R_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw unreadable(cluster, error);
  }
}

/** Makes a cluster with a superuser `postgres` and a password of its own, kept beside it; complete or not at all. */
export async function makeCluster({ programs, folder, account }: PostgresHome, cluster: string): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  const passwordFile = join(folder, 'password');
  try {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(cluster)) throw new Problem(`The folder ${cluster} is not a cluster of PostgreSQL: remove it, or start with --reset.`);
    if (account !== null) chownSync(folder, account.uid, account.gid);
    writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
    if (account !== null) chownSync(passwordFile, account.uid, account.gid);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`PostgreSQL cannot write its data in ${folder}: ${reasonOf(error)}.`, { cause: error });
  }
  const flags = [
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--no-instructions',
    '--no-sync',
  ];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const { code, output } = await run(join(programs, 'bin', 'initdb'), [`--pgdata=${unfinished}`, ...flags, ...locale], account);
  if (code !== 0) throw new Problem(`PostgreSQL could not make its cluster in ${folder}: ${lastSentence(output)}`);
  // the final name marks it as complete: an interrupted attempt starts again
  renameSync(unfinished, cluster);
}

function run(program: string, args: readonly string[], account: PostgresHome['account']): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...account, cwd: '/', env: environment(), detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const output: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output: output.join('') }));
  });
}

// PG* variables of the person's own shell are not meant for this server
export const environment = () => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.env['SYSTEMROOT'] ? { SYSTEMROOT: process.env['SYSTEMROOT'] } : {}),
});

/** @throws Problem when another major version made the data. */
export function assertVersion(home: PostgresHome, cluster: string): void {
  const made = readOwn(join(cluster, 'PG_VERSION')).trim();
  const runs = /\b(\d+)\./.exec(
    execFileSync(join(home.programs, 'bin', 'postgres'), ['--version'], { ...home.account, cwd: '/', encoding: 'utf8' }),
  )?.[1];
  if (made !== runs) {
    throw new Problem(
      `The data in ${cluster} was made by PostgreSQL ${made}, and this is PostgreSQL ${runs}: start with --reset to start over.`,
    );
  }
}

/** @throws Problem when it cannot be read. */
export function readOwn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) =>
  new Problem(`The data of PostgreSQL cannot be read (${path}): ${reasonOf(error)}. Put it right, or start with --reset.`, {
    cause: error,
  });

/** A server that lost its supervisor is stopped; a pid file that names a foreign process is a leftover of a crash. */
export async function stopLeftOver(cluster: string, say: (message: string) => void): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readOwn(pidFile), 10);
  // a pid file of 0 exists after a full disk, and signal 0 to process 0 would succeed
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !commandOf(pid).includes(`postgres -D ${cluster}`)) {
    rmSync(pidFile, { force: true });
    return;
  }
  say(`stopping a PostgreSQL that an earlier run left behind (process ${pid})`);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      throw new Problem(`A PostgreSQL of an earlier run (process ${pid}) uses ${cluster} and cannot be stopped: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
    for (let waited = 0; waited < 5000 && isAlive(pid); waited += 50) await sleep(50);
  }
}

/** What went wrong, from the end of what a program of PostgreSQL wrote. */
export function lastSentence(output: string, otherwise = 'it gave no reason'): string {
  const lines = output.split('\n').filter((line) => /(FATAL|PANIC|error|could not|cannot)/i.test(line));
  const line = (lines[0] ?? output.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|ERROR|initdb: error|initdb):\s*/, '').trim();
  return `${(line || otherwise).replace(/\.?$/, '')}.`;
}

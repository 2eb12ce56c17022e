import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, fchmodSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';
import { lastLines } from './last-lines.ts';
import { freePort, isPortFree } from './ports.ts';
import { assertVersion, environment, hasCluster, lastSentence, makeCluster, readOwn, stopLeftOver } from './postgres-cluster.ts';
import { findPostgresHome, type PostgresHome } from './postgres-home.ts';
import { Problem } from './problem.ts';

export type PostgresOptions = {
  /** Holds the cluster; made when it is missing. */
  dataDir: string;
  /** Without it, or 0: any free one. */
  port?: number;
  /** Called with what is worth saying while it starts. */
  onProgress?: (message: string) => void;
  /** Settings of PostgreSQL beside ours, for tests: `{ fsync: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
};

export type RunningPostgres = {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where its data is; not in `dataDir` when the account that runs it cannot reach that. */
  readonly folder: string;
  /** Resolves to why it ended, when it did so without being asked. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Rolls back what is open and ends; by force after `withinMs`, 3 s when it is not given. */
  stop(withinMs?: number): Promise<void>;
};

const startWithinMs = 60_000;

/** What suits one machine with a dozen small services: few processes, little memory, no unhurried writer on a timer. */
const settingsOfOurs = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  // tables of a new shop are empty, and are read from end to end until somebody counts their rows
  autovacuum_naptime: '10s',
  log_min_messages: 'warning',
  // no rows of tables in the log, which errors would show otherwise
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts the PostgreSQL 18 that npm installed, on the loopback address only, with its data in `dataDir`; the first time it makes the cluster.
 * A server that an earlier run left behind is stopped first. It ends with this process, also after `kill -9`.
 * @throws Problem with one sentence when the machine is in the way.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const say = options.onProgress ?? (() => undefined);
  const home = findPostgresHome(options.dataDir, say);
  const cluster = join(home.folder, 'cluster');
  if (!hasCluster(cluster)) {
    say('making the database cluster');
    await makeCluster(home, cluster);
  }
  assertVersion(home, cluster);
  await stopLeftOver(cluster, say);
  const port = await choosePort(options.port ?? 0);
  const password = readOwn(join(home.folder, 'password')).trim();
  const server = launch(home, cluster, port, options.settings ?? {});
  const ended = whyEnded(server, home);
  const tie = endWithUs(server.pid, 'INT');
  try {
    await untilReady(server, cluster, home, ended);
  } catch (error) {
    tie.loosen();
    throw error;
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid: Number(server.pid),
    folder: home.folder,
    ended,
    kill: (signal) => server.kill(signal),
    async stop(withinMs = 3000) {
      tie.loosen();
      await stopServer(server, home, cluster, withinMs);
    },
  };
}

async function choosePort(wanted: number): Promise<number> {
  if (wanted === 0 || (await isPortFree(wanted))) return wanted === 0 ? freePort() : wanted;
  throw new Problem(`PostgreSQL cannot use port ${wanted}: another program listens there.`);
}

function launch(
  { programs, folder, account }: PostgresHome,
  cluster: string,
  port: number,
  more: Readonly<Record<string, string>>,
): ChildProcess {
  const settings = Object.entries({ ...settingsOfOurs, ...more, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const log = openSync(join(folder, 'server.log'), 'w', 0o600);
  // one of an earlier release
  fchmodSync(log, 0o600);
  try {
    // a process group of its own: Ctrl-C in the terminal is for us, and we stop it after those who use it
    return spawn(join(programs, 'bin', 'postgres'), ['-D', cluster, ...settings], {
      ...account,
      cwd: '/',
      env: environment(),
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

function whyEnded(server: ChildProcess, home: PostgresHome): Promise<string> {
  return new Promise((resolve) => {
    server.on('error', (error) => resolve(error.message));
    server.on('exit', (code, signal) => {
      const said = lastSentence(lastLines(join(home.folder, 'server.log'), 5), `ended with code ${code}`);
      resolve(signal === null ? said : `was ended by ${signal}.`);
    });
  });
}

async function untilReady(server: ChildProcess, cluster: string, home: PostgresHome, ended: Promise<string>): Promise<void> {
  const end = Date.now() + startWithinMs;
  while (Date.now() < end) {
    if (isReady(join(cluster, 'postmaster.pid'), server.pid)) return;
    const why = await Promise.race([ended, sleep(20)]);
    if (why !== undefined) throw new Problem(`PostgreSQL did not start: ${why} Its log is ${join(home.folder, 'server.log')}.`);
  }
  server.kill('SIGKILL');
  throw new Problem(`PostgreSQL was not ready within ${startWithinMs / 1000} s. Its log is ${join(home.folder, 'server.log')}.`);
}

/** The server itself writes its state into the eighth line of its pid file. */
function isReady(pidFile: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function stopServer(server: ChildProcess, home: PostgresHome, cluster: string, withinMs: number): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  if (process.platform === 'win32')
    execFileSync(join(home.programs, 'bin', 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast'], { stdio: 'ignore' });
  // SIGINT: roll back what is open and end; SIGQUIT: end now, and recover at the next start
  else server.kill('SIGINT');
  if (await Promise.race([gone.then(() => true), sleep(withinMs, false, { ref: false })])) return;
  server.kill('SIGQUIT');
  if (await Promise.race([gone.then(() => true), sleep(300, false, { ref: false })])) return;
  server.kill('SIGKILL');
  await gone;
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';
import { lastLines } from './last-lines.ts';
import { freePort, isPortFree } from './ports.ts';
import { findPostgresHome, type PostgresHome } from './postgres-home.ts';
import { codeOf, Problem, reasonOf } from './problem.ts';
import { commandOf, isAlive } from './processes.ts';

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
  log_min_messages: 'warning',
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

function hasCluster(cluster: string): boolean {
  try {
    accessSync(join(cluster, 'PG_VERSION'), constants.R_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw unreadable(cluster, error);
  }
}

async function choosePort(wanted: number): Promise<number> {
  if (wanted === 0 || (await isPortFree(wanted))) return wanted === 0 ? freePort() : wanted;
  throw new Problem(`PostgreSQL cannot use port ${wanted}: another program listens there.`);
}

async function makeCluster({ programs, folder, account }: PostgresHome, cluster: string): Promise<void> {
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
  // the name says that it is complete: an interrupted attempt is begun anew
  renameSync(unfinished, cluster);
}

function run(program: string, args: readonly string[], account: PostgresHome['account']): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...account, cwd: '/', env: environment(), detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

// PG* variables of the person's own shell are not meant for this server
const environment = () => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.env['SYSTEMROOT'] ? { SYSTEMROOT: process.env['SYSTEMROOT'] } : {}),
});

function assertVersion(home: PostgresHome, cluster: string): void {
  const made = readOwn(join(cluster, 'PG_VERSION')).trim();
  const runs = /\b(\d+)\./.exec(
    execFileSync(join(home.programs, 'bin', 'postgres'), ['--version'], { ...home.account, cwd: '/', encoding: 'utf8' }),
  )?.[1];
  if (made !== runs) {
    throw new Problem(
      `The data in ${cluster} was made by PostgreSQL ${made}, and this is PostgreSQL ${runs}: start with --reset to begin anew.`,
    );
  }
}

function readOwn(path: string): string {
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

/** A server that lost its supervisor is stopped; a pid file that names somebody else's process is a leftover of a crash. */
async function stopLeftOver(cluster: string, say: (message: string) => void): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readOwn(pidFile), 10);
  // a pid file of 0 exists after a full disk, and signal 0 to process 0 would succeed
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !commandOf(pid).includes('postgres')) {
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
  const log = openSync(join(folder, 'server.log'), 'w');
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
  let why: string | null = null;
  void ended.then((reason) => {
    why = reason;
  });
  const end = Date.now() + startWithinMs;
  while (Date.now() < end) {
    if (why !== null) throw new Problem(`PostgreSQL did not start: ${why} Its log is ${join(home.folder, 'server.log')}.`);
    if (isReady(join(cluster, 'postmaster.pid'), server.pid)) return;
    await sleep(20);
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

function lastSentence(output: string, otherwise = 'it gave no reason'): string {
  const lines = output.split('\n').filter((line) => /(FATAL|PANIC|error|could not|cannot)/i.test(line));
  const line = (lines[0] ?? output.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|ERROR|initdb: error|initdb):\s*/, '').trim();
  return `${(line || otherwise).replace(/\.?$/, '')}.`;
}

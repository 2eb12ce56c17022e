import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { removePostgresData } from './postgres-home.ts';
import { codeOf, Problem, reasonOf } from './problem.ts';
import { beginningOf, commandOf, isAlive } from './processes.ts';
import { writePrivate } from './secrets.ts';

/** The folder that holds all that a shop keeps; while it is open, it is this process's alone. */
export type DataFolder = {
  readonly path: string;
  /** Remembers a process of ours, so that the next start can end it if we cannot. */
  remember(name: string, pid: number): void;
  close(): void;
};

const lockFile = z.object({ pid: z.number(), beginning: z.string(), children: z.record(z.string(), z.number()) });
type Lock = z.output<typeof lockFile>;

const oursOnly = /main\.ts|shared-process\.ts|kafka\.Kafka|redis-server/;

/**
 * Takes the folder for this process; what a run that was killed left behind is ended. With `reset` it is emptied.
 * @throws Problem when it cannot be used, or another shop runs on it.
 */
export function openDataFolder(dataDir: string, options: { reset: boolean }): DataFolder {
  const path = resolve(dataDir);
  makeUsable(path);
  const file = join(path, 'processes.json');
  const before = readLock(file);
  if (before && isAlive(before.pid) && (before.beginning === '' || beginningOf(before.pid) === before.beginning)) {
    const advice = options.reset ? 'Stop it before you start over' : 'Stop it, or give another data folder with --data DIR';
    throw new Problem(`A shop runs on ${path} already (process ${before.pid}). ${advice}.`);
  }
  endLeftOvers(before);
  rmSync(file, { force: true });
  if (options.reset) empty(path);
  closeToOthers(path);
  const lock: Lock = { pid: process.pid, beginning: beginningOf(process.pid), children: {} };
  takeLock(file, lock);
  rmSync(join(path, 'run.json'), { force: true });
  return {
    path,
    remember(name, pid) {
      lock.children[name] = pid;
      if (existsSync(file)) writePrivate(file, lock);
    },
    close: () => rmSync(file, { force: true }),
  };
}

function makeUsable(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!statSync(path).isDirectory())
      throw new Problem(`${path} is a file, and the shop needs a folder for its data: move it, or give another with --data DIR.`);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (codeOf(error) === 'EEXIST') {
      throw new Problem(`${path} is a file, and the shop needs a folder for its data: move it, or give another with --data DIR.`, {
        cause: error,
      });
    }
    throw new Problem(`The data folder ${path} cannot be used: ${reasonOf(error)}. Put it right, or give another with --data DIR.`, {
      cause: error,
    });
  }
}

/** Where the operations subgraph collects the log records of all services, and `npm run logs` reads them. */
export const collectedLogs = (path: string): string => join(path, 'logs', 'collected');

/** Readable by the owner only: logs and mails hold personal data, and mails hold links that give access to accounts. */
const closedFolders = ['kafka', 'log', 'logs', 'mail'];

/**
 * Closes the folder, also one of an earlier release, to other users of the machine. As root PostgreSQL runs as another user, who must be able
 * to pass through to a folder of its own: then all others in it are closed.
 */
function closeToOthers(path: string): void {
  try {
    const entries = readdirSync(path);
    // --data may name a folder with other things in it, whose mode is not ours to change
    if (entries.every((name) => ours.test(name))) chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const name of closedFolders) {
      mkdirSync(join(path, name), { recursive: true });
      chmodSync(join(path, name), 0o700);
    }
    for (const name of entries.filter((entry) => ours.test(entry) && entry.includes('.json'))) chmodSync(join(path, name), 0o600);
  } catch (error) {
    throw new Problem(`The data folder ${path} cannot be closed to other users: ${reasonOf(error)}.`, { cause: error });
  }
}

function readLock(file: string): Lock | null {
  try {
    return lockFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

function takeLock(file: string, lock: Lock): void {
  try {
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new Problem(`Another shop begins on ${file.replace(/.processes\.json$/, '')} at this moment.`, { cause: error });
    }
    throw new Problem(`${file} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}

function endLeftOvers(lock: Lock | null): void {
  for (const pid of Object.values(lock?.children ?? {})) {
    if (!isAlive(pid) || !oursOnly.test(commandOf(pid))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself
    }
  }
}

/** All that a shop ever puts into its folder; .DS_Store is what macOS adds. */
const ours = /^((secrets|credentials|run|processes)\.json(\.\w+)?|postgres|kafka|logs?|mail|\.DS_Store)$/;

/** Deletes what is in the folder, but only if all of it is ours: --data may name a home directory. */
function empty(path: string): void {
  const entries = readdirSync(path);
  if (entries.length === 0) return;
  const stranger = entries.find((name) => !ours.test(name));
  if (stranger !== undefined) {
    throw new Problem(
      `${path} does not look like a data folder of the shop, so nothing was deleted: it holds ${stranger}. Give another with --data DIR.`,
    );
  }
  try {
    removePostgresData(join(path, 'postgres'));
    for (const entry of entries) rmSync(join(path, entry), { recursive: true, force: true });
  } catch (error) {
    throw new Problem(`${path} cannot be emptied: ${reasonOf(error)}.`, { cause: error });
  }
}

import { readdirSync, readFileSync } from 'node:fs';

/** What a process of the shop used. PostgreSQL is told apart by database, all its other processes are `PostgreSQL, itself`. */
export type ProcessFigures = {
  readonly name: string;
  /** In milliseconds, user and system. */
  readonly cpuMs: number;
  /** Highest resident memory, in MiB; of PostgreSQL null, since its processes share memory. */
  readonly residentMiB: number | null;
};

/** Processes that are asked for: pids by name. The children of `PostgreSQL` are found by themselves. */
export type Pids = Readonly<Record<string, number>>;

/** The name of this command among the processes. */
export const loadProcess = 'load (this command)';
/** The name of the process that started the shop. */
export const supervisorProcess = 'supervisor';

type Sample = { readonly cpuMs: number; readonly residentMiB: number };

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock is (USER_HZ). */
const msPerTick = 10;
const pageMiB = 4096 / 1024 / 1024;

/**
 * The CPU and memory of processes while a load runs, read once a second from /proc. Where there is none, as on macOS, nothing is found. A process that
 * ends in between keeps what it had used at the last look.
 */
export class ProcessWatch {
  readonly #names: ReadonlyMap<number, string>;
  readonly #postgres: number | null;
  readonly #first = new Map<number, number>();
  readonly #last = new Map<number, { readonly name: string; readonly cpuMs: number }>();
  readonly #highest = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(pids: Pids) {
    const { PostgreSQL: postgres = null, ...others } = pids;
    this.#postgres = postgres;
    this.#names = new Map(Object.entries(others).map(([name, pid]) => [pid, name]));
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), 1000);
  }

  /** What was used since `start`, the most first. */
  stop(): ProcessFigures[] {
    if (this.#timer) clearInterval(this.#timer);
    this.#look();
    const used = new Map<string, number>();
    for (const [pid, { name, cpuMs }] of this.#last) used.set(name, (used.get(name) ?? 0) + cpuMs - (this.#first.get(pid) ?? 0));
    return [...used]
      .map(([name, cpuMs]) => ({ name, cpuMs, residentMiB: this.#highest.get(name) ?? null }))
      .sort((one, other) => other.cpuMs - one.cpuMs);
  }

  #look(): void {
    const isFirst = this.#last.size === 0;
    for (const [pid, name] of [...this.#names, ...this.#backends()]) {
      const sample = sampleOf(pid);
      if (!sample) continue;
      // who begins later began with nothing
      if (!this.#first.has(pid)) this.#first.set(pid, isFirst ? sample.cpuMs : 0);
      this.#last.set(pid, { name, cpuMs: sample.cpuMs });
      if (this.#names.has(pid)) this.#highest.set(name, Math.max(this.#highest.get(name) ?? 0, sample.residentMiB));
    }
  }

  /** PostgreSQL and its children, each with the database that it serves. */
  #backends(): [number, string][] {
    const postmaster = this.#postgres;
    if (postmaster === null) return [];
    const backends = childrenOf(postmaster).map((pid): [number, string] => [pid, backendName(pid)]);
    return [[postmaster, backendName(postmaster)], ...backends];
  }
}

function backendName(pid: number): string {
  // as in: postgres: role marigold_order 127.0.0.1(40404) idle
  const database = /^postgres: \S+ marigold_(\S+) /.exec(readText(`/proc/${pid}/cmdline`))?.[1];
  return database === undefined ? 'PostgreSQL, itself' : `PostgreSQL, ${database}`;
}

function childrenOf(parent: number): number[] {
  const pids = listFolder('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => Number(statOf(pid)?.[1]) === parent);
}

function sampleOf(pid: number): Sample | null {
  const stat = statOf(pid);
  if (!stat) return null;
  // fields 14, 15 and 24 of proc(5), counted from the third
  return { cpuMs: (Number(stat[11]) + Number(stat[12])) * msPerTick, residentMiB: Number(stat[21]) * pageMiB };
}

/** The fields of /proc/PID/stat from the third on: the second one, a name, may hold blanks and brackets. */
function statOf(pid: number): string[] | null {
  const text = readText(`/proc/${pid}/stat`);
  return text === '' ? null : text.replace(/^.*\) /s, '').split(' ');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export type LoggedProblem = { readonly level: 'warn' | 'error' | 'fatal'; readonly message: string };

const rotateAtBytes = 10_000_000;
const remembered = 20;

/**
 * Keeps what a service writes in `path`, 10 MB at most and as much again in `path.1`, and calls `onProblem` for each line
 * that is a warning or worse.
 */
export class ServiceLog {
  readonly #file: LogFile;
  readonly #onProblem: (problem: LoggedProblem) => void;
  readonly #last: string[] = [];
  #rest = '';

  constructor(path: string, onProblem: (problem: LoggedProblem) => void) {
    this.#file = new LogFile(path);
    this.#onProblem = onProblem;
  }

  /** What the process wrote, in any cut. */
  write(chunk: string): void {
    this.#file.append(chunk);
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  /** The last complete lines of this process, for the reason of its end. */
  lastLines(): readonly string[] {
    return this.#rest === '' ? this.#last : [...this.#last, this.#rest];
  }

  close(): void {
    this.#file.close();
  }

  #take(line: string): void {
    if (line === '') return;
    this.#last.push(line);
    if (this.#last.length > remembered) this.#last.shift();
    const problem = readProblem(line);
    if (problem) this.#onProblem(problem);
  }
}

/** A log that cannot be written (a full disk) does not end the shop: its lines are dropped. */
class LogFile {
  readonly #path: string;
  #file: number | null;
  #size: number;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#file = openRotated(path);
    this.#size = fstatSync(this.#file).size;
  }

  append(text: string): void {
    if (this.#file === null) return;
    try {
      this.#size += writeSync(this.#file, text);
      if (this.#size <= rotateAtBytes) return;
      closeSync(this.#file);
      this.#file = openRotated(this.#path);
      this.#size = 0;
    } catch {
      // the next line may fit again
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function openRotated(path: string): number {
  if (existsSync(path) && statSync(path).size > rotateAtBytes / 2) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

/** The problem that a line of a log reports, or null: most lines are cheap to pass over. */
export function readProblem(line: string): LoggedProblem | null {
  if (!/"level":"(warn|error|fatal)"/.test(line)) return null;
  try {
    const record: unknown = JSON.parse(line);
    return isRecord(record) ? { level: levelOf(record), message: messageOf(record) } : null;
  } catch {
    return null;
  }
}

/** Why a process ended, from what it wrote last: its own error message if it logged one, else the exit code or signal. */
export function reasonOfEnd(lines: readonly string[], how: string): string {
  for (const line of [...lines].reverse()) {
    const problem = readProblem(line);
    if (problem) return problem.level === 'warn' ? how : `${how}: ${problem.message}`;
    if (!line.startsWith('{') && !/^\s+at |^\s*[}\]^]|^Node\.js v|^\s*$/.test(line)) return `${how}: ${line.trim()}`;
  }
  return how;
}

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function levelOf(record: Fields): LoggedProblem['level'] {
  return record['level'] === 'fatal' || record['level'] === 'error' ? record['level'] : 'warn';
}

function messageOf(record: Fields): string {
  const said = typeof record['msg'] === 'string' ? record['msg'] : 'a problem';
  const error = record['error'] ?? record['err'];
  const cause = isRecord(error) && typeof error['message'] === 'string' ? error['message'] : null;
  const whole = cause === null || said.includes(cause) ? said : `${said}: ${cause}`;
  return whole.split('\n')[0]?.slice(0, 300) ?? '';
}

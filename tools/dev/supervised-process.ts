import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.ts';

/** How long to wait before a component is started again, by how often in a row it ended soon after its start (1 is the first time). */
export function backoffMs(failuresInARow: number): number {
  return Math.min(10_000, 100 * 2 ** Math.max(0, failuresInARow - 1));
}

/** A component that ran so long is taken to have been well: its next end counts as the first. */
const wellAfterMs = 20_000;

/** A component of the shop that runs: a process, or something that behaves like one. */
export type RunningComponent = {
  /** Of its process; our own when it lives in this one. */
  readonly pid: number;
  /** Resolves to the reason when it has ended, asked or not. */
  readonly ended: Promise<string>;
  /** Ends it in the ordinary way, or by force when it takes longer. */
  stop(withinMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

export type ComponentState =
  | { readonly is: 'starting' }
  | { readonly is: 'ready'; readonly pid: number }
  | { readonly is: 'down'; readonly why: string; readonly againInMs: number }
  | { readonly is: 'stopped' };

export type SupervisedProcess<Running extends RunningComponent> = {
  readonly name: string;
  /** What runs now, or null between two lives. */
  current(): Running | null;
  /** Starts it and keeps it running; resolves when it is ready for the first time, rejects when the machine is in the way. */
  start(): Promise<void>;
  /** Ends it and does not start it again. */
  stop(withinMs?: number): Promise<void>;
  /** Kills the process, as from outside: it is started again. */
  kill(signal: NodeJS.Signals): void;
};

export type KeepOptions<Running extends RunningComponent> = {
  name: string;
  /** One run: resolves when it is ready. Rejects with a Problem when a retry would be pointless; every other rejection is retried. */
  launch(signal: AbortSignal): Promise<Running>;
  onState?(state: ComponentState): void;
  /** For the first start; then start() rejects with the last reason. */
  readyWithinMs?: number;
};

const unhurriedMs = 4000;
const hurriedMs = 500;

/** Keeps a component running: one that ends, or does not come up, is restarted with growing delays, and `onState` gets the reason. */
export function superviseProcess<Running extends RunningComponent>(options: KeepOptions<Running>): SupervisedProcess<Running> {
  return new Supervised(options);
}

class Supervised<Running extends RunningComponent> implements SupervisedProcess<Running> {
  readonly name: string;
  readonly #options: KeepOptions<Running>;
  #current: Running | null = null;
  #wasReady = false;
  #lastWhy = '';
  #life: { readonly abort: AbortController; readonly over: Promise<void> } | null = null;

  constructor(options: KeepOptions<Running>) {
    this.name = options.name;
    this.#options = options;
  }

  current(): Running | null {
    return this.#current;
  }

  start(): Promise<void> {
    const { name, readyWithinMs } = this.#options;
    if (this.#life) return Promise.reject(new Error(`${name} has been started already.`));
    const abort = new AbortController();
    const first = Promise.withResolvers<void>();
    const over = this.#live(abort.signal, first.resolve).then(
      () => first.reject(new Error(`${name} was stopped before it was ready.`)),
      (error: unknown) => {
        this.#life = null;
        this.#tell({ is: 'stopped' });
        first.reject(error);
      },
    );
    this.#life = { abort, over };
    if (readyWithinMs === undefined) return first.promise;
    const why = () => (this.#lastWhy === '' ? '.' : `: ${this.#lastWhy}`);
    return within(first.promise, readyWithinMs, () => `${name} was not ready within ${seconds(readyWithinMs)}${why()}`);
  }

  async stop(withinMs = unhurriedMs): Promise<void> {
    if (!this.#life) return;
    const { abort, over } = this.#life;
    this.#life = null;
    abort.abort();
    await this.#current?.stop(withinMs);
    await over;
  }

  kill(signal: NodeJS.Signals): void {
    this.#current?.kill(signal);
  }

  async #live(abort: AbortSignal, onReady: () => void): Promise<void> {
    let failures = 0;
    while (!abort.aborted) {
      this.#tell({ is: 'starting' });
      const begun = Date.now();
      const why = await this.#oneLife(abort, onReady);
      this.#current = null;
      if (abort.aborted) break;
      failures = Date.now() - begun > wellAfterMs ? 1 : failures + 1;
      const againInMs = backoffMs(failures);
      this.#lastWhy = why;
      this.#tell({ is: 'down', why, againInMs });
      await sleep(againInMs, undefined, { signal: abort }).catch(() => undefined);
    }
    this.#tell({ is: 'stopped' });
  }

  async #oneLife(abort: AbortSignal, onReady: () => void): Promise<string> {
    try {
      const running = await this.#options.launch(abort);
      this.#current = running;
      // stop() may have been called during the start: then it must be ended here
      if (abort.aborted) await running.stop(hurriedMs);
      else {
        this.#wasReady = true;
        this.#tell({ is: 'ready', pid: running.pid });
        onReady();
      }
      return await running.ended;
    } catch (error) {
      // after a first good start the machine was able to, so it is tried for ever
      if (error instanceof Problem && !this.#wasReady) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  #tell(state: ComponentState): void {
    this.#options.onState?.(state);
  }
}

const seconds = (ms = 0) => `${Math.round(ms / 1000)} s`;

async function within(promise: Promise<void>, limitMs: number, explain: () => string): Promise<void> {
  const timer = new AbortController();
  const late = sleep(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Problem(explain());
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}

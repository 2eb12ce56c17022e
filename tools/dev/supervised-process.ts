import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, wellAfterMs } from './backoff.ts';
import { Problem } from './problem.ts';

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
  /** Like somebody outside would: it is started again. */
  kill(signal: NodeJS.Signals): void;
};

export type KeepOptions<Running extends RunningComponent> = {
  name: string;
  /** One life: resolves when it is ready. Rejects with a Problem when another attempt would be in vain; every other rejection is tried again. */
  launch(signal: AbortSignal): Promise<Running>;
  onState?(state: ComponentState): void;
  /** For the first start; then start() rejects with the last reason. */
  readyWithinMs?: number;
};

const unhurriedMs = 4000;
const hurriedMs = 500;

/** Keeps a component running: one that ends, or does not come up, is restarted with growing delays, and `onState` gets the reason. */
export function superviseProcess<Running extends RunningComponent>(options: KeepOptions<Running>): SupervisedProcess<Running> {
  const tell = options.onState ?? (() => undefined);
  let current: Running | null = null;
  let wasReady = false;
  let lastWhy = '';
  let life: { abort: AbortController; over: Promise<void> } | null = null;

  async function live(abort: AbortSignal, onReady: () => void): Promise<void> {
    let failures = 0;
    while (!abort.aborted) {
      tell({ is: 'starting' });
      const begun = Date.now();
      const why = await oneLife(abort, onReady);
      current = null;
      if (abort.aborted) break;
      failures = Date.now() - begun > wellAfterMs ? 1 : failures + 1;
      const againInMs = backoffMs(failures);
      lastWhy = why;
      tell({ is: 'down', why, againInMs });
      await sleep(againInMs, undefined, { signal: abort }).catch(() => undefined);
    }
    tell({ is: 'stopped' });
  }

  async function oneLife(abort: AbortSignal, onReady: () => void): Promise<string> {
    try {
      const running = await options.launch(abort);
      current = running;
      // stop() may have been called during the start: then it must be ended here
      if (abort.aborted) await running.stop(hurriedMs);
      else {
        wasReady = true;
        tell({ is: 'ready', pid: running.pid });
        onReady();
      }
      return await running.ended;
    } catch (error) {
      // after a first good start the machine was able to, so it is tried for ever
      if (error instanceof Problem && !wasReady) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  return {
    name: options.name,
    current: () => current,
    start() {
      if (life) return Promise.reject(new Error(`${options.name} has been started already.`));
      const abort = new AbortController();
      const first = Promise.withResolvers<void>();
      const over = live(abort.signal, first.resolve).then(
        () => first.reject(new Error(`${options.name} was stopped before it was ready.`)),
        (error: unknown) => {
          life = null;
          tell({ is: 'stopped' });
          first.reject(error);
        },
      );
      life = { abort, over };
      return options.readyWithinMs === undefined
        ? first.promise
        : within(
            first.promise,
            options.readyWithinMs,
            () => `${options.name} was not ready within ${seconds(options.readyWithinMs)}${lastWhy === '' ? '.' : `: ${lastWhy}`}`,
          );
    },
    async stop(withinMs = unhurriedMs) {
      if (!life) return;
      const { abort, over } = life;
      life = null;
      abort.abort();
      await current?.stop(withinMs);
      await over;
    },
    kill: (signal) => current?.kill(signal),
  };
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

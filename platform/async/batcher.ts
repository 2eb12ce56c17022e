import { pause, retry } from '#platform/async/retry.ts';

export type Batcher<Item> = {
  /** Resolves when the items are handled; rejects when they were dropped. */
  add(items: readonly Item[]): Promise<void>;
  /** Rejects the calls that have not started yet. */
  drop(): void;
  /** Drops what waits, lets what runs come to its end, and handles nothing any more. */
  stop(): Promise<void>;
  isBusy(): boolean;
};

type Waiting<Item> = { items: readonly Item[]; resolve(): void; reject(error: Error): void };
type BatcherOptions<Item> = {
  handle(items: readonly Item[]): Promise<void>;
  minFetchIntervalMs: number;
  onFailed(error: unknown): void;
};

const pauses = { firstPauseMs: 100, longestPauseMs: 5000 };

/**
 * Makes one call of what is added in the same turn of the event loop, one call at a time, in order. A call that fails is repeated until it
 * succeeds or all is stopped. Under load, at least `minFetchIntervalMs` lie between the beginnings of two calls: more is then handled by each.
 */
export function createBatcher<Item>(options: BatcherOptions<Item>): Batcher<Item> {
  const waiting: Waiting<Item>[] = [];
  let running: Promise<void> | undefined;
  let lastBegun = Number.NEGATIVE_INFINITY;
  const stopping = new AbortController();

  function drop(): void {
    for (const { reject } of waiting.splice(0)) reject(new Error('dropped before it was started'));
  }

  async function run(): Promise<void> {
    // all partitions of one fetch arrive in one turn
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0 && !stopping.signal.aborted) await runOnce(waiting.splice(0));
  }

  async function runOnce(taken: readonly Waiting<Item>[]): Promise<void> {
    const begun = performance.now();
    const items = taken.flatMap((one) => one.items);
    const handled = await retry(() => options.handle(items), { ...pauses, stopping: stopping.signal, onFailed }).then(
      () => true,
      () => false,
    );
    const early = lastBegun + options.minFetchIntervalMs - performance.now();
    lastBegun = begun;
    if (early >= 1) await pause(early, stopping.signal);
    for (const one of taken) handled ? one.resolve() : one.reject(new Error('stopped before it was handled'));
  }

  function onFailed(error: unknown): boolean {
    options.onFailed(error);
    return true;
  }

  return {
    add(items) {
      if (stopping.signal.aborted) return Promise.reject(new Error('stopped'));
      return new Promise((resolve, reject) => {
        waiting.push({ items, resolve, reject });
        running ??= run().finally(() => {
          running = undefined;
        });
      });
    },
    drop,
    async stop() {
      stopping.abort();
      drop();
      await running;
    },
    isBusy: () => running !== undefined,
  };
}

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
  return new SerialBatcher(options);
}

class SerialBatcher<Item> implements Batcher<Item> {
  readonly #options: BatcherOptions<Item>;
  readonly #waiting: Waiting<Item>[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #lastBegun = Number.NEGATIVE_INFINITY;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  add(items: readonly Item[]): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Error('stopped'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    });
  }

  drop(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('dropped before it was started'));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.drop();
    await this.#running;
  }

  isBusy(): boolean {
    return this.#running !== undefined;
  }

  async #run(): Promise<void> {
    // all partitions of one fetch arrive in one turn
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) await this.#runOnce(this.#waiting.splice(0));
  }

  async #runOnce(taken: readonly Waiting<Item>[]): Promise<void> {
    const { handle, minFetchIntervalMs, onFailed } = this.#options;
    const stopping = this.#stopping.signal;
    const begun = performance.now();
    const items = taken.flatMap((one) => one.items);
    const mayRetry = (error: unknown) => {
      onFailed(error);
      return true;
    };
    const handled = await retry(() => handle(items), { ...pauses, stopping, onFailed: mayRetry }).then(
      () => true,
      () => false,
    );
    const early = this.#lastBegun + minFetchIntervalMs - performance.now();
    this.#lastBegun = begun;
    if (early >= 1) await pause(early, stopping);
    for (const one of taken) handled ? one.resolve() : one.reject(new Error('stopped before it was handled'));
  }
}

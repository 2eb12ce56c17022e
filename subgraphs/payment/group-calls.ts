import { isTransientDatabaseError } from '#platform/postgres/errors.ts';

type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void };

/**
 * Makes one call with many items of many calls with one: what arrives while a call runs waits for the next.
 * `run` resolves to one result per item. When it fails for several, each is tried alone, so that one bad item harms no other;
 * unless the database is away, which is the same for all.
 */
export function groupCalls<Item, Result>(run: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  const calls = new GroupedCalls(run);
  return (item) => calls.call(item);
}

class GroupedCalls<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #isRunning = false;

  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.#run = run;
  }

  call(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isRunning) return;
      this.#isRunning = true;
      // what else is asked for in this turn goes along
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#settle(group);
    }
    this.#isRunning = false;
  }

  async #settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      await this.#settleAfter(error, group);
    }
  }

  async #settleAfter(error: unknown, group: readonly Waiting<Item, Result>[]): Promise<void> {
    const isOnesFault = group.length > 1 && !isTransientDatabaseError(error);
    for (const single of group) {
      if (isOnesFault) await this.#settle([single]);
      else single.reject(error);
    }
  }
}

import { isTransientDatabaseError } from '#platform/postgres/database.ts';

type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void };

/**
 * Makes one call with many items of many calls with one: what arrives while a call runs waits for the next.
 * `run` resolves to one result per item. When it fails for several, each is tried alone, so that one bad item harms no other;
 * unless the database is away, which is the same for all.
 */
export function groupCalls<Item, Result>(run: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await settle(group);
    }
    isRunning = false;
  }

  async function settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      await settleAfter(error, group);
    }
  }

  async function settleAfter(error: unknown, group: readonly Waiting<Item, Result>[]): Promise<void> {
    const isOnesFault = group.length > 1 && !isTransientDatabaseError(error);
    for (const single of group) {
      if (isOnesFault) await settle([single]);
      else single.reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      // what else is asked for in this turn goes along
      setImmediate(() => void drain());
    });
}

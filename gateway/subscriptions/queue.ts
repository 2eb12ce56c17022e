/** What is pushed on one side is pulled on the other, one at a time, and never more than `limit` wait. */
export type Queue<Item> = {
  /** False when there was no room; the item is then lost. */
  push(item: Item): boolean;
  /** Ends it after what waits was pulled; with an error, the pull after the last item rejects with it. */
  end(error?: Error): void;
  /** Ends it now: what waits is thrown away, and a pull that is pending is answered. */
  cut(error?: Error): void;
  /** The next item, or null at the end. One pull at a time. */
  pull(): Promise<Item | null>;
};

export function createQueue<Item>(limit: number): Queue<Item> {
  let waiting: Item[] = [];
  let puller: { resolve(item: Item | null): void; reject(error: Error): void } | null = null;
  let end: { error: Error | undefined } | null = null;

  function answerPuller(): void {
    if (!puller || !end) return;
    const { resolve, reject } = puller;
    puller = null;
    if (end.error) reject(takeError(end));
    else resolve(null);
  }

  function takeError(from: { error: Error | undefined }): Error {
    const error = from.error ?? new Error('The queue has ended.');
    from.error = undefined;
    return error;
  }

  return {
    push(item) {
      if (end) return true;
      if (puller) {
        const { resolve } = puller;
        puller = null;
        resolve(item);
        return true;
      }
      if (waiting.length >= limit) return false;
      waiting.push(item);
      return true;
    },
    end(error) {
      if (end) return;
      end = { error };
      answerPuller();
    },
    cut(error) {
      waiting = [];
      end = { error };
      answerPuller();
    },
    pull() {
      const item = waiting.shift();
      if (item !== undefined) return Promise.resolve(item);
      if (end) return end.error ? Promise.reject(takeError(end)) : Promise.resolve(null);
      return new Promise((resolve, reject) => {
        puller = { resolve, reject };
      });
    },
  };
}

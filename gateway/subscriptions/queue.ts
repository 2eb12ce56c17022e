/** What is pushed on one side is pulled on the other, one at a time, and never more than `limit` wait. */
export class Queue<Item> {
  readonly #limit: number;
  #waiting: Item[] = [];
  #puller: { resolve(item: Item | null): void; reject(error: Error): void } | null = null;
  #end: { error: Error | undefined } | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when there was no room; the item is then lost. */
  push(item: Item): boolean {
    if (this.#end) return true;
    if (this.#puller) {
      const { resolve } = this.#puller;
      this.#puller = null;
      resolve(item);
      return true;
    }
    if (this.#waiting.length >= this.#limit) return false;
    this.#waiting.push(item);
    return true;
  }

  /** Ends it after what waits was pulled; with an error, the pull after the last item rejects with it. */
  end(error?: Error): void {
    if (this.#end) return;
    this.#end = { error };
    this.#answerPuller(this.#end);
  }

  /** Ends it now: what waits is dropped, and a pull that is pending is answered. */
  cut(error?: Error): void {
    this.#waiting = [];
    this.#end = { error };
    this.#answerPuller(this.#end);
  }

  /** The next item, or null at the end. One pull at a time. */
  pull(): Promise<Item | null> {
    const item = this.#waiting.shift();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#end) return this.#end.error ? Promise.reject(takeError(this.#end)) : Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#puller = { resolve, reject };
    });
  }

  #answerPuller(end: { error: Error | undefined }): void {
    if (!this.#puller) return;
    const { resolve, reject } = this.#puller;
    this.#puller = null;
    if (end.error) reject(takeError(end));
    else resolve(null);
  }
}

function takeError(from: { error: Error | undefined }): Error {
  const error = from.error ?? new Error('The queue has ended.');
  from.error = undefined;
  return error;
}

import { AppError } from '#platform/errors.ts';

export type HashQueueOptions = {
  /** Pieces of work that run at the same time. */
  concurrent: number;
  /** So many more may wait for their turn. */
  waiting: number;
  /** No caller waits longer than this. */
  waitMs: number;
  now?: () => number;
};

type Waiting = { readonly since: number; begin(): void; shed(): void };

/**
 * Work that takes a core for itself, a few pieces at a time, first come first served. What comes when too many wait, or would begin so late that its caller
 * has given up, is rejected instead: a queue that only grows serves no caller in time. A caller that waited too long is rejected when the next turn is given, which is one
 * piece of work later at the most.
 */
export class HashQueue {
  readonly #options: HashQueueOptions;
  readonly #now: () => number;
  readonly #queue: Waiting[] = [];
  #running = 0;

  constructor(options: HashQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? performance.now.bind(performance);
  }

  /** Runs `work` in its turn. @throws AppError UNAVAILABLE with `retryAfterSeconds`, without having started. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  /** Checked before work is done for a caller who would be rejected in the end. @throws AppError as `run` does. */
  assertRoom(): void {
    if (this.#running >= this.#options.concurrent && this.#queue.length >= this.#options.waiting) throw overloaded();
  }

  async #turn(): Promise<void> {
    this.assertRoom();
    if (this.#running < this.#options.concurrent) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) =>
      this.#queue.push({ since: this.#now(), begin: resolve, shed: () => reject(overloaded()) }),
    );
  }

  /** The place goes to the next who has not waited too long, without becoming free in between. */
  #pass(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (this.#now() - next.since <= this.#options.waitMs) {
        next.begin();
        return;
      }
      next.shed();
    }
    this.#running -= 1;
  }
}

function overloaded(): AppError {
  return new AppError('UNAVAILABLE', 'Very many people are logging in at the moment. Try again soon.', { retryAfterSeconds: 2 });
}

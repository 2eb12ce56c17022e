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

export type HashQueue = {
  /** Runs `work` in its turn. @throws AppError UNAVAILABLE with `retryAfterSeconds`, without having started. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Checked before work is done for a caller who would be rejected in the end. @throws AppError as `run` does. */
  assertRoom(): void;
};

type Waiting = { readonly since: number; begin(): void; shed(): void };

/**
 * Work that takes a core for itself, a few pieces at a time, first come first served. What comes when too many wait, or would begin so late that its caller
 * has given up, is rejected instead: a queue that only grows serves no caller in time. A caller that waited too long is rejected when the next turn is given, which is one
 * piece of work later at the most.
 */
export function createHashQueue({ concurrent, waiting, waitMs, now = performance.now.bind(performance) }: HashQueueOptions): HashQueue {
  const queue: Waiting[] = [];
  let running = 0;

  function assertRoom(): void {
    if (running >= concurrent && queue.length >= waiting) throw overloaded();
  }

  async function turn(): Promise<void> {
    assertRoom();
    if (running < concurrent) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => queue.push({ since: now(), begin: resolve, shed: () => reject(overloaded()) }));
  }

  /** The place goes to the next who has not waited too long, without becoming free in between. */
  function pass(): void {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (now() - next.since <= waitMs) {
        next.begin();
        return;
      }
      next.shed();
    }
    running -= 1;
  }

  return {
    assertRoom,
    async run(work) {
      await turn();
      try {
        return await work();
      } finally {
        pass();
      }
    },
  };
}

function overloaded(): AppError {
  return new AppError('UNAVAILABLE', 'Very many people are logging in at the moment. Try again soon.', { retryAfterSeconds: 2 });
}

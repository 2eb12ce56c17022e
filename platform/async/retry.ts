import { setTimeout as sleep } from 'node:timers/promises';

export type RetryOptions = {
  firstPauseMs: number;
  /** Pauses double up to it. */
  longestPauseMs: number;
  /** Ends the pauses and the tries; the last error is thrown. */
  stopping: AbortSignal;
  /** Called with each failure, the first attempt being 1; false stops the retries, and the error is thrown. */
  onFailed(error: unknown, attempt: number): boolean;
};

/** Does `work` again and again until it succeeds, or nothing is gained by another try. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  let pauseMs = options.firstPauseMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (options.stopping.aborted || !options.onFailed(error, attempt)) throw error;
      await pause(pauseMs, options.stopping);
      if (options.stopping.aborted) throw error;
      pauseMs = Math.min(pauseMs * 2, options.longestPauseMs);
    }
  }
}

/** Resolves after `ms`, or at once when it is stopping. */
export async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

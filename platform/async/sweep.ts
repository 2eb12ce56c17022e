import type { Logger } from '../logger.ts';
import { isTransientDatabaseError } from '../postgres/errors.ts';
import { pause } from './retry.ts';

export type SweepOptions = {
  /** From the end of one sweep to the begin of the next, and before the first. */
  readonly everyMs: number;
  /** One sweep; one that does several batches begins no further one when `stopping` is aborted. */
  sweep(stopping: AbortSignal): Promise<void>;
  /** What is swept, for log messages, as in "expired sessions". */
  readonly what: string;
  readonly logger: Logger;
};

/** Does `sweep` again and again, one at a time. A sweep that fails is logged and made up for by the next; `stop` waits for the one that runs. */
export function startSweep(options: SweepOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = sweepUntil(stopping.signal, options);
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

async function sweepUntil(stopping: AbortSignal, { everyMs, sweep, what, logger }: SweepOptions): Promise<void> {
  for (;;) {
    await pause(everyMs, stopping);
    if (stopping.aborted) return;
    try {
      await sweep(stopping);
    } catch (error) {
      // whatever it was, what is to be swept is still there, and the next sweep must come
      if (isTransientDatabaseError(error))
        logger.warn({ error, what }, 'a sweep failed: the database is unavailable; the next one follows');
      else logger.error({ error, what }, 'a sweep failed; the next one follows');
    }
  }
}

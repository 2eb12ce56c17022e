import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '#kafka/event-log.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';

/** Knowing whether the log is there takes at most this long; only then more time is spent on it. */
const knownWithinMs = 1200;

/** The one way to the event log: whoever asks is told in time that it is away, instead of waiting for it. */
export function createLogDoor(eventLog: Pick<EventLog, 'problem'>, logger: Logger) {
  return {
    /**
     * What `ask` resolves to, within `withinMs`. What is late may still happen: nothing is asked here that may not happen twice.
     * @throws AppError UNAVAILABLE when the log is away or too slow.
     */
    async pass<T>(withinMs: number, ask: () => Promise<T>): Promise<T> {
      try {
        const problem = await inTime(Math.min(knownWithinMs, withinMs), eventLog.problem());
        if (problem !== null) throw new Error(problem);
        return await inTime(withinMs, ask());
      } catch (cause) {
        logger.warn({ reason: cause instanceof Error ? cause.message : String(cause) }, 'the event log does not answer');
        throw new AppError('UNAVAILABLE', 'The event log does not answer at the moment. Try again soon.', { cause });
      }
    },
  };
}

/** Rejects when the work is not done in time. */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    // the timer, or the work that lost, ends without being listened to
    late.catch(() => undefined);
    work.catch(() => undefined);
    done.abort();
  }
}

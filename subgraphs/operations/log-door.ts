import type { EventLog } from '#kafka/event-log.ts';
import { withTimeout } from '#platform/async/timeout.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';

/** Whoever looks at figures sees them within two seconds, or that there are none. */
const figuresWithinMs = 1500;
/** Reading messages takes longer; with the question whether the log is there, less than the 5 s that the gateway waits. */
const messagesWithinMs = 3000;

/** The one way to the event log: whoever asks is told in time that it is away, instead of waiting for it. */
export function createLogDoor(eventLog: Pick<EventLog, 'lag'>, logger: Logger) {
  async function unlessAway<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      logger.warn({ reason: cause instanceof Error ? cause.message : String(cause) }, 'the event log does not answer');
      throw new AppError('UNAVAILABLE', 'The event log does not answer at the moment. Try again soon.', { cause });
    }
  }
  return {
    /** @throws AppError UNAVAILABLE when the log is away. */
    figures: <T>(ask: () => Promise<T>): Promise<T> => unlessAway(() => withTimeout(figuresWithinMs, ask())),

    /** What is late may still happen: nothing is asked here that may not happen twice. @throws AppError UNAVAILABLE when the log is away. */
    messages: <T>(ask: () => Promise<T>): Promise<T> =>
      unlessAway(async () => {
        // of no group: asked of the log itself at this moment, where unhealthyReason() may remember what it heard two seconds ago
        await withTimeout(figuresWithinMs, eventLog.lag([]));
        return withTimeout(messagesWithinMs, ask());
      }),
  };
}

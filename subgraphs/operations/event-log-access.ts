import { type DeadLetterEntry, indexDeadLetters } from '#kafka/dead-letters.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { withTimeout } from '#platform/async/timeout.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';

/** The figures are read within two seconds, or reported as unavailable. */
const figuresWithinMs = 1500;
/** Reading messages takes longer; with the question whether the log is there, less than the 5 s that the gateway waits. */
const messagesWithinMs = 3000;

/** The one way to the event log: a call fails with UNAVAILABLE after a time limit, instead of waiting for the log. */
export class EventLogAccess {
  readonly #eventLog: EventLog;
  readonly #logger: Logger;
  #reading: Promise<DeadLetterEntry[]> | undefined;

  constructor(eventLog: EventLog, logger: Logger) {
    this.#eventLog = eventLog;
    this.#logger = logger;
  }

  /** @throws AppError UNAVAILABLE when the log is away. */
  figures<T>(ask: () => Promise<T>): Promise<T> {
    return this.#unlessAway(() => withTimeout(figuresWithinMs, ask()));
  }

  /** A late call may still take effect: only idempotent calls are made here. @throws AppError UNAVAILABLE when the log is away. */
  messages<T>(ask: () => Promise<T>): Promise<T> {
    return this.#unlessAway(async () => {
      // of no group: asked of the log itself at this moment, where unhealthyReason() may remember the state of two seconds ago
      await withTimeout(figuresWithinMs, this.#eventLog.lag([]));
      return withTimeout(messagesWithinMs, ask());
    });
  }

  /** All dead letters. Several who ask at the same time share one reading: it costs the log a group. @throws AppError UNAVAILABLE when the log is away. */
  deadLetterIndex(): Promise<DeadLetterEntry[]> {
    return this.messages(() => {
      this.#reading ??= indexDeadLetters(this.#eventLog).finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    });
  }

  async #unlessAway<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      this.#logger.warn({ reason: cause instanceof Error ? cause.message : String(cause) }, 'the event log does not answer');
      throw new AppError('UNAVAILABLE', 'The event log does not answer at the moment. Try again soon.', { cause });
    }
  }
}

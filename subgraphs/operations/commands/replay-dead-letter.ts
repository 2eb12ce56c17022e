import { replayDeadLetter as replay } from '#kafka/dead-letters.ts';
import { UnpublishableError } from '#kafka/message-limits.ts';
import type { Identity } from '#platform/auth.ts';
import { type DeadLetterResult, withDeadLetter } from '../dead-letter-command.ts';
import type { OperationsDependencies } from '../dependencies.ts';
import { type DeadLetterTooLarge, deadLetterTooLarge } from '../errors.ts';

export type ReplayDeadLetterResult = DeadLetterResult | DeadLetterTooLarge;

/**
 * Publishes a dead letter once more for the service that gave up on it. However often it is done, the event has one effect: the inbox of its
 * service knows the letter.
 * @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin, UNAVAILABLE when the log does not answer.
 */
export function replayDeadLetter(deps: OperationsDependencies, identity: Identity, input: unknown): Promise<ReplayDeadLetterResult> {
  return withDeadLetter(deps, identity, input, 'replayed', async (letter) => {
    try {
      await replay(deps.eventLog, letter);
      return null;
    } catch (error) {
      // the log is there, and will never take it; the letter stays
      if (error instanceof UnpublishableError) return deadLetterTooLarge;
      throw error;
    }
  });
}

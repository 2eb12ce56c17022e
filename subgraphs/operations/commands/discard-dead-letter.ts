import { discardDeadLetter as discard } from '#kafka/dead-letters.ts';
import type { Identity } from '#platform/auth.ts';
import { type DeadLetterResult, withDeadLetter } from '../dead-letter-command.ts';
import type { OperationsDependencies } from '../dependencies.ts';

export type DiscardDeadLetterResult = DeadLetterResult;

/**
 * Removes a dead letter for good.
 * @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin, UNAVAILABLE when the log does not answer.
 */
export function discardDeadLetter(deps: OperationsDependencies, identity: Identity, input: unknown): Promise<DiscardDeadLetterResult> {
  return withDeadLetter<never>(deps, identity, input, 'discarded', async (letter) => {
    await discard(deps.eventLog, letter);
    return null;
  });
}

import { z } from 'zod';
import type { DeadLetter as Letter } from '#kafka/dead-letter-message.ts';
import { findDeadLetters } from '#kafka/dead-letters.ts';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { type DeadLetter, toView } from './dead-letter-view.ts';
import type { OperationsDependencies } from './dependencies.ts';
import { type DeadLetterNotFound, deadLetterNotFound } from './errors.ts';

const deadLetterInput = z.object({ id: inputField.id() });

/** What every command on a dead letter may come to. */
export type DeadLetterResult = { deadLetter: DeadLetter } | DeadLetterNotFound | InvalidInput;

/**
 * Does `work` with the dead letter that the input names, and logs who did it; `work` resolves to the user error that kept it from being done, or null.
 * @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin, UNAVAILABLE when the log does not answer.
 */
export async function withDeadLetter<UserError>(
  { eventLog, access, logger }: OperationsDependencies,
  identity: Identity,
  input: unknown,
  done: 'replayed' | 'discarded',
  work: (letter: Letter) => Promise<UserError | null>,
): Promise<DeadLetterResult | UserError> {
  const { userId } = assertAdmin(identity);
  const parsed = parseInput(deadLetterInput, input);
  if (!parsed.ok) return parsed.error;
  const { id } = parsed.value;
  const worked = await access.messages(async () => {
    // not a shared reading: one that started earlier may not contain the letter yet
    const [letter] = await findDeadLetters(eventLog, [id]);
    return letter && { letter, error: await work(letter) };
  });
  if (worked === undefined) return deadLetterNotFound;
  const { letter, error } = worked;
  if (error !== null) return error;
  logger.info({ userId, id, consumer: letter.consumer }, `a dead letter was ${done}`);
  return { deadLetter: toView(letter) };
}

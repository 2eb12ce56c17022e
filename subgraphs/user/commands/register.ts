import { z } from 'zod';
import { createEvent } from '#kafka/events.ts';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { insertAccount, isUsernameTaken, publicState, takenFrom } from '../accounts.ts';
import { mailForClaim } from '../address-claims.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { type UsernameTaken, usernameTaken } from '../errors.ts';
import { rememberPlace } from '../known-places.ts';
import { openSession, type Session } from '../sessions.ts';

export const registerInput = z
  .object({ email: accountField.email, username: accountField.username, password: accountField.newPassword })
  .refine(({ password, ...names }) => !isNameOf(password, names), {
    path: ['password'],
    message: 'Write something else than your name or address.',
  });

function isNameOf(password: string, names: { email: string; username: string }): boolean {
  return [names.email.toLowerCase(), names.username.toLowerCase()].includes(password.toLowerCase());
}

export type RegisterResult = { session: Session } | UsernameTaken | InvalidInput;

/** The answer and its timing are the same whether there is an account with the address or not; the mail notifies its owner. */
export async function register(deps: UserDependencies, { clientAddress }: Caller, input: unknown): Promise<RegisterResult> {
  const parsed = parseInput(registerInput, input);
  if (!parsed.ok) return parsed.error;
  const { email, username, password } = parsed.value;
  deps.passwords.assertRoom();
  if (await isUsernameTaken(deps.database, username)) return usernameTaken;
  const addressMail = await mailForClaim(deps.database, email, deps.now());
  const passwordHash = await deps.passwords.hash(password);
  try {
    const session = await deps.database.transaction(async (sql) => {
      const account = await insertAccount(sql, {
        id: newId(),
        email,
        emailConfirmedAt: null,
        username,
        passwordHash,
        role: 'CUSTOMER',
      });
      await enqueue(sql, [createEvent('user.registered', account.id, { ...publicState(account), addressMail })]);
      await rememberPlace(sql, account.id, clientAddress, deps.now());
      return openSession(deps, sql, account);
    });
    deps.wakeRelay();
    return { session };
  } catch (error) {
    return takenFrom(error);
  }
}

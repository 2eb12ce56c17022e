import { z } from 'zod';
import { assertUser } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { ownAccount, setPassword } from '../accounts.ts';
import { checkPassword } from '../credentials.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { type TooManyAttempts, type WrongCredentials, wrongPassword } from '../errors.ts';
import { openSession, type Session } from '../sessions.ts';

const changePasswordInput = z.object({ currentPassword: accountField.anyPassword, newPassword: accountField.newPassword });

export type ChangePasswordResult = { session: Session } | WrongCredentials | TooManyAttempts | InvalidInput;

/** Ends every session, the caller's as well, and opens the one that is answered. @throws AppError UNAUTHENTICATED for a guest. */
export async function changePassword(
  deps: UserDependencies,
  { identity, clientAddress }: Caller,
  input: unknown,
): Promise<ChangePasswordResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(changePasswordInput, input);
  if (!parsed.ok) return parsed.error;
  const account = await ownAccount(deps.database, userId);
  const checked = await checkPassword(deps, account, account.email, parsed.value.currentPassword, clientAddress);
  if (typeof checked === 'object') return checked;
  if (checked === 'wrong') return wrongPassword;
  const passwordHash = await deps.passwords.hash(parsed.value.newPassword);
  const result = await deps.database.transaction(async (sql) => {
    const changed = await setPassword(sql, userId, passwordHash, account.passwordHash, {
      tokenLifetimeMs: deps.signer.lifetimeMs,
      now: deps.now(),
    });
    return changed ? { session: await openSession(deps, sql, changed) } : wrongPassword;
  });
  deps.wakeRelay();
  return result;
}

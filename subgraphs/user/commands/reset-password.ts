import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { type AccountRow, setPassword } from '../accounts.ts';
import { confirmAddress } from '../address-claims.ts';
import type { UserDependencies } from '../dependencies.ts';
import { type InvalidToken, invalidResetToken } from '../errors.ts';
import { tokenHash } from '../tokens.ts';

const resetPasswordInput = z.object({ token: z.string(), newPassword: accountField.newPassword });

export type ResetPasswordResult = { user: AccountRow } | InvalidToken | InvalidInput;

/** Ends every session of the account. */
export async function resetPassword(deps: UserDependencies, _identity: Identity, input: unknown): Promise<ResetPasswordResult> {
  const parsed = parseInput(resetPasswordInput, input);
  if (!parsed.ok) return parsed.error;
  deps.passwords.assertRoom();
  const hash = tokenHash(parsed.value.token);
  const known = await deps.database.query('SELECT FROM password_resets WHERE hash = $1 AND expires_at > $2', [hash, deps.now()]);
  if (known.count === 0) return invalidResetToken;
  const passwordHash = await deps.passwords.hash(parsed.value.newPassword);
  const user = await deps.database.transaction(async (sql) => {
    // the one statement that makes the token good once
    const { rows } = await sql.query<{ id: string }>(
      'DELETE FROM password_resets WHERE hash = $1 AND expires_at > $2 RETURNING account_id AS id',
      [hash, deps.now()],
    );
    return rows[0] ? setPassword(sql, rows[0].id, passwordHash, null, { tokenLifetimeMs: deps.signer.lifetimeMs, now: deps.now() }) : null;
  });
  deps.wakeRelay();
  if (user === null) return invalidResetToken;
  // the link went to the address that the account has: with another, it would have ended
  const emailConfirmed = await confirmAddress(deps.database, { userId: user.id, email: user.email }, deps.now());
  return { user: { ...user, emailConfirmed } };
}

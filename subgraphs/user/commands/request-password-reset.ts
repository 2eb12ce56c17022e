import { z } from 'zod';
import { createEvent, toMessage } from '#kafka/events.ts';
import { outboxRow, outboxRows } from '#kafka/outbox.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import type { Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { publicState } from '../accounts.ts';
import { findAccountOfAddress } from '../address-claims.ts';
import { countAttempt } from '../attempts.ts';
import type { UserDependencies } from '../dependencies.ts';
import { resetMails } from '../domain.ts';
import type { TooManyAttempts } from '../errors.ts';
import { createToken } from '../tokens.ts';

const resetLifetimeMs = 60 * 60 * 1000;

const requestPasswordResetInput = z.object({ email: accountField.email });

export type RequestPasswordResetResult = { accepted: true } | TooManyAttempts | InvalidInput;

/**
 * Enqueues a mail with a link that is valid once, for an hour. Executes the same statements and answers the same for an address
 * without an account: there the statement finds no row.
 */
export async function requestPasswordReset(
  deps: UserDependencies,
  _identity: Identity,
  input: unknown,
): Promise<RequestPasswordResetResult> {
  const parsed = parseInput(requestPasswordResetInput, input);
  if (!parsed.ok) return parsed.error;
  const { email } = parsed.value;
  const tooMany = await countAttempt(deps.database, { key: `reset/${email.toLowerCase()}`, limit: resetMails }, deps.now());
  if (tooMany) return tooMany;
  const account = await findAccountOfAddress(deps.database, email);
  const state = account ? publicState(account) : { userId: newId(), version: 1, email, username: 'nobody' };
  const { token, hash } = createToken();
  const expiresAt = new Date(deps.now().getTime() + resetLifetimeMs).toISOString();
  const sealedToken = deps.seal.seal(token, aboutReset(state.userId, expiresAt));
  const event = createEvent('user.password-reset-issued', state.userId, { ...state, sealedToken, expiresAt });
  await deps.database.query(insertReset, [outboxRows([toMessage(event)]), hash, state.userId, expiresAt]);
  deps.wakeRelay();
  return { accepted: true };
}

const insertReset = `
  WITH reset AS (
    INSERT INTO password_resets (hash, account_id, expires_at) SELECT $2, id, $4::timestamptz FROM accounts WHERE id = $3 RETURNING hash
  )
  INSERT INTO outbox (topic, key, headers, value)
  SELECT topic, key, headers, value
  FROM jsonb_to_recordset($1::jsonb) AS message ${outboxRow}
  WHERE EXISTS (SELECT FROM reset)`;

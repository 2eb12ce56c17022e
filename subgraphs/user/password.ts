import { createEvent, toMessage } from '#kafka/events.ts';
import { outboxColumns } from '#kafka/outbox.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import { assertUser, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { type AccountRow, ownAccount, publicState, setPassword } from './accounts.ts';
import { confirmAddress, findAccountOfAddress } from './address-claims.ts';
import { countAttempt } from './attempts.ts';
import type { UserDependencies } from './dependencies.ts';
import { type InvalidToken, invalidResetToken, resetMails, type TooManyAttempts, type WrongCredentials, wrongPassword } from './domain.ts';
import { changePasswordInput, requestPasswordResetInput, resetPasswordInput } from './inputs.ts';
import type { Session } from './sessions.ts';
import { createToken, tokenHash } from './tokens.ts';

const resetLifetimeMs = 60 * 60 * 1000;

/** New passwords: with the old one, or with a link that came by mail. */
export function createPasswordChanges(deps: UserDependencies) {
  const { database, passwords, sessions, credentials, seal, tokenLifetimeMs, clock, onCommitted } = deps;
  return {
    /** Ends every session, the caller's as well, and opens the one that is answered. */
    async changePassword(
      identity: Identity,
      input: unknown,
      clientAddress: string | undefined,
    ): Promise<{ session: Session } | WrongCredentials | TooManyAttempts | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(changePasswordInput, input);
      if (!parsed.ok) return parsed.error;
      const account = await ownAccount(database, userId);
      const checked = await credentials.check(account, account.email, parsed.value.currentPassword, clientAddress);
      if (typeof checked === 'object') return checked;
      if (checked === 'wrong') return wrongPassword;
      const passwordHash = await passwords.hash(parsed.value.newPassword);
      const result = await database.transaction(async (sql) => {
        const changed = await setPassword(sql, userId, passwordHash, account.passwordHash, { tokenLifetimeMs, now: clock() });
        return changed ? { session: await sessions.open(sql, changed) } : wrongPassword;
      });
      onCommitted();
      return result;
    },

    /**
     * Has a mail sent with a link that is good once, for an hour. Says and does the same, statement by statement, for an address that
     * nobody has: there the statement finds no account to write for.
     */
    async requestPasswordReset(input: unknown): Promise<{ accepted: true } | TooManyAttempts | InvalidInput> {
      const parsed = parseInput(requestPasswordResetInput, input);
      if (!parsed.ok) return parsed.error;
      const { email } = parsed.value;
      const tooMany = await countAttempt(database, { key: `reset/${email.toLowerCase()}`, limit: resetMails }, clock());
      if (tooMany) return tooMany;
      const account = await findAccountOfAddress(database, email);
      const state = account ? publicState(account) : { userId: newId(), version: 1, email, username: 'nobody' };
      const { token, hash } = createToken();
      const expiresAt = new Date(clock().getTime() + resetLifetimeMs).toISOString();
      const sealedToken = seal.seal(token, aboutReset(state.userId, expiresAt));
      const event = createEvent('user.password-reset-issued', state.userId, { ...state, sealedToken, expiresAt });
      await database.query(insertReset, [...outboxColumns([toMessage(event)]), hash, state.userId, expiresAt]);
      onCommitted();
      return { accepted: true };
    },

    async resetPassword(input: unknown): Promise<{ user: AccountRow } | InvalidToken | InvalidInput> {
      const parsed = parseInput(resetPasswordInput, input);
      if (!parsed.ok) return parsed.error;
      passwords.assertRoom();
      const hash = tokenHash(parsed.value.token);
      const known = await database.query('SELECT FROM password_resets WHERE hash = $1 AND expires_at > $2', [hash, clock()]);
      if (known.count === 0) return invalidResetToken;
      const passwordHash = await passwords.hash(parsed.value.newPassword);
      const user = await database.transaction(async (sql) => {
        // the one statement that makes the token good once
        const { rows } = await sql.query<{ id: string }>(
          'DELETE FROM password_resets WHERE hash = $1 AND expires_at > $2 RETURNING account_id AS id',
          [hash, clock()],
        );
        return rows[0] ? setPassword(sql, rows[0].id, passwordHash, null, { tokenLifetimeMs, now: clock() }) : null;
      });
      onCommitted();
      if (user === null) return invalidResetToken;
      // the link went to the address that the account has: with another, it would have ended
      const emailConfirmed = await confirmAddress(database, { userId: user.id, email: user.email }, clock());
      return { user: { ...user, emailConfirmed } };
    },
  };
}

const insertReset = `
  WITH reset AS (
    INSERT INTO password_resets (hash, account_id, expires_at) SELECT $5, id, $7::timestamptz FROM accounts WHERE id = $6 RETURNING hash
  )
  INSERT INTO outbox (topic, key, headers, value)
  SELECT topic, key, headers, value
  FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[]) AS message (topic, key, headers, value)
  WHERE EXISTS (SELECT FROM reset)`;

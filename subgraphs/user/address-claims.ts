import type { EventData } from '#kafka/contracts.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { brokenConstraint } from '#platform/postgres/errors.ts';
import { type AccountRow, accountColumns } from './accounts.ts';
import { countAttempt } from './attempts.ts';
import { addressMails } from './domain.ts';

/**
 * An address is a claim until its owner has opened a mail that went there. Any number of accounts may claim one, so neither the answer discloses, nor how
 * long it takes, who has an account; one account at most has it confirmed, and only that one is found by it. ADR 16 says why.
 */
export type AddressMail = NonNullable<EventData<'user.registered'>['addressMail']>;

/** Which mail a new claim makes: the same statements, whether the address is taken or not. */
export async function mailForClaim(database: Database, email: string, now: Date): Promise<AddressMail> {
  const tooMany = await countAttempt(database, { key: `address-mail/${email.toLowerCase()}`, limit: addressMails }, now);
  const inUse = await isConfirmed(database, email);
  if (tooMany) return 'none';
  return inUse ? 'in-use' : 'link';
}

/** Whether there is an account with this address, confirmed. */
export async function isConfirmed(sql: Sql, email: string): Promise<boolean> {
  return (await sql.query('SELECT FROM accounts WHERE lower(email) = lower($1) AND email_confirmed_at IS NOT NULL', [email])).count > 0;
}

/** The account that a mail to this address is about: the one that has it confirmed, or else the oldest that claims it. */
export async function findAccountOfAddress(sql: Sql, email: string): Promise<AccountRow | null> {
  const { rows } = await sql.query<AccountRow>(
    `SELECT ${accountColumns} FROM accounts WHERE lower(email) = lower($1) ORDER BY email_confirmed_at IS NULL, created_at, id LIMIT 1`,
    [email],
  );
  return rows[0] ?? null;
}

/** After its owner has opened a mail to this address. False when the account has another by now, or another account has this one. */
export async function confirmAddress(
  database: Database,
  { userId, email }: { userId: string; email: string },
  now: Date,
): Promise<boolean> {
  try {
    const { count } = await database.query(
      'UPDATE accounts SET email_confirmed_at = coalesce(email_confirmed_at, $3) WHERE id = $1 AND lower(email) = lower($2)',
      [userId, email, now],
    );
    return count > 0;
  } catch (error) {
    if (brokenConstraint(error) === 'accounts_confirmed_email_unique') return false;
    throw error;
  }
}

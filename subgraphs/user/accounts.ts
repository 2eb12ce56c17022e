import type { EventData } from '#kafka/contracts.ts';
import type { Role } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { brokenConstraint } from '#platform/postgres/errors.ts';
import { type Ending, endSessions } from './ended-sessions.ts';
import { type UsernameTaken, usernameTaken } from './errors.ts';

/** An account as this subgraph reads it; the password hash never leaves the commands. */
export type AccountRow = {
  readonly id: string;
  readonly email: string;
  /** Whether they have opened a mail that went there: only then may they log in with it. */
  readonly emailConfirmed: boolean;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly version: number;
  /** As ISO 8601. */
  readonly createdAt: string;
};

export const accountColumns = `
  accounts.id, accounts.email, accounts.email_confirmed_at IS NOT NULL AS "emailConfirmed", accounts.username, accounts.password_hash AS "passwordHash", accounts.role, accounts.version,
  to_char(accounts.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"`;

export async function findAccount(sql: Sql, id: string): Promise<AccountRow | null> {
  const { rows } = await sql.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

/** The account of a logged-in user. @throws AppError UNAUTHENTICATED when it was closed since the token was given. */
export async function ownAccount(sql: Sql, id: string): Promise<AccountRow> {
  const account = await findAccount(sql, id);
  if (account === null) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  return account;
}

/** The account as it was read, held against a change of its password or its end until the transaction ends; null when it is another by now. */
export async function holdUnchanged(sql: Sql, account: AccountRow): Promise<AccountRow | null> {
  const { rows } = await sql.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = $1 AND password_hash = $2 FOR SHARE`, [
    account.id,
    account.passwordHash,
  ]);
  return rows[0] ?? null;
}

/** By confirmed address or username: a username holds no @, so a login means one person at most. */
export async function findAccountByLogin(sql: Sql, login: string): Promise<AccountRow | null> {
  const isIt = login.includes('@') ? 'lower(email) = lower($1) AND email_confirmed_at IS NOT NULL' : 'lower(username) = lower($1)';
  const { rows } = await sql.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE ${isIt}`, [login]);
  return rows[0] ?? null;
}

/** Checked before a hash is computed for a name that is taken. */
export async function isUsernameTaken(sql: Sql, username: string): Promise<boolean> {
  return (await sql.query('SELECT FROM accounts WHERE lower(username) = lower($1)', [username])).count > 0;
}

/** The same from the unique index, for two who come at once. @throws `error` when it is about something else. */
export function takenFrom(error: unknown): UsernameTaken {
  if (brokenConstraint(error) === 'accounts_username_unique') return usernameTaken;
  throw error;
}

export async function insertAccount(
  sql: Sql,
  account: { id: string; email: string; emailConfirmedAt: Date | null; username: string; passwordHash: string; role: Role },
): Promise<AccountRow> {
  const { rows } = await sql.query<AccountRow>(
    `INSERT INTO accounts (id, email, email_confirmed_at, username, password_hash, role) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${accountColumns}`,
    [account.id, account.email, account.emailConfirmedAt, account.username, account.passwordHash, account.role],
  );
  return returned(rows);
}

/**
 * Sets the password, and with it ends every session and every link to set one. With `instead`, only if that is still the stored hash;
 * null when it is not, or the account is closed.
 */
export async function setPassword(
  sql: Sql,
  accountId: string,
  passwordHash: string,
  instead: string | null,
  ending: Ending,
): Promise<AccountRow | null> {
  const { rows } = await sql.query<AccountRow>(
    `UPDATE accounts SET password_hash = $2 WHERE id = $1 AND ($3::text IS NULL OR password_hash = $3) RETURNING ${accountColumns}`,
    [accountId, passwordHash, instead],
  );
  const [account] = rows;
  if (account === undefined) return null;
  await endSessions(sql, { accountId }, ending);
  await sql.query('DELETE FROM password_resets WHERE account_id = $1', [accountId]);
  // a person who knew the old one may have open sessions
  await sql.query('DELETE FROM known_places WHERE account_id = $1', [accountId]);
  return account;
}

/** The state of an account on the topic `accounts`. */
export function publicState(account: AccountRow): EventData<'user.registered'> {
  return { userId: account.id, version: account.version, email: account.email, username: account.username };
}

/** The row that a statement was to return. @throws AppError UNAUTHENTICATED when the account was closed in the same moment. */
export function returned(rows: readonly AccountRow[]): AccountRow {
  const [account] = rows;
  if (account === undefined) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  return account;
}

/** The ids of the admins, held until the transaction ends: of two who step down at once, the second sees that the first is gone. */
export async function lockAdmins(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>("SELECT id FROM accounts WHERE role = 'ADMIN' ORDER BY id FOR UPDATE");
  return rows.map((row) => row.id);
}

import { z } from 'zod';
import { createEvent } from '#kafka/events.ts';
import { enqueue } from '#kafka/outbox.ts';
import { assertUser } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { accountField } from '../account-input.ts';
import { type AccountRow, accountColumns, findAccount, ownAccount, publicState, returned } from '../accounts.ts';
import { type AddressMail, mailForClaim } from '../address-claims.ts';
import { checkPassword } from '../credentials.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { type TooManyAttempts, type WrongCredentials, wrongPassword } from '../errors.ts';

const changeEmailInput = z.object({ email: accountField.email, password: accountField.anyPassword });

export type ChangeEmailResult = { user: AccountRow } | WrongCredentials | TooManyAttempts | InvalidInput;

/** Links to set a password that went to the old address are void. If another account has the new one, a mail to it says so, and the answer to the caller does not. */
export async function changeEmail(deps: UserDependencies, { identity, clientAddress }: Caller, input: unknown): Promise<ChangeEmailResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(changeEmailInput, input);
  if (!parsed.ok) return parsed.error;
  const { email, password } = parsed.value;
  const account = await ownAccount(deps.database, userId);
  const checked = await checkPassword(deps, account, account.email, password, clientAddress);
  if (typeof checked === 'object') return checked;
  if (checked === 'wrong') return wrongPassword;
  const addressMail = await mailForClaim(deps.database, email, deps.now());
  const user = await deps.database.transaction((sql) => moveTo(sql, userId, email, addressMail));
  deps.wakeRelay();
  return { user };
}

/** The address that the account has already is confirmed, or gets its link once more. */
async function moveTo(sql: Sql, userId: string, email: string, addressMail: AddressMail): Promise<AccountRow> {
  const before = returned((await sql.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = $1 FOR UPDATE`, [userId])).rows);
  const isSame = before.email.toLowerCase() === email.toLowerCase();
  if (isSame && before.emailConfirmed && before.email === email) return before;
  await sql.query(
    'UPDATE accounts SET email = $2, email_confirmed_at = CASE WHEN $3 THEN email_confirmed_at END, version = version + 1 WHERE id = $1',
    [userId, email, isSame],
  );
  await sql.query('DELETE FROM password_resets WHERE account_id = $1', [userId]);
  const account = returned([await findAccount(sql, userId)].filter((row) => row !== null));
  const mail = account.emailConfirmed ? {} : { addressMail };
  const previous = isSame ? {} : { previousEmail: before.email };
  await enqueue(sql, [createEvent('user.email-changed', userId, { ...publicState(account), ...previous, ...mail })]);
  return account;
}

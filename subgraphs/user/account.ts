import { createEvent, tombstone } from '#kafka/events.ts';
import { enqueue, enqueueMessages } from '#kafka/outbox.ts';
import { assertAdmin, assertUser, type Identity, type Role } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type AccountRow, accountColumns, findAccount, ownAccount, publicState, returned } from './accounts.ts';
import { type AddressMail, mailForClaim } from './address-claims.ts';
import type { UserDependencies } from './dependencies.ts';
import {
  canStepDown,
  type LastAdmin,
  lastAdmin,
  type TooManyAttempts,
  type UserNotFound,
  userNotFound,
  type WrongCredentials,
  wrongPassword,
} from './domain.ts';
import { type Ending, endSessions, renewSessions } from './ended-sessions.ts';
import { changeEmailInput, deleteAccountInput, setUserRoleInput } from './inputs.ts';

/** What changes an account as a whole: its address, its role, its end. */
export function createAccountChanges(deps: UserDependencies) {
  const { database, credentials, tokenLifetimeMs, clock, onCommitted } = deps;
  return {
    /** Links to set a password that went to the old address are void. Whoever else has the new one is told by a mail to it, and the caller is not. */
    async changeEmail(
      identity: Identity,
      input: unknown,
      clientAddress: string | undefined,
    ): Promise<{ user: AccountRow } | WrongCredentials | TooManyAttempts | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(changeEmailInput, input);
      if (!parsed.ok) return parsed.error;
      const { email, password } = parsed.value;
      const account = await ownAccount(database, userId);
      const checked = await credentials.check(account, account.email, password, clientAddress);
      if (typeof checked === 'object') return checked;
      if (checked === 'wrong') return wrongPassword;
      const addressMail = await mailForClaim(database, email, clock());
      const user = await database.transaction((sql) => moveTo(sql, userId, email, addressMail));
      onCommitted();
      return { user };
    },

    /** Access tokens with the old role are worth nothing any more; the person's sessions go on. */
    async setUserRole(identity: Identity, input: unknown): Promise<{ user: AccountRow } | UserNotFound | LastAdmin | InvalidInput> {
      const caller = assertAdmin(identity);
      const parsed = parseInput(setUserRoleInput, input);
      if (!parsed.ok) return parsed.error;
      const result = await database.transaction(async (sql) => {
        const admins = await lockAdmins(sql);
        // the token may be older than the caller's own demotion
        if (!admins.includes(caller.userId)) throw new AppError('FORBIDDEN', 'Only an admin of the shop may do this.');
        return giveRole(sql, parsed.value, admins, { tokenLifetimeMs, now: clock() });
      });
      onCommitted();
      return result;
    },

    /** Erases the account with its sessions and addresses; who has copies hears it, and then the topic forgets the account, too. */
    async deleteAccount(
      identity: Identity,
      input: unknown,
      clientAddress: string | undefined,
    ): Promise<{ deletedId: string } | WrongCredentials | LastAdmin | TooManyAttempts> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(deleteAccountInput, input);
      // whatever is wrong with it, it is not the password
      if (!parsed.ok) return wrongPassword;
      const account = await ownAccount(database, userId);
      const checked = await credentials.check(account, account.email, parsed.value.password, clientAddress);
      if (typeof checked === 'object') return checked;
      if (checked === 'wrong') return wrongPassword;
      const deleted = await database.transaction(async (sql) => {
        const admins = await lockAdmins(sql);
        if (admins.includes(userId) && !canStepDown(userId, admins)) return lastAdmin;
        // held first: nobody opens a session between its sessions' end and its own
        await sql.query('SELECT FROM accounts WHERE id = $1 FOR UPDATE', [userId]);
        await endSessions(sql, { accountId: userId }, { tokenLifetimeMs, now: clock() });
        const { rows } = await sql.query<AccountRow>(`DELETE FROM accounts WHERE id = $1 RETURNING ${accountColumns}`, [userId]);
        const { version } = returned(rows);
        await enqueue(sql, [createEvent('user.deleted', userId, { userId, version: version + 1 })]);
        await enqueueMessages(sql, [tombstone('accounts', userId)]);
        return { deletedId: userId };
      });
      onCommitted();
      return deleted;
    },
  };
}

async function giveRole(
  sql: Sql,
  { userId, role }: { userId: string; role: Role },
  admins: readonly string[],
  ending: Ending,
): Promise<{ user: AccountRow } | UserNotFound | LastAdmin> {
  const wasAdmin = admins.includes(userId);
  if (role === 'CUSTOMER' && wasAdmin && !canStepDown(userId, admins)) return lastAdmin;
  const { rows } = await sql.query<AccountRow>(`UPDATE accounts SET role = $2 WHERE id = $1 RETURNING ${accountColumns}`, [userId, role]);
  if (rows[0] === undefined) return userNotFound;
  if (wasAdmin !== (role === 'ADMIN')) await renewSessions(sql, userId, ending);
  return { user: rows[0] };
}

/** The ids of the admins, held until the transaction ends: of two who step down at once, the second sees that the first is gone. */
async function lockAdmins(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>("SELECT id FROM accounts WHERE role = 'ADMIN' ORDER BY id FOR UPDATE");
  return rows.map((row) => row.id);
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

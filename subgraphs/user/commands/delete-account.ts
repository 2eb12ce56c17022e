import { z } from 'zod';
import { createEvent, tombstone } from '#kafka/events.ts';
import { enqueue, enqueueMessages } from '#kafka/outbox.ts';
import { assertUser } from '#platform/auth.ts';
import { parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { type AccountRow, accountColumns, lockAdmins, ownAccount, returned } from '../accounts.ts';
import { checkPassword } from '../credentials.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { canStepDown } from '../domain.ts';
import { endSessions } from '../ended-sessions.ts';
import { type LastAdmin, lastAdmin, type TooManyAttempts, type WrongCredentials, wrongPassword } from '../errors.ts';

const deleteAccountInput = z.object({ password: accountField.anyPassword });

export type DeleteAccountResult = { deletedId: string } | WrongCredentials | LastAdmin | TooManyAttempts;

/** Erases the account with its sessions and addresses; subscribers with copies handle the event, and then the topic forgets the account, too. */
export async function deleteAccount(
  deps: UserDependencies,
  { identity, clientAddress }: Caller,
  input: unknown,
): Promise<DeleteAccountResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(deleteAccountInput, input);
  // whatever is wrong with it, it is not the password
  if (!parsed.ok) return wrongPassword;
  const account = await ownAccount(deps.database, userId);
  const checked = await checkPassword(deps, account, account.email, parsed.value.password, clientAddress);
  if (typeof checked === 'object') return checked;
  if (checked === 'wrong') return wrongPassword;
  const deleted = await deps.database.transaction(async (sql) => {
    const admins = await lockAdmins(sql);
    if (admins.includes(userId) && !canStepDown(userId, admins)) return lastAdmin;
    // held first: no session can be opened between the end of its sessions and its own
    await sql.query('SELECT FROM accounts WHERE id = $1 FOR UPDATE', [userId]);
    await endSessions(sql, { accountId: userId }, { tokenLifetimeMs: deps.signer.lifetimeMs, now: deps.now() });
    const { rows } = await sql.query<AccountRow>(`DELETE FROM accounts WHERE id = $1 RETURNING ${accountColumns}`, [userId]);
    const { version } = returned(rows);
    await enqueue(sql, [createEvent('user.deleted', userId, { userId, version: version + 1 })]);
    await enqueueMessages(sql, [tombstone('accounts', userId)]);
    return { deletedId: userId };
  });
  deps.wakeRelay();
  return deleted;
}

import { z } from 'zod';
import { assertAdmin, type Identity, type Role } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type AccountRow, accountColumns, lockAdmins } from '../accounts.ts';
import type { UserDependencies } from '../dependencies.ts';
import { canStepDown } from '../domain.ts';
import { type Ending, renewSessions } from '../ended-sessions.ts';
import { type LastAdmin, lastAdmin, type UserNotFound, userNotFound } from '../errors.ts';

const setUserRoleInput = z.object({ userId: inputField.id(), role: z.enum(['CUSTOMER', 'ADMIN']) });

export type SetUserRoleResult = { user: AccountRow } | UserNotFound | LastAdmin | InvalidInput;

/** Access tokens with the old role are worth nothing any more; the person's sessions go on. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function setUserRole(deps: UserDependencies, identity: Identity, input: unknown): Promise<SetUserRoleResult> {
  const caller = assertAdmin(identity);
  const parsed = parseInput(setUserRoleInput, input);
  if (!parsed.ok) return parsed.error;
  const result = await deps.database.transaction(async (sql) => {
    const admins = await lockAdmins(sql);
    // the token may be older than the caller's own demotion
    if (!admins.includes(caller.userId)) throw new AppError('FORBIDDEN', 'Only an admin of the shop may do this.');
    return giveRole(sql, parsed.value, admins, { tokenLifetimeMs: deps.signer.lifetimeMs, now: deps.now() });
  });
  deps.wakeRelay();
  return result;
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

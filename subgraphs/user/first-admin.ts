import { createEvent } from '#kafka/events.ts';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { insertAccount, isUsernameTaken, publicState } from './accounts.ts';
import { isConfirmed } from './address-claims.ts';
import { registerInput } from './commands/register.ts';
import type { UserDependencies } from './dependencies.ts';

/** Any number that nothing else in this database uses for an advisory lock. */
const firstAdminLock = 7_204_120;

/**
 * Makes the first admin when the shop has none; of two processes that start at once, one does. An account that a customer opened
 * under that name or address is never made an admin: its owner is not verified.
 */
export async function ensureFirstAdmin(
  deps: Pick<UserDependencies, 'database' | 'passwords' | 'logger' | 'wakeRelay'>,
  admin: { email: string | undefined; username: string | undefined; password: string | undefined },
): Promise<void> {
  const { database, passwords, logger } = deps;
  if (admin.email === undefined && admin.username === undefined && admin.password === undefined) return;
  const parsed = parseInput(registerInput, { email: admin.email ?? '', username: admin.username ?? '', password: admin.password ?? '' });
  if (!parsed.ok) throw new Error(`ADMIN_EMAIL, ADMIN_USERNAME and ADMIN_PASSWORD do not make an account: ${parsed.error.message}`);
  if (await hasAdmin(database)) return;
  const { email, username, password } = parsed.value;
  const passwordHash = await passwords.hash(password);
  const made = await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [firstAdminLock]);
    if (await hasAdmin(sql)) return false;
    if ((await isUsernameTaken(sql, username)) || (await isConfirmed(sql, email))) {
      logger.error('the shop has no admin: a customer has the address of ADMIN_EMAIL or the name of ADMIN_USERNAME');
      return false;
    }
    const account = await insertAccount(sql, { id: newId(), email, emailConfirmedAt: new Date(), username, passwordHash, role: 'ADMIN' });
    await enqueue(sql, [createEvent('user.registered', account.id, publicState(account))]);
    return true;
  });
  if (!made) return;
  logger.info('the first admin has an account');
  deps.wakeRelay();
}

async function hasAdmin(sql: Sql): Promise<boolean> {
  const { count } = await sql.query("SELECT FROM accounts WHERE role = 'ADMIN' LIMIT 1");
  return count > 0;
}

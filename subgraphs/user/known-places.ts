import type { Sql } from '#platform/postgres/database.ts';
import { hashOf } from './tokens.ts';

/** So long after a log-in from there. */
const knownForMs = 30 * 24 * 60 * 60 * 1000;

/** Stored as a hash, which discloses the network only with knowledge of both. */
const keyOf = (accountId: string, clientAddress: string) => hashOf(`${accountId}/${clientAddress}`);

/** Its owner logged in from this address, or opened the account there. */
export async function rememberPlace(sql: Sql, accountId: string, clientAddress: string | undefined, now: Date): Promise<void> {
  if (clientAddress === undefined) return;
  await sql.query(
    'INSERT INTO known_places (key, account_id, until) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET until = excluded.until',
    [keyOf(accountId, clientAddress), accountId, new Date(now.getTime() + knownForMs)],
  );
}

/** Whether its owner was there within the last month. Asked, and answered no, for an account that does not exist as well. */
export async function isKnownPlace(sql: Sql, accountId: string, clientAddress: string | undefined, now: Date): Promise<boolean> {
  const key = keyOf(accountId, clientAddress ?? '');
  return (await sql.query('SELECT FROM known_places WHERE key = $1 AND until > $2', [key, now])).count > 0;
}

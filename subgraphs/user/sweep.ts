import type { Sql } from '#platform/postgres/database.ts';
import { refreshGraceMs } from './domain.ts';

const atOnce = 5000;

/** Removes what time has made worthless: sessions, tokens, links, counted attempts, keys of tokens. A long arrear is worked off over several rounds. */
export async function sweepExpired(sql: Sql, now: Date): Promise<void> {
  for (const [table, key, column] of expiring) {
    await sql.query(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${column} <= $1 ORDER BY ${column} LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)`,
      [now],
    );
  }
  // the database together with an old token must not be enough to derive its successors
  await sql.query('UPDATE refresh_tokens SET successor_key = NULL WHERE successor_key IS NOT NULL AND used_at <= $1', [
    new Date(now.getTime() - refreshGraceMs),
  ]);
}

const expiring = [
  ['sessions', 'id', 'expires_at'],
  ['refresh_tokens', 'hash', 'expires_at'],
  ['ended_sessions', 'id', 'until'],
  ['password_resets', 'hash', 'expires_at'],
  ['attempts', 'key', 'forget_at'],
  ['known_places', 'key', 'until'],
] as const;

import type { Sql } from '#platform/postgres/database.ts';
import { type AttemptLimit, pausesOf } from './domain.ts';
import { type TooManyAttempts, tooManyAttempts } from './errors.ts';
import { hashOf } from './tokens.ts';

/** Something that is tried, and how often it may be. Keys are kept as hashes: people type passwords where logins belong. */
export type Tried = { readonly key: string; readonly limit: AttemptLimit };

/**
 * Counts an attempt before its outcome is known, so that a hundred guesses at once are a hundred; the user error when it comes too early.
 * An attempt that comes too early changes nothing: hammering does not make the pause longer.
 */
export async function countAttempt(sql: Sql, tried: Tried, now: Date): Promise<TooManyAttempts | null> {
  const counted = await takeAttempt(sql, tried, now);
  return typeof counted === 'number' ? null : counted;
}

/** The same, and the how manyeth it is since the last success. */
export async function takeAttempt(sql: Sql, tried: Tried, now: Date): Promise<number | TooManyAttempts> {
  const key = hashOf(tried.key);
  const { rows } = await sql.query<{ count: number }>(count, [key, pausesOf(tried.limit), tried.limit.forgetAfterSeconds, now]);
  return rows[0]?.count ?? tooManyAttempts(await secondsOf(sql, key, now));
}

/** Whether it is too early for an attempt, without counting one. */
export async function findPause(sql: Sql, key: string, now: Date): Promise<TooManyAttempts | null> {
  const { count: waiting } = await sql.query('SELECT FROM attempts WHERE key = $1 AND next_at > $2 AND forget_at > $2', [hashOf(key), now]);
  return waiting === 0 ? null : tooManyAttempts(await secondsOf(sql, hashOf(key), now));
}

async function secondsOf(sql: Sql, key: string, now: Date): Promise<number> {
  const { rows } = await sql.query<{ seconds: number }>(secondsLeft, [key, now]);
  return Math.max(1, rows[0]?.seconds ?? 1);
}

/** After a success: the slate is clean. */
export async function forgetAttempts(sql: Sql, keys: readonly string[]): Promise<void> {
  await sql.query('DELETE FROM attempts WHERE key = ANY($1)', [keys.map(hashOf)]);
}

// without a pause well before now: of two at once, the one whose clock was read first may come second
const pauseAfter = (attempts: string) =>
  `$4::timestamptz + make_interval(secs => coalesce(nullif(($2::int[])[least(${attempts}, cardinality($2::int[]))], 0), -60))`;

const count = `
  INSERT INTO attempts AS known (key, count, next_at, forget_at)
  VALUES ($1, 1, ${pauseAfter('1')}, $4::timestamptz + make_interval(secs => $3::int))
  ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.forget_at <= $4::timestamptz THEN 1 ELSE known.count + 1 END,
    next_at = CASE WHEN known.forget_at <= $4::timestamptz THEN excluded.next_at ELSE ${pauseAfter('known.count + 1')} END,
    forget_at = excluded.forget_at
  WHERE known.forget_at <= $4::timestamptz OR known.next_at <= $4::timestamptz
  RETURNING count`;

const secondsLeft = 'SELECT ceil(extract(epoch FROM next_at - $2::timestamptz))::int AS seconds FROM attempts WHERE key = $1';

import { createEvent } from '#kafka/events.ts';
import { enqueue } from '#kafka/outbox.ts';
import type { Sql } from '#platform/postgres/database.ts';

/** A clock of another process may be late, and a token may be signed while its session ends. */
const marginMs = 60_000;
/** So many ids make 40 KB. */
const atOnce = 1000;

export type Ending = {
  /** How long an access token is good. */
  readonly tokenLifetimeMs: number;
  readonly now: Date;
};

/**
 * Ends sessions, in the transaction of `sql`: their refresh tokens are deleted, and an event is published, since access tokens are valid by
 * themselves. Resolves to how many there were.
 */
export async function endSessions(
  sql: Sql,
  which: { accountId: string } | { sessionIds: readonly string[] },
  ending: Ending,
): Promise<number> {
  const [condition, value] = 'accountId' in which ? ['account_id = $1', which.accountId] : ['id = ANY($1::uuid[])', which.sessionIds];
  const until = new Date(ending.now.getTime() + ending.tokenLifetimeMs + marginMs).toISOString();
  const { rows } = await sql.query<{ id: string; accountId: string }>(
    `WITH gone AS (DELETE FROM sessions WHERE ${condition} RETURNING id, account_id), kept AS (
       INSERT INTO ended_sessions (id, until) SELECT id, $2::timestamptz FROM gone ON CONFLICT DO NOTHING
     )
     SELECT id, account_id AS "accountId" FROM gone`,
    [value, until],
  );
  for (const [userId, sessions] of Map.groupBy(rows, (row) => row.accountId)) {
    for (let at = 0; at < sessions.length; at += atOnce) {
      const sessionIds = sessions.slice(at, at + atOnce).map((session) => session.id);
      await enqueue(sql, [createEvent('user.sessions-ended', userId, { userId, sessionIds, until })]);
    }
  }
  return rows.length;
}

/**
 * Makes every session of an account go on under another id, and ends the old ones: access tokens of before are worth nothing, refresh
 * tokens stay valid. For a change of the claims of a token.
 */
export async function renewSessions(sql: Sql, accountId: string, ending: Ending): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(renew, [accountId]);
  if (rows.length > 0) await endSessions(sql, { sessionIds: rows.map((row) => row.id) }, ending);
}

// the sessions are locked before their tokens, as a refresh does
const renew = `
  WITH old AS MATERIALIZED (
    SELECT id, expires_at, created_at, gen_random_uuid() AS next FROM sessions WHERE account_id = $1 ORDER BY id FOR UPDATE
  ), begun AS (
    INSERT INTO sessions (id, account_id, created_at, expires_at) SELECT next, $1, created_at, expires_at FROM old
  ), moved AS (
    UPDATE refresh_tokens SET session_id = old.next FROM old WHERE session_id = old.id
  )
  SELECT id FROM old`;

/** Of which sessions an access token may still look good. */
export async function findEndedSessions(sql: Sql, now: Date): Promise<{ sessionId: string; until: string }[]> {
  const { rows } = await sql.query<{ sessionId: string; until: string }>(
    `SELECT id AS "sessionId", to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS until
     FROM ended_sessions WHERE until > $1 ORDER BY until`,
    [now],
  );
  return rows;
}

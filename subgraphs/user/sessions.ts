import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type AccountRow, accountColumns } from './accounts.ts';
import type { UserDependencies } from './dependencies.ts';
import { classifyReuse } from './domain.ts';
import { endSessions } from './ended-sessions.ts';
import { type InvalidToken, invalidRefreshToken } from './errors.ts';
import { createSuccessorKey, createToken, successorOf, tokenHash } from './tokens.ts';

/** Being logged in, as the graph shows it. */
export type Session = { accessToken: string; refreshToken: string; expiresAt: string; user: AccountRow };

const day = 24 * 60 * 60 * 1000;
/** A session that is not refreshed for so long is over. */
const lifetimeMs = 30 * day;

/**
 * Sessions: a short access token that any part of the shop can check by itself, and an opaque refresh token that works once.
 *
 * Each refresh trades the token for a new one of the same session (RFC 9700, 4.14.2). For 30 s a used token is answered with the same
 * successor again, which rotates nothing: tabs refresh in the same moment, and answers are lost. After that a token that comes a second
 * time was copied, and the thief cannot be distinguished from the owner: the whole session ends. ADR 11 says why.
 */

type SessionDependencies = Pick<UserDependencies, 'database' | 'signer' | 'logger' | 'now' | 'wakeRelay'>;

/** A new session, in the transaction of `sql`. */
export async function openSession(deps: SessionDependencies, sql: Sql, account: AccountRow): Promise<Session> {
  const sessionId = newId();
  const { token, hash } = createToken();
  await sql.query(insertSession, [sessionId, account.id, hash, expiry(deps)]);
  return present(deps, account, sessionId, token);
}

export async function tradeToken(deps: SessionDependencies, refreshToken: string): Promise<Session | InvalidToken> {
  const hash = tokenHash(refreshToken);
  if (hash === null) return invalidRefreshToken;
  const key = createSuccessorKey();
  const next = successorOf(refreshToken, key);
  const { rows } = await deps.database.query<HeldSession>(trade, [hash, next.hash, deps.now(), expiry(deps), key]);
  return rows[0] ? present(deps, rows[0], rows[0].sessionId, next.token) : tradeAgain(deps, refreshToken, hash);
}

/** Ends the session that the token came from, used or not; false for a text that is no token. */
export async function endSessionOf(deps: SessionDependencies, refreshToken: string): Promise<boolean> {
  const hash = tokenHash(refreshToken);
  if (hash === null) return false;
  const { rows } = await deps.database.query<{ id: string }>('SELECT session_id AS id FROM refresh_tokens WHERE hash = $1', [hash]);
  await end(
    deps,
    rows.map((row) => row.id),
  );
  return true;
}

/** The answer to a token that could not be traded. */
async function tradeAgain(deps: SessionDependencies, refreshToken: string, hash: string): Promise<Session | InvalidToken> {
  const { database, logger, now } = deps;
  const { rows } = await database.query<HeldSession & UsedRow>(findUsed, [hash]);
  const [used] = rows;
  if (used === undefined) return invalidRefreshToken;
  // without a key: used so long ago that the sweep took it
  const next = used.successorKey === null ? null : successorOf(refreshToken, used.successorKey);
  const follower = await database.query('SELECT FROM refresh_tokens WHERE hash = $1 AND used_at IS NULL', [next?.hash ?? null]);
  const verdict = classifyReuse({ usedAt: new Date(used.usedAt), successorUsed: follower.count === 0 }, now());
  if (verdict === 'again' && next !== null) return present(deps, used, used.sessionId, next.token);
  if (verdict === 'stolen') {
    await end(deps, [used.sessionId]);
    logger.warn({ sessionId: used.sessionId }, 'a refresh token was used again long after its use: the session is ended');
  }
  return invalidRefreshToken;
}

async function end({ database, signer, now, wakeRelay }: SessionDependencies, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  await database.transaction((sql) => endSessions(sql, { sessionIds }, { tokenLifetimeMs: signer.lifetimeMs, now: now() }));
  wakeRelay();
}

function present({ signer }: SessionDependencies, account: AccountRow, sessionId: string, refreshToken: string): Session {
  const { token, expiresAt } = signer.sign({ userId: account.id, role: account.role, sessionId });
  return { accessToken: token, refreshToken, expiresAt: expiresAt.toISOString(), user: account };
}

const expiry = ({ now }: SessionDependencies) => new Date(now().getTime() + lifetimeMs);

type HeldSession = AccountRow & { sessionId: string };
type UsedRow = { usedAt: string; successorKey: string | null };

const insertSession = `
  WITH session AS (INSERT INTO sessions (id, account_id, expires_at) VALUES ($1, $2, $4) RETURNING id)
  INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $3, id, $4 FROM session`;

// The one UPDATE that only one of two requests can win. The session is locked before the token, as a deletion does, or the two would
// wait for each other.
const trade = `
  WITH locked AS (
    SELECT sessions.id FROM sessions JOIN refresh_tokens ON refresh_tokens.session_id = sessions.id
    WHERE refresh_tokens.hash = $1 FOR UPDATE OF sessions
  ), used AS (
    UPDATE refresh_tokens SET used_at = $3, successor_key = $5 FROM locked
    WHERE hash = $1 AND used_at IS NULL AND expires_at > $3::timestamptz AND session_id = locked.id
    RETURNING session_id
  ), next AS (
    INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $2, session_id, $4 FROM used
  ), prolonged AS (
    UPDATE sessions SET expires_at = $4 FROM used WHERE sessions.id = used.session_id RETURNING sessions.id, account_id
  )
  SELECT prolonged.id AS "sessionId", ${accountColumns} FROM prolonged JOIN accounts ON accounts.id = prolonged.account_id`;

const findUsed = `
  SELECT refresh_tokens.session_id AS "sessionId", used_at AS "usedAt", successor_key AS "successorKey", ${accountColumns}
  FROM refresh_tokens JOIN sessions ON sessions.id = session_id JOIN accounts ON accounts.id = account_id
  WHERE hash = $1 AND used_at IS NOT NULL`;

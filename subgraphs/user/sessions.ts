import type { Role } from '#platform/auth.ts';
import type { Database, Sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import { type AccountRow, accountColumns } from './accounts.ts';
import { type InvalidToken, invalidRefreshToken, whyNotRefreshed } from './rules.ts';
import { createToken, tokenHash } from './tokens.ts';

/** Being logged in, as the graph shows it. */
export type Session = { accessToken: string; refreshToken: string; expiresAt: string; user: AccountRow };

export type AccessTokenSigner = {
  sign(user: { userId: string; role: Role; sessionId: string }): { token: string; expiresAt: Date };
};

export type Sessions = ReturnType<typeof createSessions>;

const day = 24 * 60 * 60 * 1000;
/** A session that is not refreshed for so long is over. */
const lifetimeMs = 30 * day;

/**
 * Sessions: a short access token that any part of the shop can check by itself, and an opaque refresh token that works once.
 *
 * Each refresh trades the token for a new one of the same session (RFC 9700, 4.14.2). A token that comes a second time was copied by
 * somebody, and nobody can tell who is the thief: the whole session ends. There is no period of grace, as it would be the thief's too.
 * One case is no theft: two tabs that refresh in the same moment. The one whose request was there before the other had its answer loses
 * the race, is refused, and the session goes on with the winner's token. A client with several tabs refreshes in one of them.
 */
export function createSessions(parts: { database: Database; signer: AccessTokenSigner; clock: () => Date; logger: Logger }) {
  const { database, signer, clock, logger } = parts;
  const expiry = () => new Date(clock().getTime() + lifetimeMs);

  function present(account: AccountRow, sessionId: string, refreshToken: string): Session {
    const { token, expiresAt } = signer.sign({ userId: account.id, role: account.role, sessionId });
    return { accessToken: token, refreshToken, expiresAt: expiresAt.toISOString(), user: account };
  }

  return {
    /** A new session, in the transaction of `sql`. */
    async open(sql: Sql, account: AccountRow): Promise<Session> {
      const sessionId = newId();
      const { token, hash } = createToken();
      await sql.query(insertSession, [sessionId, account.id, hash, expiry()]);
      return present(account, sessionId, token);
    },

    async refresh(refreshToken: string): Promise<Session | InvalidToken> {
      const hash = tokenHash(refreshToken);
      if (hash === null) return invalidRefreshToken;
      const now = clock();
      const next = createToken();
      const { rows } = await database.query<Traded>(trade, [hash, next.hash, now, expiry()]);
      const [found] = rows;
      if (found?.id) return present(found, found.sessionId, next.token);
      const seen = found
        ? { usedAt: found.usedAt === null ? null : new Date(found.usedAt), expiresAt: new Date(found.tokenExpiresAt) }
        : null;
      if (found && whyNotRefreshed(seen, now) === 'reused') {
        await database.query('DELETE FROM sessions WHERE id = $1', [found.sessionId]);
        logger.warn({ sessionId: found.sessionId }, 'a refresh token was used a second time: the session is ended');
      }
      return invalidRefreshToken;
    },

    /** Ends the session that the token came from, used or not; false for a text that is no token. */
    async end(refreshToken: string): Promise<boolean> {
      const hash = tokenHash(refreshToken);
      if (hash === null) return false;
      await database.query('DELETE FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)', [hash]);
      return true;
    },
  };
}

type Traded = AccountRow & { sessionId: string; usedAt: string | null; tokenExpiresAt: string };

const insertSession = `
  WITH session AS (INSERT INTO sessions (id, account_id, expires_at) VALUES ($1, $2, $4) RETURNING id)
  INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $3, id, $4 FROM session`;

// `seen` is the token as it was when the request came; `used` is the one UPDATE that only one of two can win.
// The session is locked before the token, as a deletion does, or the two would wait for each other.
const trade = `
  WITH seen AS (
    SELECT hash, session_id, used_at, expires_at FROM refresh_tokens WHERE hash = $1
  ), locked AS (
    SELECT sessions.id FROM sessions JOIN seen ON seen.session_id = sessions.id FOR UPDATE OF sessions
  ), used AS (
    UPDATE refresh_tokens SET used_at = $3 FROM locked
    WHERE hash = $1 AND used_at IS NULL AND expires_at > $3::timestamptz AND session_id = locked.id
    RETURNING session_id
  ), next AS (
    INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $2, session_id, $4 FROM used
  ), prolonged AS (
    UPDATE sessions SET expires_at = $4 FROM used WHERE sessions.id = used.session_id RETURNING account_id
  )
  SELECT seen.session_id AS "sessionId", seen.used_at AS "usedAt", seen.expires_at AS "tokenExpiresAt", ${accountColumns}
  FROM seen LEFT JOIN prolonged ON true LEFT JOIN accounts ON accounts.id = prolonged.account_id`;

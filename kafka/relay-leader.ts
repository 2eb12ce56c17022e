import { pause } from '#platform/async/retry.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';

export type LeaderOptions = {
  database: Database;
  stopping: AbortSignal;
  /** Called with a connection that holds the lock; to return when it is stopping or the connection is lost. */
  lead(sql: Sql, isLost: () => boolean): Promise<void>;
  onLost(): void;
  onFailed(error: unknown): void;
};

/** Any number will do, so long as every relay uses the same; the lock is one of the database, not of the server. */
const relayLock = 7_204_114;
const tryEveryMs = 250;
/** The maximum delay until a second relay takes over from one that crashed. */
const lookForLockEveryMs = 1000;

/**
 * Leads whenever the lock of the database can be had, until it is stopped. The lock is one of the session, so the connection is our own, must not go
 * through a pooler of transactions, and is closed afterwards, which gives back the lock.
 */
export async function leadUntilStopped(options: LeaderOptions): Promise<void> {
  const { stopping } = options;
  while (!stopping.aborted) {
    try {
      await leadOnce(options);
    } catch (error) {
      if (stopping.aborted) return;
      options.onFailed(error);
    }
    await pause(tryEveryMs, stopping);
  }
}

async function leadOnce({ database, stopping, lead, onLost }: LeaderOptions): Promise<void> {
  const lost = new AbortController();
  const connection = await database.reserve(() => {
    lost.abort();
    onLost();
  });
  try {
    // a deletion that a crash undoes means that a message is sent twice, which the inbox sees to: no need to wait for the disk
    await connection.query('SET synchronous_commit = off');
    while (!stopping.aborted && !(await takeLock(connection))) await pause(lookForLockEveryMs, stopping);
    if (!stopping.aborted) await lead(connection, () => lost.signal.aborted);
  } finally {
    connection.release(true);
  }
}

async function takeLock(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS taken', [relayLock]);
  return rows[0]?.taken === true;
}

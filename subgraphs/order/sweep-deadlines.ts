import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#platform/logger.ts';
import { type Database, isTransientDatabaseError } from '#platform/postgres/database.ts';
import { applyTransition, type Deadlines } from './apply-transitions.ts';

/** Cancels orders that waited too long, the longest waiting first, at most `limit`; those that somebody is moving right now are left alone. */
export async function cancelOverdue(
  deps: { database: Database; deadlines: Deadlines; onCommitted(): void },
  limit: number,
): Promise<number> {
  const cancelled = await deps.database.transaction(async (sql) => {
    const { rows } = await sql.query<{ id: string }>(lockOverdue, [limit]);
    return applyTransition(
      sql,
      'deadline passed',
      rows.map((row) => ({ orderId: row.id })),
      deps.deadlines,
    );
  });
  if (cancelled.length > 0) deps.onCommitted();
  return cancelled.length;
}

const lockOverdue = 'SELECT id FROM orders WHERE deadline_at < now() ORDER BY deadline_at LIMIT $1::int FOR UPDATE SKIP LOCKED';

const batch = 200;

/** Looks for overdue orders every `everyMs`, at once again while there are more; goes on when the database was away. */
export function startSweep(options: { cancelOverdue(limit: number): Promise<number>; everyMs: number; logger: Logger }): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const sweepOnce = async (): Promise<void> => {
    try {
      let cancelled = batch;
      while (cancelled === batch && !stopping.signal.aborted) {
        cancelled = await options.cancelOverdue(batch);
        if (cancelled > 0) options.logger.info({ cancelled }, 'orders were cancelled: nobody answered in time');
      }
    } catch (error) {
      // whatever it was, the orders still wait and the next sweep must come
      if (isTransientDatabaseError(error)) options.logger.warn({ error }, 'the sweep of deadlines has to wait for the database');
      else options.logger.error({ error }, 'the sweep of deadlines failed');
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(options.everyMs, undefined, { signal: stopping.signal, ref: true }).catch(() => {});
      if (!stopping.signal.aborted) await sweepOnce();
    }
  };
  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

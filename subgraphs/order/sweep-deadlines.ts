import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
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

/** Cancels all of them, batch by batch. */
export async function cancelAllOverdue(
  deps: { cancelOverdue(limit: number): Promise<number>; logger: Logger },
  stopping: AbortSignal,
): Promise<void> {
  let cancelled = batch;
  while (cancelled === batch && !stopping.aborted) {
    cancelled = await deps.cancelOverdue(batch);
    if (cancelled > 0) deps.logger.info({ cancelled }, 'orders were cancelled: nobody answered in time');
  }
}

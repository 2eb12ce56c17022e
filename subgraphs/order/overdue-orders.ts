import type { Logger } from '#platform/logger.ts';
import type { OrderDependencies } from './dependencies.ts';
import { applyTransition } from './transitions.ts';

/** Cancels orders that waited too long, the longest waiting first, at most `limit`; those that another transaction holds are skipped. */
export async function cancelOverdue(deps: Pick<OrderDependencies, 'database' | 'deadlines' | 'wakeRelay'>, limit: number): Promise<number> {
  const cancelled = await deps.database.transaction(async (sql) => {
    const { rows } = await sql.query<{ id: string }>(lockOverdue, [limit]);
    return applyTransition(
      sql,
      'deadline passed',
      rows.map((row) => ({ orderId: row.id })),
      deps.deadlines,
    );
  });
  if (cancelled.length > 0) deps.wakeRelay();
  return cancelled.length;
}

const lockOverdue = 'SELECT id FROM orders WHERE deadline_at < now() ORDER BY deadline_at LIMIT $1::int FOR UPDATE SKIP LOCKED';

const batch = 200;

/** Cancels all of them, batch by batch. */
export async function cancelAllOverdue(
  deps: Pick<OrderDependencies, 'database' | 'deadlines' | 'wakeRelay'>,
  logger: Logger,
  stopping: AbortSignal,
): Promise<void> {
  let cancelled = batch;
  while (cancelled === batch && !stopping.aborted) {
    cancelled = await cancelOverdue(deps, batch);
    if (cancelled > 0) logger.info({ cancelled }, 'orders were cancelled: their deadline passed');
  }
}

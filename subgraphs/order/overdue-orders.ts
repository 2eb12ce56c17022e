import type { Span, Tracer } from '@opentelemetry/api';
import type { Logger } from '#platform/logger.ts';
import { endSpan } from '#platform/tracing/spans.ts';
import { contextOf, toTraceparent } from '#platform/tracing/trace-context.ts';
import type { OrderDependencies } from './dependencies.ts';
import { applyTransition } from './transitions.ts';

type Overdue = { readonly id: string; readonly traceparent: string | null };
type Sweep = Pick<OrderDependencies, 'database' | 'deadlines' | 'observeMoves' | 'wakeRelay'> & {
  /** Null when nothing is recorded. */
  readonly tracer?: Tracer | null;
};

/** Cancels orders that waited too long, the longest waiting first, at most `limit`; those that another transaction holds are skipped. */
export async function cancelOverdue(deps: Sweep, limit: number): Promise<number> {
  const { database, wakeRelay, tracer = null } = deps;
  const spans: Span[] = [];
  try {
    const cancelled = await database.transaction(async (sql) => {
      const { rows } = await sql.query<Overdue>(lockOverdue, [limit]);
      const overdue = rows.map((order) => ({ orderId: order.id, traceparent: traceparentOf(order, tracer, spans) }));
      return applyTransition(sql, 'deadline passed', overdue, deps);
    });
    if (cancelled.length > 0) wakeRelay();
    for (const span of spans) endSpan(span);
    return cancelled.length;
  } catch (error) {
    for (const span of spans) endSpan(span, error);
    throw error;
  }
}

/** The trace in which the order was placed goes on: in a span of its own where it is recorded. */
function traceparentOf({ id, traceparent }: Overdue, tracer: Tracer | null, spans: Span[]): string | undefined {
  const parent = contextOf(traceparent ?? undefined);
  if (tracer === null || parent === undefined) return traceparent ?? undefined;
  const span = tracer.startSpan('cancel overdue order', { attributes: { 'order.id': id } }, parent);
  spans.push(span);
  return toTraceparent(span.spanContext());
}

const lockOverdue =
  'SELECT id, traceparent FROM orders WHERE deadline_at < now() ORDER BY deadline_at LIMIT $1::int FOR UPDATE SKIP LOCKED';

const batch = 200;

/** Cancels all of them, batch by batch. */
export async function cancelAllOverdue(deps: Sweep & { readonly logger: Logger }, stopping: AbortSignal): Promise<void> {
  let cancelled = batch;
  while (cancelled === batch && !stopping.aborted) {
    cancelled = await cancelOverdue(deps, batch);
    if (cancelled > 0) deps.logger.info({ cancelled }, 'orders were cancelled: their deadline passed');
  }
}

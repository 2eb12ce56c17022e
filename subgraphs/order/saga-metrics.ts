import { Counter, Histogram, type Registry } from 'prom-client';
import { type CancelReason, cancelReasons, type OrderStatus, orderStatuses } from '#kafka/contracts.ts';
import { KeptAnswer } from '#platform/async/kept-answer.ts';
import { rowsGauge } from '#platform/metrics.ts';
import { afterCommit } from '#platform/postgres/after-commit.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { waitingStatuses } from './checkout-saga.ts';

/** An order that moved: what it left, and since when it had been there. */
export type Moved = {
  readonly status: OrderStatus;
  readonly cancelReason: CancelReason | null;
  readonly leftStatus: OrderStatus;
  readonly leftSince: Date;
  readonly placedAt: Date;
  readonly at: Date;
};

/** Told of orders that moved, in the transaction that moves them. */
export type ObserveMoves = (sql: Sql, moves: readonly Moved[]) => void;

const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const secondsBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
const isWaiting = (status: OrderStatus) => waitingStatuses.some((waiting) => waiting === status);

/** Shows how the checkouts go: what is counted has been committed. */
export function measureMoves(registry: Registry): ObserveMoves {
  const registers = [registry];
  const settled = new Histogram({
    name: 'marigold_order_settled_seconds',
    help: 'From the order to the end of its checkout: paid, or cancelled before it was.',
    labelNames: ['outcome'],
    buckets,
    registers,
  });
  const inStatus = new Histogram({
    name: 'marigold_order_status_seconds',
    help: 'How long orders were in a status in which the checkout waits for another service.',
    labelNames: ['status'],
    buckets,
    registers,
  });
  const cancellations = new Counter({
    name: 'marigold_order_cancellations_total',
    help: 'Orders that were cancelled, by reason.',
    labelNames: ['reason'],
    registers,
  });
  // a rate is known from the first one on only where there was a zero before it
  for (const outcome of ['PAID', 'CANCELLED']) settled.zero({ outcome });
  for (const status of waitingStatuses) inStatus.zero({ status });
  for (const reason of cancelReasons) cancellations.inc({ reason }, 0);
  const observe = ({ status, cancelReason, leftStatus, leftSince, placedAt, at }: Moved) => {
    if (status === 'CANCELLED' && cancelReason !== null) cancellations.inc({ reason: cancelReason });
    if (!isWaiting(leftStatus)) return;
    inStatus.observe({ status: leftStatus }, secondsBetween(leftSince, at));
    if (!isWaiting(status)) settled.observe({ outcome: status }, secondsBetween(placedAt, at));
  };
  return (sql, moves) => {
    if (moves.length > 0) afterCommit(sql, () => moves.forEach(observe));
  };
}

/** Counting every order reads the whole index: 80 ms for a million. */
const countedEveryMs = 30_000;

/** Shows how many orders are in each status. */
export function measureOrders(registry: Registry, database: Database): void {
  const count = new KeptAnswer(countedEveryMs, async () => {
    const { rows } = await database.query<{ status: OrderStatus; orders: number }>(
      'SELECT status, count(*)::int AS orders FROM orders GROUP BY status',
    );
    return new Map(rows.map(({ status, orders }) => [status, orders]));
  });
  const about = { name: 'marigold_orders', help: 'Orders by status, counted twice a minute at most.', labelNames: ['status'] } as const;
  rowsGauge(registry, about, async () => {
    const orders = await count.read();
    return orders && orderStatuses.map((status) => [{ status }, orders.get(status) ?? 0] as const);
  });
}

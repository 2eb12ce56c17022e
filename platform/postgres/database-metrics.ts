import type { Pool } from 'pg';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { BoundedLabel, durationBuckets } from '../metrics.ts';
import { type ObserveStatement, summaryOf } from './traced-statements.ts';

const mostStatements = 100;

/** Shows how long the statements of a database take, by what they do to which tables. */
export function measureStatements(registry: Registry): ObserveStatement {
  const statements = new BoundedLabel(mostStatements);
  const histogram = new Histogram({
    name: 'marigold_database_statement_seconds',
    help: 'How long statements took, by what they do to which tables.',
    labelNames: ['statement', 'outcome'],
    buckets: durationBuckets,
    registers: [registry],
  });
  return (text, seconds, failed) =>
    histogram.observe({ statement: statements.of(summaryOf(text)), outcome: failed ? 'failed' : 'done' }, seconds);
}

/** Shows the connections of a pool. `size`: how many there are at most. */
export function measurePool(registry: Registry, pool: Pool, size: number): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `marigold_database_pool_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('connections', 'Connections that are open.', () => pool.totalCount);
  gauge('idle_connections', 'Connections that are open and not in use.', () => pool.idleCount);
  gauge('waiting', 'Statements and transactions that wait for a connection.', () => pool.waitingCount);
  gauge('max_connections', 'Connections that may be open.', () => size);
}

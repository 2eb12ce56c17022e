import pg from 'pg';
import { type Sql, sqlOf } from './database.ts';

export type Reader = Sql & { close(): Promise<void> };

/**
 * Another service's database, to be read and never written: the server refuses every write. No tables and no migrations are ours here.
 * A statement that takes longer than `answersWithinMs` fails as when the database is away.
 */
export function openReader(options: { url: string; poolSize: number; answersWithinMs: number }): Reader {
  const pool = new pg.Pool({
    connectionString: options.url,
    options: `-c default_transaction_read_only=on -c statement_timeout=${options.answersWithinMs}`,
    connectionTimeoutMillis: options.answersWithinMs,
    query_timeout: options.answersWithinMs * 2,
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
  });
  // an idle connection that ends has nobody to tell; the next statement opens another
  pool.on('error', () => undefined);
  return { query: sqlOf(pool).query, close: () => pool.end() };
}

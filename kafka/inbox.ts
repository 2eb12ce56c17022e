import type { Logger } from '#platform/logger.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';

const hour = 60 * 60 * 1000;
/** Longer than any topic that is not compacted keeps its events (topics.ts). */
const keptForDays = 30;
const mostRows = 5000;

/**
 * Notes that the consumer deals with these events, in the transaction of their effects. Answers the ones that it had not dealt with:
 * who holds the same id in an open transaction is waited for.
 */
export async function enterInbox(sql: Sql, consumer: string, eventIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ event_id: string }>(insertIntoInbox, [consumer, eventIds]);
  return new Set(rows.map((row) => row.event_id));
}

/** Forgets, hourly, what cannot come again. */
export function startInboxSweep(options: { name: string; database: Database; logger: Logger }): { stop(): void } {
  const timer = setInterval(() => {
    sweepInbox(options.database, options.name).catch((error: unknown) => {
      options.logger.warn({ error }, 'the inbox was not swept; tried again in an hour');
    });
  }, hour);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Resolves to how many rows were forgotten. */
export async function sweepInbox(database: Database, consumer: string): Promise<number> {
  for (let total = 0; ; ) {
    const { count } = await database.query(deleteOld, [consumer, keptForDays, mostRows]);
    total += count;
    if (count < mostRows) return total;
  }
}

// in one order everywhere, so that two members with the same events wait for each other rather than deadlock
const insertIntoInbox = `
  INSERT INTO inbox (consumer, event_id)
  SELECT $1, event_id FROM (SELECT DISTINCT unnest($2::text[]) AS event_id ORDER BY 1) AS received
  ON CONFLICT DO NOTHING
  RETURNING event_id`;

const deleteOld = `
  DELETE FROM inbox WHERE (consumer, event_id) IN (
    SELECT consumer, event_id FROM inbox
    WHERE consumer = $1 AND handled_at < now() - make_interval(days => $2)
    LIMIT $3
  )`;

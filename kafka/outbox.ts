import type { Sql } from '#platform/postgres/database.ts';
import type { DomainEvent } from './contracts.ts';
import type { Message } from './event-log.ts';
import { toMessage } from './events.ts';
import { assertFits } from './message-limits.ts';

/** Publishes events if, and only if, the transaction of `sql` commits. In the order given. Wake the relay after the commit. @throws UnpublishableError for one that is too large. */
export async function enqueue(sql: Sql, events: readonly DomainEvent[]): Promise<void> {
  await enqueueMessages(sql, events.map(toMessage));
}

/** The same for messages that are no events of our own: tombstones, dead letters. */
export async function enqueueMessages(sql: Sql, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(insertIntoOutbox('$1'), [outboxRows(messages)]);
}

/** JSON for a statement that does more: a parameter of `insertIntoOutbox`, or `jsonb_to_recordset($1::jsonb) AS message ${outboxRow}`. @throws UnpublishableError */
export function outboxRows(messages: readonly Message[]): string {
  for (const message of messages) {
    // it would wait in the outbox for ever
    assertFits(message);
    if (message.bytes !== undefined) throw new Error('The outbox keeps text only.');
  }
  return JSON.stringify(messages.map(({ topic, key, headers, value }) => ({ topic, key, headers, value })));
}
export const outboxRow = '(topic text, key text, headers jsonb, value text)';

/**
 * Inserts the rows of one JSON parameter in their order, in which their ids rise. One parameter is 7 to 12 % faster than an array for each column;
 * as `json` instead of `jsonb` it would be 13 % slower with 100 messages.
 */
export const insertIntoOutbox = (parameter: `$${number}`) => `
  INSERT INTO outbox (topic, key, headers, value)
  SELECT topic, key, headers, value
  FROM ROWS FROM (jsonb_to_recordset(${parameter}::jsonb) AS ${outboxRow}) WITH ORDINALITY AS message (topic, key, headers, value, position)
  ORDER BY position`;

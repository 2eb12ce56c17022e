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
  await sql.query(insertIntoOutbox, outboxColumns(messages));
}

/** For a statement that does more: `WITH … INSERT INTO outbox (topic, key, headers, value) SELECT … FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[])`. */
export function outboxColumns(messages: readonly Message[]): [string[], string[], string[], (string | null)[]] {
  for (const message of messages) {
    // it would wait in the outbox for ever
    assertFits(message);
    if (message.bytes !== undefined) throw new Error('The outbox keeps text only.');
  }
  return [
    messages.map((message) => message.topic),
    messages.map((message) => message.key),
    messages.map((message) => JSON.stringify(message.headers)),
    messages.map((message) => message.value),
  ];
}

const insertIntoOutbox = `
  INSERT INTO outbox (topic, key, headers, value)
  SELECT topic, key, headers, value
  FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[]) WITH ORDINALITY AS message (topic, key, headers, value, position)
  ORDER BY position`;

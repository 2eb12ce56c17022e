import { defineEntity, p } from '@mikro-orm/postgresql';

/** What is to be published: written in the transaction that made it true, sent by the relay in order of id, then deleted. */
export const OutboxMessage = defineEntity({
  name: 'OutboxMessage',
  tableName: 'outbox',
  properties: {
    id: p.bigint().primary().autoincrement(),
    topic: p.text(),
    key: p.text(),
    headers: p.json(),
    value: p.text().nullable(),
    createdAt: p.datetime(3).defaultRaw('now()'),
    /** Why the event log will never take it; null for a message that waits to be sent. */
    refusedBecause: p.text().nullable(),
  },
});

/** What a consumer has dealt with: the same event a second time finds its row and changes nothing. */
export const InboxEntry = defineEntity({
  name: 'InboxEntry',
  tableName: 'inbox',
  properties: {
    consumer: p.text().primary(),
    eventId: p.text().primary(),
    handledAt: p.datetime(3).defaultRaw('now()').index(),
  },
});

/** Every service that publishes or handles events has these tables; add them to its entities. */
export const eventLogEntities = [OutboxMessage, InboxEntry];

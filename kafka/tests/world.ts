import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase, type Sql } from '#platform/postgres/database.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { type EventHandler, on } from '../consumer.ts';
import type { DomainEvent } from '../contracts.ts';
import { createEvent } from '../events.ts';
import { eventLogEntities } from '../tables.ts';

export const logger = createLogger('test', 'silent');

/** A database with the tables of the event log, and one more in which handlers leave what they did. */
export async function openWorld(label: string) {
  const server = await createTestDatabase(label);
  const migrations = mkdtempSync(join(tmpdir(), 'marigold-migrations-'));
  const open = () => openDatabase({ url: server.url, entities: eventLogEntities, migrations, poolSize: 4, logger });
  const database = await open();
  const create = async () => {
    await database.orm.schema.create();
    await database.query('CREATE TABLE effects (id bigserial PRIMARY KEY, key text NOT NULL, type text NOT NULL, event_id text NOT NULL)');
  };
  return {
    database,
    url: server.url,
    /** Another process with the same database. */
    open,
    create,
    async empty() {
      await database.query('TRUNCATE outbox, inbox, effects');
    },
    /** `key:type` in the order in which handlers wrote them. */
    async effects(): Promise<string[]> {
      const { rows } = await database.query<{ key: string; type: string }>('SELECT key, type FROM effects ORDER BY id');
      return rows.map(({ key, type }) => `${key}:${type}`);
    },
    async close() {
      await database.close();
      await server.drop();
      rmSync(migrations, { recursive: true, force: true });
    },
  };
}

const amount = { amount: 100, currency: 'EUR' } as const;

export const refunded = (key: string) =>
  createEvent('payment.refunded', key, { orderId: newId(), paymentId: newId(), refundId: newId(), amount });
export const succeeded = (key: string) => createEvent('payment.succeeded', key, { orderId: newId(), paymentId: newId(), amount });
export const failed = (key: string) =>
  createEvent('payment.failed', key, { orderId: newId(), paymentId: newId(), code: 'CARD_DECLINED', message: 'Declined.' });

type Received = Pick<DomainEvent, 'id' | 'type' | 'key'>;

/** SubscribedBy the three events of payment, and writes each into `effects`; `before` may reject. */
export function onPayment(before: (event: Received, sql: Sql) => unknown = () => undefined): EventHandler[] {
  const write = async (sql: Sql, events: readonly Received[]) => {
    for (const event of events) {
      await sql.query('INSERT INTO effects (key, type, event_id) VALUES ($1, $2, $3)', [event.key, event.type, event.id]);
      await before(event, sql);
    }
  };
  return [on('payment.refunded', [], write), on('payment.succeeded', [], write), on('payment.failed', [], write)];
}

/** The database with each transaction going through `around` first. */
export function withTransactions(database: Database, around: () => void): Database {
  return {
    ...database,
    transaction(work) {
      around();
      return database.transaction(work);
    },
  };
}

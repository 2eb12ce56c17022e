import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase, type Sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { type Hearing, hear } from '../consumer.ts';
import type { Fact } from '../contracts.ts';
import { createFact } from '../facts.ts';
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
  createFact('payment.refunded', key, { orderId: newId(), paymentId: newId(), refundId: newId(), amount });
export const succeeded = (key: string) => createFact('payment.succeeded', key, { orderId: newId(), paymentId: newId(), amount });
export const failed = (key: string) =>
  createFact('payment.failed', key, { orderId: newId(), paymentId: newId(), code: 'CARD_DECLINED', message: 'Declined.' });

type Heard = Pick<Fact, 'id' | 'type' | 'key'>;

/** Hears the three facts of payment, and writes each into `effects`; `before` may refuse. */
export function hearPayment(before: (fact: Heard, sql: Sql) => unknown = () => undefined): Hearing[] {
  const write = async (sql: Sql, facts: readonly Heard[]) => {
    for (const fact of facts) {
      await sql.query('INSERT INTO effects (key, type, event_id) VALUES ($1, $2, $3)', [fact.key, fact.type, fact.id]);
      await before(fact, sql);
    }
  };
  return [hear('payment.refunded', [], write), hear('payment.succeeded', [], write), hear('payment.failed', [], write)];
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

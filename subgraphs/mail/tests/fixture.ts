import { randomBytes } from 'node:crypto';
import type { DomainEvent } from '#kafka/contracts.ts';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { createSeal } from '#platform/sealed-text.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import { entities } from '../entities.ts';
import { subscribes } from '../events.ts';
import { MailSender, mostConnections } from '../mail-sender.ts';
import { openMailServer } from '../mail-server.ts';

const logger = createLogger('mail', 'silent');

/** As user seals. */
export const seal = createSeal([{ id: 'test', bytes: randomBytes(32) }]);

/** The database of mail and its handlers, with no inbox before them; senders are started where a test wants one. */
export async function openTestMail() {
  const testDatabase = await createTestDatabase('mail');
  const database = await openDatabase({ url: testDatabase.url, entities, migrations, poolSize: 6, logger });
  await database.migrate();
  return {
    database,
    url: testDatabase.url,
    /** One event, one transaction. */
    async handle(event: DomainEvent): Promise<void> {
      const handler = subscribes().find(({ type }) => type === event.type);
      await database.transaction(async (sql) => handler?.handle(sql, [event]));
    },
    /** What it holds, without what differs from run to run. */
    async state() {
      const mails = await database.query<{ kind: string; status: string; recipient: string | null; data: unknown }>(
        'SELECT kind, status, reason, recipient, data, fact_id FROM mails ORDER BY kind, fact_id',
      );
      const recipients = await database.query('SELECT * FROM recipients ORDER BY user_id');
      return { mails: mails.rows, recipients: recipients.rows };
    },
    statuses: async () =>
      (await database.query<{ status: string }>('SELECT status FROM mails ORDER BY kind, id')).rows.map((row) => row.status),
    startSender(smtpUrl: string, pauses: { awayFirstMs?: number; awayLongestMs?: number; refusedMs?: number; slowAfterMs?: number } = {}) {
      const sender = new MailSender({
        database,
        mailServer: openMailServer(smtpUrl, { name: 'Marigold', address: 'shop@marigold.example' }, mostConnections),
        shopUrl: 'https://shop.example',
        seal,
        signLink: ({ userId, email }) => `link-of-${userId}-${email}`,
        logger,
        pauses: { awayFirstMs: 20, awayLongestMs: 50, refusedMs: 10, sweepMs: 20, slowAfterMs: 1000, ...pauses },
      });
      sender.start();
      return sender;
    },
    empty: () => database.query('TRUNCATE mails, recipients'),
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}

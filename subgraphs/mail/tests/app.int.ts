import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { createSealKey } from '#platform/sealed-text.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { openSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { mailConfig, startMail } from '../app.ts';
import { anAccount, aPaidOrder, event } from './events.ts';

const secret = 'a secret of the tests of the mails';
const eventLog = createInProcessLog();
let testDatabase: TestDatabase;
let sink: SmtpSink;
let mail: Awaited<ReturnType<typeof startMail>>;

beforeAll(async () => {
  testDatabase = await createTestDatabase('mail');
  sink = await openSmtpSink();
  const config = loadConfig(mailConfig, {
    PORT: '0',
    ADMIN_PORT: '0',
    INTERNAL_TOKEN_SECRET: secret,
    DATABASE_URL: testDatabase.url,
    MAIL_KEYS: createSealKey('test'),
    SMTP_URL: sink.url,
    MAIL_FROM: 'Marigold <shop@marigold.example>',
    SHOP_URL: 'https://shop.example/',
  });
  mail = await startMail(config, { eventLog, logger: createLogger('mail', 'silent') });
});
afterAll(async () => {
  await mail?.stop();
  await sink?.stop();
  await eventLog.close();
  await testDatabase?.drop();
});

describe('the subgraph mail', () => {
  it('handles events from the log, and mails each of them once', async () => {
    const paid = toMessage(event('order.paid', aPaidOrder()));
    const registered = toMessage(event('user.registered', anAccount()));

    await eventLog.publish([paid, registered]);
    await eventLog.publish([paid, registered]);
    await waitFor('two mails', () => sink.mails.length >= 2);

    expect(sink.mails.map((mail) => mail.headers.match(/^Subject: (.*)$/m)?.[1]?.trim()).sort()).toEqual([
      'Welcome to Marigold',
      'Your receipt for order M-1001',
    ]);
    expect(sink.mails.every((mail) => mail.headers.includes('From: Marigold <shop@marigold.example>'))).toBe(true);
    expect(sink.mails.some((mail) => mail.body.includes('https://shop.example/orders/'))).toBe(true);
  });

  it('keeps the consumer group of the mailer, so that an installed shop reads on where it was', async () => {
    expect(new Set((await eventLog.lag(['mail', 'mailer'])).map(({ group }) => group))).toEqual(new Set(['mailer']));
  });
});

describe('a mail that failed', () => {
  it('is sent again at once for an admin', async () => {
    const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
    const database = new pg.Client({ connectionString: testDatabase.url });
    await database.connect();
    await eventLog.publish([toMessage(event('user.registered', anAccount({ userId: newId(), email: 'late@example.com' })))]);
    await waitFor('the mail', () => sink.mails.some(({ to }) => to[0] === 'late@example.com'));
    await waitFor('its note', async () => (await database.query("SELECT 1 FROM mails WHERE status = 'QUEUED'")).rowCount === 0);
    // as if the mail server had rejected it
    const { rows } = await database.query<{ id: string }>(
      "UPDATE mails SET status = 'FAILED', sent_at = NULL, data = $1 WHERE recipient = 'late@example.com' RETURNING id",
      [JSON.stringify(anAccount({ email: 'late@example.com' }))],
    );
    await database.end();
    const query = 'mutation ($id: ID!) { sendMailAgain(input: { id: $id }) { __typename } }';
    const response = await fetch(mail.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(admin, secret)}` },
      body: JSON.stringify({ query, variables: { id: rows[0]?.id } }),
    });

    expect(await response.json()).toEqual({ data: { sendMailAgain: { __typename: 'SendMailAgainSuccess' } } });
    await waitFor('the second copy', () => sink.mails.filter(({ to }) => to[0] === 'late@example.com').length === 2);
    expect(new Set(sink.mails.filter(({ to }) => to[0] === 'late@example.com').map(({ messageId }) => messageId)).size).toBe(1);
  });
});

describe('the configuration', () => {
  it('names what is wrong with it', () => {
    const env = { DATABASE_URL: 'postgres://x/y', SMTP_URL: 'mail.example.com', MAIL_FROM: 'nobody', SHOP_URL: 'shop' };

    expect(() => loadConfig(mailConfig, env)).toThrow(/SMTP_URL: must begin .*\n.*MAIL_FROM: must be an address.*\n.*SHOP_URL: must begin/);
  });
});

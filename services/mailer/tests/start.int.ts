import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toMessage } from '#kafka/facts.ts';
import { createInProcessLog } from '#kafka/in-process-log.ts';
import { loadConfig } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { createTestDatabase, type TestDatabase } from '#testing/postgres.ts';
import { waitFor } from '#testing/wait-for.ts';
import { mailerConfig, startMailer } from '../start.ts';
import { anAccount, aPaidOrder, fact } from './facts.ts';
import { openSmtpSink, type SmtpSink } from './smtp-sink.ts';

const eventLog = createInProcessLog();
let testDatabase: TestDatabase;
let sink: SmtpSink;
let mailer: Awaited<ReturnType<typeof startMailer>>;

beforeAll(async () => {
  testDatabase = await createTestDatabase('mailer');
  sink = await openSmtpSink();
  const config = loadConfig(mailerConfig, {
    PORT: '0',
    DATABASE_URL: testDatabase.url,
    SMTP_URL: sink.url,
    MAIL_FROM: 'Marigold <shop@marigold.example>',
    SHOP_URL: 'https://shop.example/',
  });
  mailer = await startMailer(config, { eventLog, logger: createLogger('mailer', 'silent') });
});
afterAll(async () => {
  await mailer?.stop();
  await sink?.stop();
  await eventLog.close();
  await testDatabase?.drop();
});

describe('the mailer', () => {
  it('hears facts from the log, and mails each of them once', async () => {
    const paid = toMessage(fact('order.paid', aPaidOrder()));
    const registered = toMessage(fact('user.registered', anAccount()));

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

  it('says that it lives and is ready, and nothing else', async () => {
    const ask = async (path: string) => (await fetch(`${mailer.url}${path}`)).status;

    expect([await ask('/livez'), await ask('/readyz'), await ask('/graphql')]).toEqual([200, 200, 404]);
  });
});

describe('the configuration', () => {
  it('names what is wrong with it', () => {
    const env = { DATABASE_URL: 'postgres://x/y', SMTP_URL: 'mail.example.com', MAIL_FROM: 'nobody', SHOP_URL: 'shop' };

    expect(() => loadConfig(mailerConfig, env)).toThrow(
      /SMTP_URL: must begin .*\n.*MAIL_FROM: must be an address.*\n.*SHOP_URL: must begin/,
    );
  });
});

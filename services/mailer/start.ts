import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startConsumer } from '#kafka/consumer.ts';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { serveHealth } from './health.ts';
import { openMailServer, type Sender } from './mail-server.ts';
import { startSender } from './sender.ts';

export const mailerConfig = {
  HOST: variable.host(),
  /** For /livez and /readyz only. */
  PORT: variable.port(4006),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(4),
  /** As in smtp://user:password@host:587, or smtps:// for TLS from the start. */
  SMTP_URL: z.string().regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://'),
  /** As in "Marigold <shop@example.com>", or the address alone. */
  MAIL_FROM: z.string().transform(toSender),
  /** The shop as customers open it, for the links in mails. */
  SHOP_URL: variable.httpUrl().transform((url) => url.replace(/\/+$/, '')),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

function toSender(text: string, context: z.RefinementCtx): Sender {
  const [, name = '', inBrackets, alone] = /^(?:([^<>\p{Cc}]*)<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/u.exec(text.trim()) ?? [];
  const address = inBrackets ?? alone;
  if (address !== undefined) return { name: name.trim() || 'Marigold', address };
  context.addIssue({ code: 'custom', message: 'must be an address, as in "Marigold <shop@example.com>"' });
  return z.NEVER;
}

/** Hears what customers are to be told, and tells them by mail. A mail server that is away delays mail; the mailer is ready all the same. */
export async function startMailer(
  config: ConfigOf<typeof mailerConfig>,
  { eventLog, logger }: Parts,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  // says no facts, but its dead letters go this way
  const relay = await startRelay({ database, eventLog, logger });
  let missing: string | null = 'The database is being prepared.';
  const health = await serveHealth({
    host: config.HOST,
    port: config.PORT,
    readiness: async () =>
      missing ??
      (await database.query('SELECT 1').then(
        () => null,
        () => 'The database does not answer.',
      )),
  });
  await migrateWhenReachable(database, logger);
  const mailServer = openMailServer(config.SMTP_URL, config.MAIL_FROM);
  const sender = startSender({ database, mailServer, shopUrl: config.SHOP_URL, logger });
  const consumer = await startConsumer({
    name: 'mailer',
    eventLog,
    database,
    hears: hears(),
    paceMs: 100,
    onCommitted() {
      sender.wake();
      relay.wake();
    },
    logger,
  });
  missing = null;
  return {
    url: health.url,
    port: health.port,
    async stop() {
      missing = 'It is stopping.';
      await consumer.stop();
      await sender.stop();
      await health.stop();
      await relay.stop();
      await database.close();
    },
  };
}

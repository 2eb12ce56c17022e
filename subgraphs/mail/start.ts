import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startFactService } from '#kafka/fact-service.ts';
import type { Parts } from '#kafka/service.ts';
import { adminConfig } from '#platform/admin-server.ts';
import { signEmailLink } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { createSeal, sealKeys } from '#platform/sealed-text.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { serveHealth } from './health.ts';
import { openMailServer, type Sender } from './mail-server.ts';
import { queueAgain } from './mails.ts';
import { mostUnderWay, startSender } from './sender.ts';

export const mailerConfig = {
  HOST: variable.host(),
  /** For /livez and /readyz, and for whoever has a mail sent again. */
  PORT: variable.port(4006),
  ...adminConfig(4006),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(4),
  INTERNAL_TOKEN_SECRET: variable.secret(),
  /** With which user seals what is for the mailer alone: id=32 bytes as base64, …; the one in use, and those before it for an hour. */
  MAIL_KEYS: sealKeys(),
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
export function startMailer(config: ConfigOf<typeof mailerConfig>, parts: Parts) {
  const { logger } = parts;
  return startFactService({
    name: 'mailer',
    config,
    parts,
    entities,
    migrations,
    create({ database }) {
      const mailServer = openMailServer(config.SMTP_URL, config.MAIL_FROM, mostUnderWay);
      const seal = createSeal(config.MAIL_KEYS);
      const signLink = (claim: { userId: string; email: string }) => signEmailLink(claim, config.INTERNAL_TOKEN_SECRET);
      let sender: ReturnType<typeof startSender> | undefined;
      const begin = () => {
        sender = startSender({ database, mailServer, shopUrl: config.SHOP_URL, seal, signLink, logger });
        return sender;
      };
      return {
        serve: (health) =>
          serveHealth({
            host: config.HOST,
            port: config.PORT,
            internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
            async sendAgain(mailId, adminId) {
              const isQueued = await queueAgain(database, mailId, adminId);
              if (isQueued) logger.info({ userId: adminId, mailId }, 'a mail that had failed was queued again');
              sender?.wake();
              return isQueued;
            },
            ...health,
          }),
        hears: hears(),
        paceMs: 100,
        onCommitted: () => sender?.wake(),
        work: () => [begin()],
      };
    },
  });
}

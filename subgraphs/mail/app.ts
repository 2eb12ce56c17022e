import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { signEmailLink } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { createSeal, sealKeys } from '#platform/sealed-text.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { MailDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { MailSender, mostConnections } from './mail-sender.ts';
import { openMailServer, type Sender } from './mail-server.ts';
import { createResolvers } from './resolvers.ts';

export const mailConfig = {
  ...subgraphConfig(4007),
  MAIL_KEYS: sealKeys().describe(
    '`id=`32 bytes as base64, separated by commas: the first seals what only the mail subgraph may read, all open it. `openssl rand -base64 32` makes one.',
  ),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .describe('The mail server: `smtp://user:password@host:587`, or `smtps://` for TLS from the start.'),
  MAIL_FROM: z.string().transform(toSender).describe('The sender of mails: `Marigold <shop@example.com>`, or the address alone.'),
  SHOP_URL: variable
    .httpUrl()
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('The shop as customers open it, for the links in mails.'),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

function toSender(text: string, context: z.RefinementCtx): Sender {
  const [, name = '', inBrackets, alone] = /^(?:([^<>\p{Cc}]*)<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/u.exec(text.trim()) ?? [];
  const address = inBrackets ?? alone;
  if (address !== undefined) return { name: name.trim() || 'Marigold', address };
  context.addIssue({ code: 'custom', message: 'must be an address, as in "Marigold <shop@example.com>"' });
  return z.NEVER;
}

/** Mails customers what happened, and shows admins the mails. A mail server that is away delays mail; the subgraph is ready all the same. */
export function startMail(config: ConfigOf<typeof mailConfig>, context: ServiceContext) {
  const { logger } = context;
  return startSubgraph({
    name: 'mail',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database, tracer }) {
      const mailServer = openMailServer(config.SMTP_URL, config.MAIL_FROM, mostConnections);
      const seal = createSeal(config.MAIL_KEYS);
      const signLink = (claim: { userId: string; email: string }) => signEmailLink(claim, config.INTERNAL_TOKEN_SECRET);
      const sender = new MailSender({ database, mailServer, shopUrl: config.SHOP_URL, seal, signLink, tracer, logger });
      const wakeSender = () => sender.wake();
      const deps: MailDependencies = { database, wakeSender, logger };
      return {
        resolvers: createResolvers(deps),
        createLoaders: (identity) => createLoaders(deps, identity),
        subscribes: subscribes(),
        minFetchIntervalMs: 100,
        onCommitted: wakeSender,
        work() {
          sender.start();
          return [sender];
        },
      };
    },
  });
}

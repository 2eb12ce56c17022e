import type { Parts } from '#kafka/service.ts';
import { configWithoutTables, startSubgraphWithoutTables } from '#kafka/subgraph-without-tables.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { openReader } from '#platform/reader.ts';
import { createMailerClient } from './mailer-client.ts';
import { createLoaders, createResolvers } from './resolvers.ts';
import { createMailService } from './service.ts';

export const mailConfig = {
  ...configWithoutTables(4007),
  /** The mailer's: it is read, and never written. */
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(2),
  /** The mailer itself, which is asked to send a mail again. */
  MAILER_URL: variable.httpUrl(),
} as const;

/** An admin who looks at an order does not wait longer for its mails than this. */
const answersWithinMs = 1500;

/** Shows the mailer's notes in the graph. */
export function startMail(config: ConfigOf<typeof mailConfig>, parts: Parts) {
  return startSubgraphWithoutTables({
    name: 'mail',
    config,
    parts,
    schema: new URL('./schema.graphql', import.meta.url),
    create() {
      const reader = openReader({ url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE, answersWithinMs });
      const mailer = createMailerClient({ url: config.MAILER_URL, secret: config.INTERNAL_TOKEN_SECRET, answersWithinMs });
      const service = createMailService({ reader, mailer, logger: parts.logger });
      return {
        resolvers: createResolvers(service),
        createLoaders: (identity) => createLoaders(service, identity),
        problem: service.problem,
        close: reader.close,
      };
    },
  });
}

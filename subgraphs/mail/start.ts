import type { Parts } from '#kafka/service.ts';
import { configWithoutTables, startSubgraphWithoutTables } from '#kafka/subgraph-without-tables.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { openReader } from '#platform/reader.ts';
import { createLoaders, createResolvers } from './resolvers.ts';
import { createMailService } from './service.ts';

export const mailConfig = {
  ...configWithoutTables(4007),
  /** The mailer's: it is read, and never written. */
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(2),
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
      const service = createMailService({ reader, logger: parts.logger });
      return {
        resolvers: createResolvers(),
        createLoaders: (identity) => createLoaders(service, identity),
        problem: service.problem,
        close: reader.close,
      };
    },
  });
}

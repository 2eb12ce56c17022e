import { z } from 'zod';
import type { ServiceContext } from '#kafka/event-worker.ts';
import type { ConfigOf } from '#platform/config.ts';
import { configWithoutTables, startSubgraph } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { readComponentAddresses } from './components.ts';
import type { OperationsDependencies } from './dependencies.ts';
import { EventLogAccess } from './event-log-access.ts';
import { createResolvers } from './resolvers.ts';

export const operationsConfig = {
  ...configWithoutTables(4008),
  COMPONENTS: z
    .string()
    .transform(readComponentAddresses)
    .describe('The admin addresses of the components of the shop: `gateway=http://127.0.0.1:4050,product=http://127.0.0.1:4051`'),
} as const;

/** Shows admins how the shop is, and lets them replay dead letters. Keeps nothing. */
export function startOperations(config: ConfigOf<typeof operationsConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'operations',
    config,
    context,
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create() {
      const { eventLog, logger } = context;
      const deps: OperationsDependencies = {
        components: config.COMPONENTS,
        eventLog,
        access: new EventLogAccess(eventLog, logger),
        logger,
      };
      return { resolvers: createResolvers(deps), createLoaders: () => ({}) };
    },
  });
}

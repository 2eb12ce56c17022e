import { z } from 'zod';
import type { ServiceContext } from '#kafka/event-worker.ts';
import type { ConfigOf } from '#platform/config.ts';
import { configWithoutTables, startSubgraph } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { readComponentAddresses } from './components.ts';
import type { OperationsDependencies } from './dependencies.ts';
import { EventLogAccess } from './event-log-access.ts';
import { createResolvers } from './resolvers.ts';
import { TraceFeed } from './trace-feed.ts';
import { TraceStore } from './trace-store.ts';

export const operationsConfig = {
  ...configWithoutTables(4008),
  COMPONENTS: z
    .string()
    .transform(readComponentAddresses)
    .describe('The admin addresses of the components of the shop: `gateway=http://127.0.0.1:4050,product=http://127.0.0.1:4051`'),
  TRACE_STORE_BYTES: z.coerce
    .number()
    .int()
    .min(1024 * 1024)
    .default(32 * 1024 * 1024)
    .describe('Memory for the traces that the admin pages show, in bytes.'),
} as const;

/** Shows admins how the shop is, and lets them replay dead letters. Keeps nothing but the latest traces, in memory. */
export function startOperations(config: ConfigOf<typeof operationsConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'operations',
    config,
    context,
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ registry }) {
      const { eventLog, logger } = context;
      const traces = new TraceStore(config.TRACE_STORE_BYTES);
      const feed = new TraceFeed({ eventLog, store: traces, registry, logger });
      const deps: OperationsDependencies = {
        components: config.COMPONENTS,
        eventLog,
        access: new EventLogAccess(eventLog, logger),
        traces,
        logger,
      };
      return { resolvers: createResolvers(deps), createLoaders: () => ({}), close: () => feed.stop() };
    },
  });
}

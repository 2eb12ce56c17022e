import { z } from 'zod';
import type { ServiceContext } from '#kafka/event-worker.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { configWithoutTables, startSubgraph } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { readComponentAddresses } from './components.ts';
import type { OperationsDependencies } from './dependencies.ts';
import { EventLogAccess } from './event-log-access.ts';
import { measureEventLog } from './event-log-metrics.ts';
import { LogAccess } from './log-access.ts';
import { LogCollector } from './log-collector.ts';
import { LokiPusher } from './loki.ts';
import { MetricScraper } from './metric-scraper.ts';
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
  LOGS_FOLDER: z
    .string()
    .optional()
    .describe(
      'Where the log records of all services are kept, in files of its own; without it they are not collected, and `Query.logs` is unavailable.',
    ),
  LOGS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1024 * 1024)
    .max(100 * 1024 ** 3)
    .default(100 * 1024 * 1024)
    .describe('How large these files may become together; the oldest go first.'),
  LOKI_URL: variable
    .httpUrl()
    .optional()
    .describe(
      'A Loki that gets the collected records, too; with `user:password@` where it asks for them, and without `/loki/api/v1/push`.',
    ),
} as const;

/** Shows admins how the shop is, lets them replay dead letters, keeps the latest traces and an hour of metrics in memory, and collects the logs of all services. */
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
      const { LOGS_FOLDER: folder, LOGS_MAX_BYTES: maxBytes, LOKI_URL: lokiUrl } = config;
      const collector = folder === undefined ? null : new LogCollector({ folder, maxBytes, eventLog, logger });
      const loki = folder === undefined || lokiUrl === undefined ? null : new LokiPusher({ folder, url: lokiUrl, logger });
      const metrics = new MetricScraper({ components: config.COMPONENTS, logger });
      const scraping = metrics.start();
      const deps: OperationsDependencies = {
        components: config.COMPONENTS,
        eventLog,
        access: new EventLogAccess(eventLog, logger),
        traces,
        logs: folder === undefined ? null : new LogAccess(folder),
        metrics,
        logger,
      };
      measureEventLog(registry, deps);
      return {
        resolvers: createResolvers(deps),
        createLoaders: () => ({}),
        async close() {
          await Promise.all([feed.stop(), collector?.stop(), loki?.stop(), scraping.stop()]);
        },
      };
    },
  });
}

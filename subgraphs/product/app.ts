import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { openCache } from '#platform/cache.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { cachePrefix } from './catalogue.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createProductService } from './service.ts';

export const productConfig = {
  ...subgraphConfig(4001),
  /** Keeps what was read of products; without it each read asks the database. */
  REDIS_URL: variable.redisUrl().optional(),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startProduct(config: ConfigOf<typeof productConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'product',
    config,
    logger: context.logger,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    schema: new URL('./schema.graphql', import.meta.url),
    create({ database, wakeRelay }) {
      const cache = openCache(config.REDIS_URL, { prefix: cachePrefix, logger: context.logger });
      const service = createProductService({ database, cache, wakeRelay });
      return {
        resolvers: createResolvers(service),
        createLoaders: () => createLoaders(service),
        file: service.findPicture,
        subscribes: subscribes(service),
        minFetchIntervalMs: 10,
        onCommitted: () => {
          // never rejects: a cache that is away is no cache
          void service.eventsCommitted();
        },
        close: () => cache.close(),
      };
    },
  });
}

import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { openCache } from '#platform/cache.ts';
import type { ConfigOf } from '#platform/config.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { redisConfig } from '#platform/redis.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { ProductDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { findPicture } from './pictures.ts';
import { cachePrefix } from './queries/catalogue.ts';
import { createResolvers } from './resolvers.ts';
import { StaleProducts } from './stale-products.ts';

export const productConfig = {
  ...subgraphConfig(4001),
  ...redisConfig('Caches products; without it each read asks the database.'),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startProduct(config: ConfigOf<typeof productConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'product',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database, wakeRelay, registry }) {
      const cache = openCache(config.REDIS_URL, { prefix: cachePrefix, registry, tlsCa: config.REDIS_TLS_CA, logger: context.logger });
      const staleProducts = new StaleProducts(cache);
      const deps: ProductDependencies = { database, cache, staleProducts, largeCounts: new LargeCounts(), wakeRelay };
      return {
        resolvers: createResolvers(deps),
        createLoaders: () => createLoaders(deps),
        file: (path) => findPicture(deps, path),
        subscribes: subscribes(deps),
        minFetchIntervalMs: 10,
        onCommitted: () => {
          void staleProducts.dropFromCache();
        },
        close: () => cache.close(),
      };
    },
  });
}

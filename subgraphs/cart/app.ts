import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import type { ConfigOf } from '#platform/config.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { CartDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { startCartSweep } from './sweep.ts';

export const cartConfig = subgraphConfig(4002);

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startCart(config: ConfigOf<typeof cartConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'cart',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database }) {
      const deps: CartDependencies = { database };
      return {
        resolvers: createResolvers(deps),
        createLoaders: (identity) => createLoaders(deps, identity),
        subscribes: subscribes(),
        // a customer who buys again at once expects the cart to be empty
        minFetchIntervalMs: 10,
        work: () => [startCartSweep(deps, context.logger)],
      };
    },
  });
}

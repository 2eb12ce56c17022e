import { fileURLToPath } from 'node:url';
import type { ServiceContext } from '#kafka/service.ts';
import { startSubgraph, subgraphConfig } from '#kafka/subgraph.ts';
import type { ConfigOf } from '#platform/config.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createCartService } from './service.ts';
import { startSweep } from './sweep.ts';

export const cartConfig = subgraphConfig(4002);

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startCart(config: ConfigOf<typeof cartConfig>, context: ServiceContext) {
  return startSubgraph({
    name: 'cart',
    config,
    context,
    entities,
    migrations,
    schema: new URL('./schema.graphql', import.meta.url),
    create({ database }) {
      const service = createCartService({ database });
      return {
        resolvers: createResolvers(service),
        createLoaders: (identity) => createLoaders(service, identity),
        subscribes: subscribes(service),
        // a customer who buys again at once expects the cart to be empty
        minFetchIntervalMs: 10,
        work: () => [startSweep(service, context.logger)],
      };
    },
  });
}

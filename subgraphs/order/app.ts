import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { startSweep } from '#platform/async/sweep.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { createCartClient } from './cart-client.ts';
import type { OrderDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { cancelAllOverdue } from './overdue-orders.ts';
import { createResolvers } from './resolvers.ts';
import { measureMoves, measureOrders } from './saga-metrics.ts';

export const orderConfig = {
  ...subgraphConfig(4003),
  CART_URL: variable.httpUrl().describe('The `/graphql` of the cart subgraph, where order reads what is bought.'),
  PENDING_DEADLINE_MS: variable.milliseconds(30_000).describe('How long an order waits for its stock before it is cancelled.'),
  PAYMENT_DEADLINE_MS: variable.milliseconds(60_000).describe('How long an order waits for its payment before it is cancelled.'),
  MAX_UNPAID_ORDERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(5)
    .describe('Orders of one account that wait for stock or payment at once.'),
  MAX_UNPAID_PIECES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(200)
    .describe('Pieces in those orders together: no other customer can buy them.'),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startOrder(config: ConfigOf<typeof orderConfig>, context: ServiceContext) {
  const { logger } = context;
  return startSubgraph({
    name: 'order',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database, wakeRelay, tracer, registry }) {
      measureOrders(registry, database);
      const cart = createCartClient({ url: config.CART_URL, logger });
      const deps: OrderDependencies = {
        database,
        largeCounts: new LargeCounts(),
        cart,
        deadlines: { PENDING: config.PENDING_DEADLINE_MS, AWAITING_PAYMENT: config.PAYMENT_DEADLINE_MS },
        unpaidLimits: { maxOrders: config.MAX_UNPAID_ORDERS, maxPieces: config.MAX_UNPAID_PIECES },
        observeMoves: measureMoves(registry),
        newId,
        now: () => new Date(),
        wakeRelay,
        logger,
      };
      return {
        resolvers: createResolvers(deps),
        createLoaders: (identity) => createLoaders(deps, identity),
        subscribes: subscribes(deps),
        minFetchIntervalMs: 10,
        work: () => [
          startSweep({
            everyMs: 1000,
            what: 'overdue orders',
            sweep: (stopping) => cancelAllOverdue({ ...deps, tracer }, stopping),
            logger,
          }),
        ],
        close: () => cart.close(),
      };
    },
  });
}

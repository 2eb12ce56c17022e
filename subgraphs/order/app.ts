import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { startSweep } from '#platform/async/sweep.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { createCartClient } from './cart-client.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createOrderService } from './service.ts';
import { cancelAllOverdue } from './sweep-deadlines.ts';

export const orderConfig = {
  ...subgraphConfig(4003),
  /** The cart subgraph's /graphql. */
  CART_URL: variable.httpUrl(),
  PENDING_DEADLINE_MS: variable.milliseconds(30_000),
  PAYMENT_DEADLINE_MS: variable.milliseconds(60_000),
  /** How many orders of one account may wait for stock or payment at once … */
  MAX_UNPAID_ORDERS: z.coerce.number().int().min(1).max(1_000_000).default(5),
  /** … and how many pieces they may hold together: nobody else can buy those. */
  MAX_UNPAID_PIECES: z.coerce.number().int().min(1).max(1_000_000).default(200),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function startOrder(config: ConfigOf<typeof orderConfig>, context: ServiceContext) {
  const { logger } = context;
  return startSubgraph({
    name: 'order',
    config,
    logger: context.logger,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    schema: new URL('./schema.graphql', import.meta.url),
    create({ database, wakeRelay }) {
      const cart = createCartClient({ url: config.CART_URL, logger });
      const service = createOrderService({
        database,
        cart,
        deadlines: { PENDING: config.PENDING_DEADLINE_MS, AWAITING_PAYMENT: config.PAYMENT_DEADLINE_MS },
        unpaidLimits: { maxOrders: config.MAX_UNPAID_ORDERS, maxPieces: config.MAX_UNPAID_PIECES },
        newId,
        now: () => new Date(),
        onCommitted: wakeRelay,
      });
      return {
        resolvers: createResolvers(service),
        createLoaders: (identity) => createLoaders(service, identity),
        subscribes: subscribes(service),
        minFetchIntervalMs: 10,
        work: () => [
          startSweep({
            everyMs: 1000,
            what: 'overdue orders',
            sweep: (stopping) => cancelAllOverdue({ cancelOverdue: service.cancelOverdue, logger }, stopping),
            logger,
          }),
        ],
        close: () => cart.close(),
      };
    },
  });
}

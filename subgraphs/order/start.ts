import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startConsumer } from '#kafka/consumer.ts';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { serveSubgraph } from '#platform/server.ts';
import { createCartClient } from './cart-client.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createOrderService } from './service.ts';
import { startSweep } from './sweep-deadlines.ts';

export const orderConfig = {
  HOST: variable.host(),
  PORT: variable.port(4003),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(6),
  INTERNAL_TOKEN_SECRET: variable.secret(),
  /** The cart subgraph's /graphql. */
  CART_URL: variable.httpUrl(),
  PENDING_DEADLINE_MS: variable.milliseconds(30_000),
  PAYMENT_DEADLINE_MS: variable.milliseconds(60_000),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

/** Serves orders and moves them; lives through the database, the log or the cart being away. */
export async function startOrder(
  config: ConfigOf<typeof orderConfig>,
  { eventLog, logger }: Parts,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const relay = await startRelay({ database, eventLog, logger });
  const cart = createCartClient({ url: config.CART_URL, logger });
  const service = createOrderService({
    database,
    cart,
    deadlines: { PENDING: config.PENDING_DEADLINE_MS, AWAITING_PAYMENT: config.PAYMENT_DEADLINE_MS },
    newId,
    now: () => new Date(),
    onCommitted: () => relay.wake(),
  });
  let missing: string | null = 'the database is not migrated yet';
  const server = await serveSubgraph({
    name: 'order',
    typeDefs: readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(service),
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders: (identity) => createLoaders(service, identity),
    // not the log: orders can be placed while it is away, and the outbox keeps what it should hear
    readiness: async () =>
      missing ??
      (await database.query('SELECT 1').then(
        () => null,
        () => 'the database does not answer',
      )),
    logger,
  });
  await migrateWhenReachable(database, logger);
  missing = 'the consumer has not started yet';
  const consumer = await startConsumer({
    name: 'order',
    eventLog,
    database,
    hears: hears(service),
    paceMs: 10,
    onCommitted: () => relay.wake(),
    logger,
  });
  const sweep = startSweep({ cancelOverdue: service.cancelOverdue, everyMs: 1000, logger });
  missing = null;
  return {
    url: server.url,
    port: server.port,
    async stop() {
      missing = 'it is stopping';
      await consumer.stop();
      await sweep.stop();
      await server.stop();
      await relay.stop();
      await cart.close();
      await database.close();
    },
  };
}

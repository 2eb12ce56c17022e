import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startConsumer } from '#kafka/consumer.ts';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { serveSubgraph } from '#platform/server.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createCartService } from './service.ts';
import { startSweep } from './sweep.ts';

export const cartConfig = {
  HOST: variable.host(),
  PORT: variable.port(4002),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(6),
  INTERNAL_TOKEN_SECRET: variable.secret(),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

/** The cart subgraph: answers from the start, is ready when its tables are there and it hears facts. */
export async function startCart(config: ConfigOf<typeof cartConfig>, { eventLog, logger }: Parts) {
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const relay = await startRelay({ database, eventLog, logger });
  const service = createCartService({ database });
  let missing: string | null = 'the database is not migrated yet';
  const server = await serveSubgraph({
    name: 'cart',
    typeDefs: readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(service),
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders: (identity) => createLoaders(service, identity),
    readiness: async () =>
      missing ??
      (await database.query('SELECT 1').then(
        () => null,
        () => 'the database does not answer',
      )),
    logger,
  });
  await migrateWhenReachable(database, logger);
  missing = 'no facts are heard yet';
  const consumer = await startConsumer({
    name: 'cart',
    eventLog,
    database,
    hears: hears(service),
    // a customer who buys again at once expects the cart to be empty
    paceMs: 10,
    onCommitted: relay.wake,
    logger,
  });
  const sweep = startSweep(service, logger);
  missing = null;
  return {
    url: server.url,
    port: server.port,
    async stop() {
      await consumer.stop();
      sweep.stop();
      await server.stop();
      await relay.stop();
      await database.close();
    },
  };
}

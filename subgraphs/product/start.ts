import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startConsumer } from '#kafka/consumer.ts';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { openCache } from '#platform/cache.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { serveSubgraph } from '#platform/server.ts';
import { cachePrefix } from './catalogue.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';
import { createProductService } from './service.ts';

export const productConfig = {
  HOST: variable.host(),
  PORT: variable.port(4001),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(6),
  INTERNAL_TOKEN_SECRET: variable.secret(),
  REDIS_URL: variable.redisUrl().optional(),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

/** The product subgraph: answers from the start, is ready when its tables are there and it hears facts. */
export async function startProduct(config: ConfigOf<typeof productConfig>, parts: Parts) {
  const { eventLog, logger } = parts;
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const cache = openCache(config.REDIS_URL, { prefix: cachePrefix, logger });
  const relay = await startRelay({ database, eventLog, logger });
  const service = createProductService({ database, cache, wakeRelay: relay.wake });
  let missing: string | null = 'the database is not migrated yet';
  const server = await serveSubgraph({
    name: 'product',
    typeDefs: readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(service),
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders: () => createLoaders(service),
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
    name: 'product',
    eventLog,
    database,
    hears: hears(service),
    paceMs: 10,
    onCommitted: () => {
      // never rejects: a cache that is away is no cache
      void service.factsCommitted();
    },
    logger,
  });
  missing = null;
  return {
    url: server.url,
    port: server.port,
    async stop() {
      await consumer.stop();
      await server.stop();
      await relay.stop();
      await cache.close();
      await database.close();
    },
  };
}

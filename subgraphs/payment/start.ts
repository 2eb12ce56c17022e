import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startConsumer } from '#kafka/consumer.ts';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { type Database, migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import { serveSubgraph } from '#platform/server.ts';
import { entities } from './entities.ts';
import { hears } from './events.ts';
import { providerEntities } from './provider/entities.ts';
import { createSimulatedProvider, type SimulatedProvider } from './provider/simulated-provider.ts';
import { createLoaders, createResolvers } from './resolvers.ts';
import { createPaymentService } from './service.ts';
import { startWorker } from './worker.ts';

export const paymentConfig = {
  HOST: variable.host(),
  PORT: variable.port(4005),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(6),
  INTERNAL_TOKEN_SECRET: variable.secret(),
  PROVIDER_DATABASE_URL: variable.postgresUrl(),
  PROVIDER_TIMEOUT_MS: variable.milliseconds(2000),
  SLOW_CARD_MS: variable.milliseconds(3000),
  SILENT_CARD_MS: variable.milliseconds(75_000),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
export const providerMigrations = fileURLToPath(new URL('./provider/migrations', import.meta.url));
const typeDefs = new URL('./schema.graphql', import.meta.url);
const hourMs = 60 * 60 * 1000;

export type RunningPayment = { readonly url: string; readonly port: number; readonly provider: SimulatedProvider; stop(): Promise<void> };

/** Serves payments, hears the checkout, and works with the simulated provider, which is open for its fault switches. */
export async function startPayment(config: ConfigOf<typeof paymentConfig>, { eventLog, logger }: Parts): Promise<RunningPayment> {
  const poolSize = config.DATABASE_POOL_SIZE;
  const database = await openDatabase({ url: config.DATABASE_URL, entities, migrations, poolSize, logger });
  const providerDatabase = await openDatabase({
    url: config.PROVIDER_DATABASE_URL,
    entities: providerEntities,
    migrations: providerMigrations,
    poolSize,
    logger,
  });
  const provider = createSimulatedProvider({
    database: providerDatabase,
    newId,
    now: () => new Date(),
    random: Math.random,
    slowMs: config.SLOW_CARD_MS,
    silentMs: config.SILENT_CARD_MS,
  });
  const service = createPaymentService({ database, methods: provider.methods });
  const relay = await startRelay({ database, eventLog, logger });
  let missing: string | null = 'the databases are not migrated yet';
  const server = await serveSubgraph({
    name: 'payment',
    typeDefs: readFileSync(typeDefs, 'utf8'),
    resolvers: createResolvers(service),
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders: (identity) => createLoaders(service, identity),
    // not the log: what should be heard waits in it, and what was said waits in the outbox
    readiness: async () => missing ?? (await problemOf(database, 'payment')) ?? problemOf(providerDatabase, 'provider'),
    logger,
  });
  await Promise.all([migrateWhenReachable(database, logger), migrateWhenReachable(providerDatabase, logger)]);
  missing = 'the consumer has not started yet';
  const worker = startWorker({
    database,
    provider,
    timeoutMs: config.PROVIDER_TIMEOUT_MS,
    sweepMs: 1000,
    maxInHand: 200,
    onSaved: () => relay.wake(),
    logger,
  });
  const consumer = await startConsumer({
    name: 'payment',
    eventLog,
    database,
    hears: hears(),
    paceMs: 10,
    onCommitted() {
      worker.wake();
      relay.wake();
    },
    logger,
  });
  missing = null;
  const forgetting = setInterval(() => forgetOldKeys(provider, logger), hourMs);
  return {
    url: server.url,
    port: server.port,
    provider,
    async stop() {
      missing = 'it is stopping';
      clearInterval(forgetting);
      await consumer.stop();
      await worker.stop();
      await server.stop();
      await relay.stop();
      await Promise.all([database.close(), providerDatabase.close()]);
    },
  };
}

async function problemOf(database: Database, name: string): Promise<string | null> {
  try {
    await database.query('SELECT 1');
    return null;
  } catch {
    return `the ${name} database does not answer`;
  }
}

function forgetOldKeys(provider: SimulatedProvider, logger: Logger): void {
  provider
    .forgetOldKeys()
    .catch((error: unknown) => logger.warn({ error }, 'the provider could not forget old keys; it tries again in an hour'));
}

import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import { migrateWhenReachable, openDatabase } from '#platform/postgres/database.ts';
import { type RunningSubgraph, startSubgraph, subgraphConfig, unhealthyReasonOf } from '#platform/service/start-subgraph.ts';
import { createAdministration } from './administration.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { providerEntities } from './provider/entities.ts';
import { createSimulatedProvider, type SimulatedProvider } from './provider/simulated-provider.ts';
import { createLoaders, createResolvers } from './resolvers.ts';
import { createPaymentService } from './service.ts';
import { startWorker } from './worker.ts';

export const paymentConfig = {
  ...subgraphConfig(4005),
  PROVIDER_DATABASE_URL: variable.postgresUrl(),
  PROVIDER_TIMEOUT_MS: variable.milliseconds(2000),
  SLOW_CARD_MS: variable.milliseconds(3000),
  SILENT_CARD_MS: variable.milliseconds(75_000),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
export const providerMigrations = fileURLToPath(new URL('./provider/migrations', import.meta.url));
const hourMs = 60 * 60 * 1000;

export type RunningPayment = RunningSubgraph & { readonly provider: SimulatedProvider };

/** Serves payments, hears the checkout, and works with the simulated provider, which is open for its fault switches. */
export async function startPayment(config: ConfigOf<typeof paymentConfig>, context: ServiceContext): Promise<RunningPayment> {
  const { logger } = context;
  const providerDatabase = await openDatabase({
    url: config.PROVIDER_DATABASE_URL,
    entities: providerEntities,
    migrations: providerMigrations,
    poolSize: config.DATABASE_POOL_SIZE,
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
  const served = await startSubgraph({
    name: 'payment',
    config,
    logger: context.logger,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    schema: new URL('./schema.graphql', import.meta.url),
    create({ database, wakeRelay }) {
      const service = createPaymentService({ database, methods: provider.methods });
      const administration = createAdministration({ provider, timeoutMs: config.PROVIDER_TIMEOUT_MS, logger });
      let worker: ReturnType<typeof startWorker> | undefined;
      const begin = () => {
        worker = startWorker({
          database,
          provider,
          timeoutMs: config.PROVIDER_TIMEOUT_MS,
          sweepMs: 1000,
          maxInHand: 200,
          onSaved: wakeRelay,
          logger,
        });
        return worker;
      };
      return {
        resolvers: createResolvers(service, administration),
        createLoaders: (identity) => createLoaders(service, administration, identity),
        subscribes: subscribes(),
        minFetchIntervalMs: 10,
        onCommitted: () => worker?.wake(),
        prepare: () => migrateWhenReachable(providerDatabase, logger),
        unhealthyReason: async () =>
          (await unhealthyReasonOf(providerDatabase)) === null ? null : "the provider's database does not answer",
        work: () => [begin(), forgetEveryHour(provider, logger)],
        close: () => providerDatabase.close(),
      };
    },
  });
  return { ...served, provider };
}

function forgetEveryHour(provider: SimulatedProvider, logger: Logger): { stop(): void } {
  const timer = setInterval(() => forgetOldKeys(provider, logger), hourMs);
  return { stop: () => clearInterval(timer) };
}

function forgetOldKeys(provider: SimulatedProvider, logger: Logger): void {
  provider
    .forgetOldKeys()
    .catch((error: unknown) => logger.warn({ error }, 'the provider could not forget old keys; it tries again in an hour'));
}

import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { startSweep } from '#platform/async/sweep.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { migrateWhenReachable, openDatabase, unhealthyReasonOf } from '#platform/postgres/database.ts';
import { type RunningSubgraph, startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { providerEntities } from './provider/entities.ts';
import { SimulatedProvider } from './provider/simulated-provider.ts';
import { createResolvers } from './resolvers.ts';
import { PaymentWorker } from './worker.ts';

export const paymentConfig = {
  ...subgraphConfig(4005),
  PROVIDER_DATABASE_URL: variable.postgresUrl().describe("The simulated payment provider's own database."),
  PROVIDER_TIMEOUT_MS: variable.milliseconds(2000).describe('After so long a call to the provider is asked about.'),
  SLOW_CARD_MS: variable.milliseconds(3000).describe('How long the slow test card takes.'),
  SILENT_CARD_MS: variable.milliseconds(75_000).describe('How long the silent test card is not answered.'),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
export const providerMigrations = fileURLToPath(new URL('./provider/migrations', import.meta.url));
const hourMs = 60 * 60 * 1000;

export type RunningPayment = RunningSubgraph & { readonly provider: SimulatedProvider };

/** Serves payments, handles the events of the checkout, and works with the simulated provider, which is open for its fault switches. */
export async function startPayment(config: ConfigOf<typeof paymentConfig>, context: ServiceContext): Promise<RunningPayment> {
  const { logger } = context;
  const providerDatabase = await openDatabase({
    url: config.PROVIDER_DATABASE_URL,
    tlsCa: config.DATABASE_TLS_CA,
    entities: providerEntities,
    migrations: providerMigrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const provider = new SimulatedProvider({
    database: providerDatabase,
    newId,
    now: () => new Date(),
    random: Math.random,
    slowMs: config.SLOW_CARD_MS,
    silentMs: config.SILENT_CARD_MS,
  });
  const forgetOldKeys = async () => {
    await provider.forgetOldKeys();
  };
  const served = await startSubgraph({
    name: 'payment',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database, wakeRelay, tracer }) {
      const timeoutMs = config.PROVIDER_TIMEOUT_MS;
      const deps: PaymentDependencies = { database, provider, providerTimeoutMs: timeoutMs, logger };
      const worker = new PaymentWorker({ database, provider, timeoutMs, sweepMs: 1000, maxInHand: 200, wakeRelay, tracer, logger });
      return {
        resolvers: createResolvers(deps),
        createLoaders: (identity) => createLoaders(deps, identity),
        subscribes: subscribes(),
        minFetchIntervalMs: 10,
        onCommitted: () => worker.wake(),
        prepare: () => migrateWhenReachable(providerDatabase, logger),
        unhealthyReason: async () =>
          (await unhealthyReasonOf(providerDatabase)) === null ? null : "the provider's database does not answer",
        work() {
          worker.start();
          return [worker, startSweep({ everyMs: hourMs, what: 'old keys of the provider', sweep: forgetOldKeys, logger })];
        },
        close: () => providerDatabase.close(),
      };
    },
  });
  return { ...served, provider };
}

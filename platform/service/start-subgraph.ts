import { setTimeout as pause } from 'node:timers/promises';
import type { EntitySchema } from '@mikro-orm/postgresql';
import type { Tracer } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import type { Identity } from '../auth.ts';
import { type ConfigOf, variable, withContradiction } from '../config.ts';
import { loggingConfig } from '../log-shipper.ts';
import type { Logger } from '../logger.ts';
import { createServiceRegistry } from '../metrics.ts';
import { type Database, migrateWhenReachable, openDatabase, unhealthyReasonOf } from '../postgres/database.ts';
import { hasNoTls } from '../postgres/tls.ts';
import { startTracing, tracingConfig } from '../tracing/start-tracing.ts';
import { adminConfig, readinessOf, serveAdmin } from './admin-server.ts';
import type { Context } from './run-service.ts';
import { type ServedFile, serveSubgraph } from './subgraph-server.ts';

/** Until then new connections are taken, for callers that have not heard yet that the service stops. */
const workEndsWithinMs = 1000;

/** The variables that a subgraph without tables has. */
export const configWithoutTables = (port: number) =>
  ({
    HOST: variable.host().describe('The address where it listens.'),
    PORT: variable.port(port).describe('The port where it listens; 0 takes a free one.'),
    ...adminConfig(port),
    LOG_LEVEL: variable.logLevel().describe('The least level that is logged.'),
    ...loggingConfig,
    INTERNAL_TOKEN_SECRET: variable
      .secrets()
      .describe(
        'Signs the calls of the gateway to subgraphs, which reject others; the same for all of them. Several, separated by commas, while one is being replaced: the first signs, all verify.',
      ),
    ...tracingConfig,
  }) as const;

/** The variables that every subgraph with tables has. */
export const subgraphConfig = (port: number) =>
  ({
    ...configWithoutTables(port),
    DATABASE_URL: variable
      .postgresUrl()
      .describe(
        'Its own database, as a role that is no superuser. Migrations are applied at start; a role that may not change tables waits until another has applied them (`main.ts migrate`).',
      ),
    DATABASE_TLS_CA: withContradiction(
      variable
        .certificates()
        .optional()
        .describe(
          'Certificates in PEM that sign that of PostgreSQL; with them, or with `sslmode=require` in the address, connections are encrypted, and certificate and host name are checked.',
        ),
      (given) => {
        const bare = Object.entries(given).find(([name, url]) => name.endsWith('DATABASE_URL') && hasNoTls(url ?? ''));
        return given['DATABASE_TLS_CA'] === undefined || bare === undefined
          ? null
          : `DATABASE_TLS_CA is set, and ${bare[0]} has sslmode=disable`;
      },
    ),
    DATABASE_POOL_SIZE: variable.poolSize(6).describe('Connections to the database at most.'),
  }) as const;

/** What the commands of a subgraph are given: its database, and the relay of its outbox. */
export type SubgraphDependencies = {
  readonly database: Database;
  /** Called after a commit that enqueued something, so that it is published at once. */
  wakeRelay(): void;
  /** For what the subgraph does by itself; null when nothing is recorded. */
  readonly tracer: Tracer | null;
  /** For metrics of its own. */
  readonly registry: Registry;
};

/** How a subgraph handles events. */
export type Subscription<Handler> = {
  readonly handlers: readonly Handler[];
  readonly minFetchIntervalMs: number;
  /** After each committed batch of events. */
  onCommitted(): void;
};

/** Publishes the outbox of one service and handles events for it; a port, since `platform/` knows no event log. `kafka/event-worker.ts` implements it. */
export type EventWorker<Handler> = {
  wakeRelay(): void;
  /** Begins to handle events; never rejects because the event log is away. */
  subscribe(subscription: Subscription<Handler>): Promise<void>;
  /** Why it does not come on with what there is; null while it does. */
  unhealthyReason(): string | null;
  /** Ends handling events; what is enqueued is still published. */
  unsubscribe(): Promise<void>;
  stop(): Promise<void>;
};
export type OpenEventWorker<Handler> = (options: {
  name: string;
  database: Database;
  /** Where its metrics are registered. */
  registry: Registry;
  /** Null when nothing is recorded. */
  tracer: Tracer | null;
  logger: Logger;
}) => Promise<EventWorker<Handler>>;

export type SubgraphWithoutTables<Loaders> = {
  /** Typed where it is made, by the generated types. */
  resolvers: object;
  createLoaders(identity: Identity): Loaders;
  /** Documents for GET requests beside the graph, by path. */
  documents?: Readonly<Record<string, () => unknown | Promise<unknown>>>;
  /** Files for GET requests beside the graph, by path; null where there is none. */
  file?(path: string): Promise<ServedFile | null>;
  /** Why the subgraph cannot do its work although its database answers; null when it can. */
  unhealthyReason?(): Promise<string | null>;
  /** Closes what `create` opened. */
  close?(): Promise<void>;
};

export type Subgraph<Loaders, Handler> = SubgraphWithoutTables<Loaders> & {
  subscribes: readonly Handler[];
  /** 10 for a subgraph that customers wait for, 100 for background work. */
  minFetchIntervalMs: number;
  /** After each committed batch of events; the relay is woken besides. */
  onCommitted?(): void;
  /** Runs after the migrations and before the first event is handled. */
  prepare?(): Promise<void>;
  /** Begins what the subgraph does by itself; stopped after the last event is handled. */
  work?(): readonly { stop(): void | Promise<void> }[];
};

type SubgraphAddresses = {
  readonly HOST: string;
  readonly PORT: number;
  readonly ADMIN_HOST: string;
  readonly ADMIN_PORT: number;
  readonly INTERNAL_TOKEN_SECRET: readonly string[];
} & ConfigOf<typeof tracingConfig>;
type CommonOptions = {
  name: string;
  context: Pick<Context<unknown>, 'logger' | 'spanExporter' | 'logShipper'>;
  /** The SDL. */
  typeDefs: string;
};
type TablesOptions<Loaders, Handler> = CommonOptions & {
  config: SubgraphAddresses & {
    readonly DATABASE_URL: string;
    readonly DATABASE_TLS_CA?: string | undefined;
    readonly DATABASE_POOL_SIZE: number;
  };
  // biome-ignore lint/suspicious/noExplicitAny: MikroORM's own type for a list of unrelated entities
  entities: EntitySchema<any>[];
  /** The folder of the migrations. */
  migrations: string;
  openEventWorker: OpenEventWorker<Handler>;
  create(deps: SubgraphDependencies): Subgraph<Loaders, Handler>;
};
type WithoutTablesOptions<Loaders> = CommonOptions & {
  config: SubgraphAddresses;
  entities?: never;
  /** It listens at once, and each field fails by itself while its source is unavailable. Its metrics are registered in `registry`. */
  create(deps: { readonly registry: Registry }): SubgraphWithoutTables<Loaders>;
};
export type SubgraphOptions<Loaders, Handler> = TablesOptions<Loaders, Handler> | WithoutTablesOptions<Loaders>;

export type RunningSubgraph = {
  /** Of the graph: http://host:port/graphql */
  readonly url: string;
  readonly port: number;
  /** For operators: http://host:port */
  readonly adminUrl: string;
  stop(): Promise<void>;
};

/**
 * Starts every subgraph in the same order, so that each survives an unavailable database, event log or Redis: it listens, applies its
 * migrations as soon as it can, starts its workers, handles events. Shutdown is the reverse.
 */
export async function startSubgraph<Loaders, Handler>(options: SubgraphOptions<Loaders, Handler>): Promise<RunningSubgraph> {
  const { name, config, context } = options;
  const { logger } = context;
  const registry = createServiceRegistry(name);
  context.logShipper?.register(registry);
  const tracing = await startTracing({ service: name, config, kafkaExporter: context.spanExporter ?? null, registry, logger });
  const parts = await createParts(options, registry, tracing.tracer);
  const { subgraph, tables } = parts;
  const readiness = new Readiness(tables === null ? null : 'the database is not migrated yet');
  const cannotAnswer = async () => (tables && (await unhealthyReasonOf(tables.database))) ?? (await subgraph.unhealthyReason?.()) ?? null;
  // an event log that is away would take all copies away from those who only ask
  const cannotWork = async () => (await cannotAnswer()) ?? tables?.events.unhealthyReason() ?? null;
  const admin = await serveAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    readiness: async () => readinessOf(await readiness.reason(cannotWork)),
    metrics: () => registry.metrics(),
    logger,
  });
  const server = await serveSubgraph({
    name,
    typeDefs: options.typeDefs,
    resolvers: subgraph.resolvers,
    host: config.HOST,
    port: config.PORT,
    internalTokenSecrets: config.INTERNAL_TOKEN_SECRET,
    createLoaders: (identity) => subgraph.createLoaders(identity),
    ...(subgraph.documents ? { documents: subgraph.documents } : {}),
    ...(subgraph.file ? { file: subgraph.file } : {}),
    readiness: () => readiness.reason(cannotAnswer),
    registry,
    tracer: tracing.tracer,
    logger,
  });
  const working = tables === null ? null : await beginWork(tables, logger);
  readiness.set(null);
  return {
    url: server.url,
    port: server.port,
    adminUrl: admin.url,
    async stop() {
      readiness.set('it is stopping');
      const workEnded = endWork(tables, working);
      // an event log that is away must not take the time of the requests that are under way
      await Promise.race([workEnded, pause(workEndsWithinMs, undefined, { ref: false })]);
      await Promise.all([server.stop(), workEnded]);
      await tables?.events.stop();
      await subgraph.close?.();
      await tables?.database.close();
      await tracing.stop();
      await admin.stop();
    },
  };
}

/** Ends handling events, then what the subgraph does by itself; what both have enqueued is still published. */
async function endWork(
  tables: Pick<Tables<never, never>, 'events'> | null,
  workers: Awaited<ReturnType<typeof beginWork>> | null,
): Promise<void> {
  await tables?.events.unsubscribe();
  for (const worker of workers ?? []) await worker.stop();
}

/** Why a service is not ready: what is missing while it starts and stops, between the two what is found. */
class Readiness {
  #missing: string | null;

  constructor(missing: string | null) {
    this.#missing = missing;
  }

  set(missing: string | null): void {
    this.#missing = missing;
  }

  async reason(find: () => Promise<string | null>): Promise<string | null> {
    return this.#missing ?? (await find());
  }
}

type Tables<Loaders, Handler> = {
  readonly database: Database;
  readonly events: EventWorker<Handler>;
  readonly subgraph: Subgraph<Loaders, Handler>;
};
type Parts<Loaders, Handler> =
  | { readonly tables: null; readonly subgraph: SubgraphWithoutTables<Loaders> }
  | { readonly tables: Tables<Loaders, Handler>; readonly subgraph: Subgraph<Loaders, Handler> };

async function createParts<Loaders, Handler>(
  options: SubgraphOptions<Loaders, Handler>,
  registry: Registry,
  tracer: Tracer | null,
): Promise<Parts<Loaders, Handler>> {
  if (options.entities === undefined) return { tables: null, subgraph: options.create({ registry }) };
  const { name, config, entities, migrations } = options;
  const { logger } = options.context;
  const database = await openDatabase({
    url: config.DATABASE_URL,
    tlsCa: config.DATABASE_TLS_CA,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    registry,
    logger,
  });
  const events = await options.openEventWorker({ name, database, registry, tracer, logger });
  const subgraph = options.create({ database, wakeRelay: events.wakeRelay, tracer, registry });
  return { tables: { database, events, subgraph }, subgraph };
}

async function beginWork<Loaders, Handler>({ database, events, subgraph }: Tables<Loaders, Handler>, logger: Logger) {
  await migrateWhenReachable(database, logger);
  await subgraph.prepare?.();
  const workers = subgraph.work?.() ?? [];
  await events.subscribe({
    handlers: subgraph.subscribes,
    minFetchIntervalMs: subgraph.minFetchIntervalMs,
    onCommitted: () => subgraph.onCommitted?.(),
  });
  return workers;
}

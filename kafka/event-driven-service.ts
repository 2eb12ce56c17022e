import type { EntitySchema } from '@mikro-orm/postgresql';
import { Gauge, type Registry } from 'prom-client';
import { type Database, migrateWhenReachable, openDatabase } from '#platform/postgres/database.ts';
import { readinessOf, serveAdmin } from '#platform/service/admin-server.ts';
import { type Consumer, type EventHandler, startConsumer } from './consumer.ts';
import { consumerGroupOf } from './consumer-groups.ts';
import { type Relay, startRelay } from './relay.ts';
import type { ServiceContext } from './service.ts';
import { createServiceRegistry } from './service-registry.ts';

/** What every service of the shop stands on: its database, and the relay of its outbox. */
export type ServiceDependencies = { readonly database: Database; wakeRelay(): void };

/** The HTTP server of a service: it listens before the database is available, and reports unavailable dependencies. */
export type Serve = (health: { readiness(): Promise<string | null> }) => Promise<Served>;
export type Served = { readonly url: string; readonly port: number; stop(): Promise<void> };
/** A service with its admin address. */
export type ServedService = Served & { readonly adminUrl: string };

export type EventDrivenService = {
  serve: Serve;
  subscribes: readonly EventHandler[];
  /** 10 for a service that customers wait for, 100 for background work. */
  minFetchIntervalMs: number;
  /** After each committed batch of events; the relay is woken besides. */
  onCommitted?(): void;
  /** Runs after the migrations and before the first event is handled. */
  prepare?(): Promise<void>;
  /** Why the service cannot do its work although its database answers; null when it can. */
  unhealthyReason?(): Promise<string | null>;
  /** Begins what the service does by itself; stopped after the consumer. */
  work?(): readonly { stop(): void | Promise<void> }[];
  /** Lets go of what `create` opened. */
  close?(): Promise<void>;
};

export type AdminAddress = { readonly ADMIN_HOST: string; readonly ADMIN_PORT: number };

export type EventDrivenServiceOptions = {
  name: string;
  config: AdminAddress & { readonly DATABASE_URL: string; readonly DATABASE_POOL_SIZE: number };
  context: ServiceContext;
  // biome-ignore lint/suspicious/noExplicitAny: MikroORM's own type for a list of unrelated entities
  entities: EntitySchema<any>[];
  migrations: string;
  create(deps: ServiceDependencies): EventDrivenService;
};

/**
 * Starts every service in the same order, so that each survives an unavailable database, event log or Redis: it
 * listens, applies its migrations as soon as it can, subscribes, starts its workers. Shutdown is the reverse.
 */
export async function startEventDrivenService(options: EventDrivenServiceOptions): Promise<ServedService> {
  const { name, config, context } = options;
  const { eventLog, logger } = context;
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities: options.entities,
    migrations: options.migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const relay = await startRelay({ database, eventLog, logger });
  const service = options.create({ database, wakeRelay: relay.wake });
  let missing: string | null = 'the database is not migrated yet';
  let consumer: Consumer | null = null;
  const registry = createRegistry(name, relay, () => consumer);
  // a briefly unavailable event log does not make the service unhealthy: the outbox keeps events, and reads are served
  const unreadyReason = async () =>
    missing ??
    (await unhealthyReasonOf(database)) ??
    (await service.unhealthyReason?.()) ??
    consumer?.unhealthyReason() ??
    relay.unhealthyReason();
  const admin = await serveAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    readiness: async () => readinessOf(await unreadyReason()),
    metrics: () => registry.metrics(),
    logger,
  });
  const server = await service.serve({ readiness: unreadyReason });
  await migrateWhenReachable(database, logger);
  await service.prepare?.();
  const workers = service.work?.() ?? [];
  const onCommitted = () => {
    service.onCommitted?.();
    relay.wake();
  };
  consumer =
    service.subscribes.length === 0
      ? null
      : await startConsumer({
          name: consumerGroupOf(name),
          eventLog,
          database,
          subscribes: service.subscribes,
          minFetchIntervalMs: service.minFetchIntervalMs,
          onCommitted,
          logger,
        });
  missing = null;
  return {
    url: server.url,
    port: server.port,
    adminUrl: admin.url,
    async stop() {
      missing = 'it is stopping';
      await consumer?.stop();
      for (const worker of workers) await worker.stop();
      await server.stop();
      await relay.stop();
      await service.close?.();
      await database.close();
      await admin.stop();
    },
  };
}

/** Null when the database answers. */
export async function unhealthyReasonOf(database: Database): Promise<string | null> {
  try {
    await database.query('SELECT 1');
    return null;
  } catch {
    return 'the database does not answer';
  }
}

function createRegistry(service: string, relay: Relay, consumer: () => Consumer | null): Registry {
  const registry = createServiceRegistry(service);
  // each asks for itself: gauges are collected at the same time, so that none can set another. An unavailable database is reported by /readyz
  const gauge = (name: string, help: string, read: (lag: Awaited<ReturnType<Relay['lag']>>) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const lag = await relay.lag().catch(() => null);
        if (lag !== null) this.set(read(lag));
      },
    });
  gauge('marigold_outbox_messages', 'Messages that wait in the outbox.', (lag) => lag.messages);
  gauge('marigold_outbox_oldest_seconds', 'How long the oldest message of the outbox has waited.', (lag) => lag.oldestMs / 1000);
  gauge('marigold_outbox_refused_messages', 'Messages that the event log will never take.', (lag) => lag.refused);
  const waiting = (what: string, help: string, seconds: () => number) =>
    new Gauge({
      name: `marigold_${what}_stalled_seconds`,
      help,
      registers: [registry],
      collect() {
        this.set(seconds());
      },
    });
  waiting('consumer', 'For how long the consumer has had events to handle and not come on.', () => consumer()?.waitingSeconds() ?? 0);
  waiting('relay', 'For how long the outbox has held messages and none was sent.', () => relay.waitingSeconds());
  return registry;
}

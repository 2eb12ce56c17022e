import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { type RunningSubgraph, startSubgraph } from '#platform/service/start-subgraph.ts';
import { tracingConfig } from '#platform/tracing/start-tracing.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { freePorts } from '#tools/dev/ports.ts';
import type { EventLog } from '../event-log.ts';
import { eventWorkersOf } from '../event-worker.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { eventLogEntities } from '../tables.ts';

const logger = createLogger('test', 'silent');
const happened: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'marigold-subgraph-'));
const migrations = join(folder, 'migrations');
const typeDefs = 'type Query { hello: String }';
const addresses = {
  ...loadConfig(tracingConfig, {}),
  HOST: '127.0.0.1',
  ADMIN_HOST: '127.0.0.1',
  INTERNAL_TOKEN_SECRET: ['a secret of the tests, long enough'],
};
let database: TestDatabase;
let ports: readonly number[];
let subgraph: RunningSubgraph;
let stalled: string | null = null;

/** The status of a path of the public address, or null when nothing listens there. */
async function statusOf(path: string): Promise<number | null> {
  const response = await fetch(`http://127.0.0.1:${ports[0]}${path}`).catch(() => null);
  return response?.status ?? null;
}

async function reasonAtAdminAddress(): Promise<unknown> {
  return ((await (await fetch(`http://127.0.0.1:${ports[1]}/readyz`)).json()) as { reason?: string }).reason;
}

beforeAll(async () => {
  mkdirSync(migrations);
  ports = await freePorts([0, 0]);
  database = await createTestDatabase('start_subgraph');
  const empty = await openDatabase({ url: database.url, entities: eventLogEntities, migrations, poolSize: 1, logger });
  await empty.orm.schema.create();
  await empty.query("INSERT INTO outbox (topic, key, headers, value) VALUES ('checkout', 'one', '{}', '{}')");
  await empty.close();
  // an unavailable log: what is enqueued stays in the outbox
  const log: EventLog = { ...createInProcessLog(), publish: () => Promise.reject(new Error('unavailable')) };
  subgraph = await startSubgraph({
    name: 'order',
    config: { ...addresses, PORT: ports[0] ?? 0, ADMIN_PORT: ports[1] ?? 0, DATABASE_URL: database.url, DATABASE_POOL_SIZE: 4 },
    context: { logger },
    entities: eventLogEntities,
    migrations,
    typeDefs,
    openEventWorker: async (options) => {
      const worker = await eventWorkersOf(log)(options);
      return { ...worker, unhealthyReason: () => stalled };
    },
    create: () => ({
      resolvers: { Query: { hello: () => 'world' } },
      createLoaders: () => ({}),
      subscribes: [],
      minFetchIntervalMs: 10,
      prepare: async () =>
        void happened.push(`prepared: ${await statusOf('/livez')}, ${await statusOf('/readyz')}, ${await reasonAtAdminAddress()}`),
      work: () => [
        { stop: async () => void happened.push(`worker stopped: ${await statusOf('/livez')}, ${await reasonAtAdminAddress()}`) },
      ],
      close: async () => void happened.push(`closed: ${await statusOf('/livez')}, ${await reasonAtAdminAddress()}`),
    }),
  });
});

afterAll(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a subgraph that publishes and handles events', () => {
  test('listens before its database is migrated, and reports what is missing', async () => {
    expect(happened).toEqual(['prepared: 200, 503, the database is not migrated yet']);
    expect(await statusOf('/readyz')).toBe(200);
  });

  test('reports on the admin address that it is ready and how much waits in its outbox', async () => {
    expect(await (await fetch(`${subgraph.adminUrl}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${subgraph.adminUrl}/metrics`)).text()).toMatch(/marigold_outbox_messages\{service="order"\} 1/);
  });

  test('goes on to be asked while it does not come on with its events, which operators are told', async () => {
    stalled = 'the consumer has not come on for 40 s';

    expect(await statusOf('/readyz')).toBe(200);
    expect(await reasonAtAdminAddress()).toBe('the consumer has not come on for 40 s');

    stalled = null;
  });

  test('stops its workers while it still answers, and closes its resources when no request can arrive any more', async () => {
    await subgraph.stop();

    expect(happened.slice(1)).toEqual(['worker stopped: 200, it is stopping', 'closed: null, it is stopping']);
  });
});

describe('a subgraph without tables', () => {
  test('answers at once, without a database and an event log', async () => {
    const running = await startSubgraph({
      name: 'operations',
      config: { ...addresses, PORT: 0, ADMIN_PORT: 0 },
      context: { logger },
      typeDefs,
      create: () => ({ resolvers: {}, createLoaders: () => ({}), unhealthyReason: async () => 'its source is unavailable' }),
    });

    expect(await (await fetch(`${running.adminUrl}/readyz`)).json()).toEqual({ status: 'not ready', reason: 'its source is unavailable' });
    await running.stop();
  });
});

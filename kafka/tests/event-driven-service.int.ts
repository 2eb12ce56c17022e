import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type EventDrivenService, type ServedService, startEventDrivenService } from '../event-driven-service.ts';
import type { EventLog } from '../event-log.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { eventLogEntities } from '../tables.ts';

type Health = Parameters<EventDrivenService['serve']>[0];

const logger = createLogger('test', 'silent');
const happened: string[] = [];
const migrations = mkdtempSync(join(tmpdir(), 'marigold-migrations-'));
let database: TestDatabase;
let health: Health;
let service: ServedService;

beforeAll(async () => {
  database = await createTestDatabase('fact_service');
  const empty = await openDatabase({ url: database.url, entities: eventLogEntities, migrations, poolSize: 1, logger });
  await empty.orm.schema.create();
  await empty.query("INSERT INTO outbox (topic, key, headers, value) VALUES ('checkout', 'one', '{}', '{}')");
  await empty.close();
  // a log that is away: what is said stays in the outbox
  const log: EventLog = { ...createInProcessLog(), publish: () => Promise.reject(new Error('away')) };
  service = await startEventDrivenService({
    name: 'order',
    config: { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 4, ADMIN_HOST: '127.0.0.1', ADMIN_PORT: 0 },
    context: { eventLog: log, logger },
    entities: eventLogEntities,
    migrations,
    create: () => ({
      async serve(given) {
        health = given;
        happened.push(`listens, ${await given.readiness()}`);
        return { url: 'http://127.0.0.1', port: 0, stop: async () => void happened.push('closed') };
      },
      subscribes: [],
      minFetchIntervalMs: 10,
      prepare: async () => void happened.push('prepared'),
      work: () => [{ stop: () => void happened.push('rests') }],
      close: async () => void happened.push('let go'),
    }),
  });
});

afterAll(async () => {
  await database?.drop();
  rmSync(migrations, { recursive: true, force: true });
});

describe('a service that says and hears events', () => {
  test('listens before its database is ready, and says what is missing', async () => {
    expect(happened.slice(0, 2)).toEqual(['listens, the database is not migrated yet', 'prepared']);
    expect(await health.readiness()).toBeNull();
  });

  test('tells operators, at an address of their own, that it is ready and how much waits in its outbox', async () => {
    expect(await (await fetch(`${service.adminUrl}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${service.adminUrl}/metrics`)).text()).toMatch(/marigold_outbox_messages\{service="order"\} 1/);
  });

  test('ends in the order in which nothing is asked of what is gone already', async () => {
    await service.stop();

    expect(happened.slice(2)).toEqual(['rests', 'closed', 'let go']);
    await waitFor('the reason', async () => (await health.readiness()) === 'it is stopping');
  });
});

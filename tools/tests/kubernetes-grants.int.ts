import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createLogger } from '#platform/logger.ts';
import { migrateWhenReachable, openDatabase } from '#platform/postgres/database.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { folder } from '../kubernetes/overlays.ts';

const logger = createLogger('test', 'silent');
const { entities, migrations } = await loadService({ name: 'order', folder: 'subgraphs/order' });
/** Two databases: the roles of the second are a service's own and a stranger's. */
let database: TestDatabase;
let other: TestDatabase;

const roleOf = ({ url }: TestDatabase) => new URL(url).username;
/** The database, as the role of another. */
const as = (role: TestDatabase): string => {
  const url = new URL(role.url);
  url.pathname = new URL(database.url).pathname;
  return url.href;
};

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** As psql reads it with --set. */
function grants(): string {
  const names: Readonly<Record<string, string>> = { database: roleOf(database), role: roleOf(other) };
  return readFileSync(join(folder, 'base/migrations/grants.sql'), 'utf8').replaceAll(/:"(\w+)"/g, (_, name: string) =>
    pg.escapeIdentifier(names[name] ?? ''),
  );
}

const open = (url: string) => openDatabase({ url, entities, migrations: migrations ?? '', poolSize: 2, logger });

beforeAll(async () => {
  [database, other] = await Promise.all([createTestDatabase('grants'), createTestDatabase('grants_role')]);
});

afterAll(async () => {
  // the first takes with it what the second was granted
  await database.drop();
  await other.drop();
});

test('the Job of the migrations lets the service’s role in, which reads and writes rows and changes no table', async () => {
  await run(database.url, grants());
  await run(database.url, grants());
  const owner = await open(database.url);
  expect((await owner.migrate()).length).toBeGreaterThan(0);
  await owner.close();

  const service = await open(as(other));
  await migrateWhenReachable(service, logger);
  await service.query('INSERT INTO inbox (consumer, event_id) VALUES ($1, $2)', ['order', 'one']);
  expect((await service.query('SELECT event_id FROM inbox')).rows).toEqual([{ event_id: 'one' }]);
  await service.query('DELETE FROM inbox');
  await service.close();

  await expect(run(as(other), 'CREATE TABLE mine (id int)')).rejects.toThrow('permission denied for schema public');
  await expect(run(as(other), 'DROP TABLE inbox')).rejects.toThrow('must be owner of table inbox');
});

test('nobody else gets in', async () => {
  const stranger = await createTestDatabase('grants_stranger');
  await run(database.url, grants());

  await expect(run(as(stranger), 'SELECT 1')).rejects.toThrow('permission denied for database');
  await stranger.drop();
});

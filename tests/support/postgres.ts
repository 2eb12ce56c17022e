import pg from 'pg';
import { newId } from '#platform/ids.ts';

export type TestDatabase = { readonly url: string; drop(): Promise<void> };

/** Of the server of the test run, as its superuser. */
export function testServerUrl(): string {
  const server = process.env['TEST_POSTGRES_URL'];
  if (server === undefined) throw new Error('TEST_POSTGRES_URL is not set: run the tests with npm run test:int');
  return server;
}

/** An empty database of its own, as a role that owns nothing else, on the server of the test run (TEST_POSTGRES_URL, set by start-components.ts). */
export async function createTestDatabase(label: string, how = ''): Promise<TestDatabase> {
  const server = testServerUrl();
  const name = `test_${label}_${newId().replaceAll('-', '').slice(-12)}`;
  const password = newId();
  await onServer(server, `CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`);
  await onServer(server, `CREATE DATABASE "${name}" OWNER "${name}" ${how}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  url.username = name;
  url.password = password;
  return {
    url: url.href,
    async drop() {
      await onServer(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await onServer(server, `DROP ROLE IF EXISTS "${name}"`);
    },
  };
}

/** Run in a database it ends all other connections to it, and resolves when they are gone, so that no test gets one that is about to close. */
export const cutOthers =
  'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

/** Cuts every connection to a database. */
export const cutConnections = (url: string): Promise<void> => onServer(url, cutOthers);

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import pg from 'pg';
import { databaseUrl } from './environment.ts';
import { Problem } from './problem.ts';

/** Makes the databases that are missing on the server. With `anew` those that exist are dropped first. */
export async function createDatabases(serverUrl: string, names: readonly string[], anew: boolean): Promise<void> {
  const client = await connect(serverUrl);
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname = ANY($1)', [names]);
    const present = new Set(rows.map((row) => row.datname));
    for (const name of names) {
      if (anew && present.has(name)) await client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`);
      if (anew || !present.has(name)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  } catch (error) {
    throw new Problem(`The databases could not be made on ${hostOf(serverUrl)}: ${messageOf(error)}.`, { cause: error });
  } finally {
    await client.end();
  }
}

/** Rejects with one sentence when the given server does not answer or is too old. */
export async function assertServer(serverUrl: string): Promise<void> {
  const client = await connect(serverUrl);
  try {
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    if (Number(rows[0]?.version) < 140_000) throw new Problem(`The PostgreSQL at ${hostOf(serverUrl)} is too old: 14 or newer is needed.`);
  } finally {
    await client.end();
  }
}

const connect = (serverUrl: string) => connectTo(serverUrl, 'postgres');

/** @throws Problem when the server cannot be used. */
export async function connectTo(serverUrl: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(serverUrl, database), connectionTimeoutMillis: 5000 });
  // a lost connection already rejects the query; the error event adds nothing
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Problem(`The PostgreSQL at ${hostOf(serverUrl)} (POSTGRES_URL) cannot be used: ${messageOf(error)}.`, { cause: error });
  }
}

export const hostOf = (url: string) => new URL(url).host;

/** Of several attempts, the first error is the relevant one. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

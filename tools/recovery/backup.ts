import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { z } from 'zod';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { giveToRole } from '../dev/database-roles.ts';
import { connectTo } from '../dev/databases.ts';
import { databaseUrl } from '../dev/environment.ts';
import { loadService } from '../dev/load-service.ts';
import { Problem } from '../dev/problem.ts';
import type { Service } from '../dev/services.ts';

/** A database of a service on a server. */
export type Target = { readonly serverUrl: string; readonly database: string; readonly service: Service };

const header = z.object({
  format: z.literal('marigold backup 1'),
  service: z.string(),
  takenAt: z.string(),
  migrations: z.array(z.string()),
  sequences: z.array(z.object({ name: z.string(), last: z.string() })),
});
type Header = z.infer<typeof header>;
/** What a line of rows begins with; the rest is one row as PostgreSQL writes it as JSON. */
const tableOf = /^([a-z_][a-z0-9_]*) (?=\{)/;

const migrationsTable = 'mikro_orm_migrations';
const rowsAtOnce = 500;

/**
 * Writes all rows of a database into a file, as of one moment, while its service runs: a line about the backup, then a line for each row, compressed.
 * Resolves to the number of rows.
 */
export async function backUp({ serverUrl, database, service }: Target, file: string): Promise<number> {
  const client = await connectTo(serverUrl, database);
  const unfinished = `${file}.unfinished`;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const gzip = createGzip();
    const written = finished(gzip.pipe(createWriteStream(unfinished, { mode: 0o600 })));
    const write = async (line: string) => {
      if (!gzip.write(`${line}\n`)) await once(gzip, 'drain');
    };
    await write(JSON.stringify(await headerOf(client, service)));
    let rows = 0;
    for (const table of await tablesOf(client)) {
      const name = client.escapeIdentifier(table);
      await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT to_json(${name})::text AS row FROM ${name}`);
      for (;;) {
        const fetched = await client.query<{ row: string }>(`FETCH ${rowsAtOnce} FROM rows`);
        // JSON of PostgreSQL has no line breaks but those that are escaped
        for (const { row } of fetched.rows) await write(`${table} ${row}`);
        rows += fetched.rows.length;
        if (fetched.rows.length < rowsAtOnce) break;
      }
      await client.query('CLOSE rows');
    }
    gzip.end();
    await written;
    // complete or not at all
    await rename(unfinished, file);
    return rows;
  } finally {
    await client.end();
  }
}

export type Restored = {
  readonly rows: number;
  readonly takenAt: string;
  /** The name under which the database that was there before is kept; null when there was none with tables. */
  readonly kept: string | null;
};

/**
 * Makes a database anew with the rows of a backup. Under another name first, so that it is there complete or not at all. One that is there is kept
 * under another name with `replace`, and gone when it is empty.
 * @throws Problem when the database is there, or the backup is of another service or release.
 */
export async function restore(target: Target, file: string, replace = false): Promise<Restored> {
  const { serverUrl, database } = target;
  const server = await connectTo(serverUrl, 'postgres');
  const [own, restoring] = [database, `${database}_restoring`].map((name) => server.escapeIdentifier(name)) as [string, string];
  const dropUnfinished = () => server.query(`DROP DATABASE IF EXISTS ${restoring} WITH (FORCE)`);
  try {
    const isThere = (await server.query('SELECT FROM pg_database WHERE datname = $1', [database])).rowCount !== 0;
    const isFull = isThere && (await hasTables(target));
    if (isFull && !replace) throw new Problem(`The database ${database} is there, with tables: --replace keeps it under another name.`);
    await dropUnfinished();
    await server.query(`CREATE DATABASE ${restoring} TEMPLATE template0`);
    const about = await fill({ ...target, database: `${database}_restoring` }, file);
    await giveToRole(serverUrl, `${database}_restoring`, database);
    const kept = isFull ? `${database}_before_${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}` : null;
    if (isThere) await server.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [database]);
    if (kept !== null) await server.query(`ALTER DATABASE ${own} RENAME TO ${server.escapeIdentifier(kept)}`);
    else if (isThere) await server.query(`DROP DATABASE ${own} WITH (FORCE)`);
    await server.query(`ALTER DATABASE ${restoring} RENAME TO ${own}`);
    return { ...about, kept };
  } catch (error) {
    await dropUnfinished().catch(() => undefined);
    throw error;
  } finally {
    await server.end();
  }
}

async function hasTables({ serverUrl, database }: Target): Promise<boolean> {
  const client = await connectTo(serverUrl, database);
  return (await tablesOf(client).finally(() => client.end())).length > 0;
}

async function fill({ serverUrl, database, service }: Target, file: string) {
  await migrate(databaseUrl(serverUrl, database), service);
  const client = await connectTo(serverUrl, database);
  try {
    return await insertRows(client, service, file);
  } finally {
    await client.end();
  }
}

async function headerOf(client: pg.Client, service: Service): Promise<Header> {
  const { rows } = await client.query<{ now: Date }>('SELECT now() AS now');
  const sequences = await client.query<{ name: string; last: string }>(
    `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL`,
  );
  return {
    format: 'marigold backup 1',
    service: service.name,
    takenAt: rows[0]?.now.toISOString() ?? '',
    migrations: await migrationsOf(client),
    sequences: sequences.rows,
  };
}

async function migrationsOf(client: pg.Client): Promise<string[]> {
  return (await client.query<{ name: string }>(`SELECT name FROM ${migrationsTable} ORDER BY name`)).rows.map(({ name }) => name);
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1 ORDER BY tablename`,
    [migrationsTable],
  );
  return rows.map(({ name }) => name);
}

async function migrate(url: string, service: Service): Promise<void> {
  const { entities, migrations } = await loadService(service);
  if (migrations === null) throw new Problem(`${service.name} has no tables.`);
  const database = await openDatabase({ url, entities, migrations, poolSize: 2, logger: createLogger('restore', 'silent') });
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

async function insertRows(client: pg.Client, service: Service, file: string) {
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  const about = header.parse(JSON.parse((await lines.next()).value ?? 'null'));
  if (about.service !== service.name) throw new Problem(`${file} is a backup of ${about.service}.`);
  const here = await migrationsOf(client);
  if (here.join() !== about.migrations.join())
    throw new Problem(`${file} was made by another release, whose tables are others: restore it with that one, then upgrade.`);
  await client.query('BEGIN');
  // rows come table by table, so that references lead nowhere for a while: no triggers, which are what checks them
  await client.query('SET LOCAL session_replication_role = replica');
  // what migrations wrote is in the backup, too
  await client.query(`TRUNCATE ${(await tablesOf(client)).map((table) => client.escapeIdentifier(table)).join(', ')}`);
  const inserting = new Inserting(client);
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) await inserting.add(next.value);
  await inserting.flush();
  for (const { name, last } of about.sequences)
    await client.query('SELECT setval($1::regclass, $2)', [client.escapeIdentifier(name), last]);
  await client.query('COMMIT');
  await client.query('ANALYZE');
  return { rows: inserting.rows, takenAt: about.takenAt };
}

/** Inserts rows in the order in which they come, some hundred of one table at once. */
class Inserting {
  readonly #client: pg.Client;
  #table = '';
  #waiting: string[] = [];
  #count = 0;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  get rows(): number {
    return this.#count;
  }

  async add(line: string): Promise<void> {
    const [beginning, table] = tableOf.exec(line) ?? [];
    if (beginning === undefined || table === undefined) throw new Problem('The backup is damaged: a line of it is no row.');
    if (table !== this.#table || this.#waiting.length >= rowsAtOnce) await this.flush();
    this.#table = table;
    this.#waiting.push(line.slice(beginning.length));
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const table = this.#client.escapeIdentifier(this.#table);
    const { rows } = await this.#client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
      [table],
    );
    const columns = rows.map(({ name }) => this.#client.escapeIdentifier(name)).join(', ');
    await this.#client.query(
      `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
      [`[${this.#waiting.join(',')}]`],
    );
    this.#count += this.#waiting.length;
    this.#waiting = [];
  }
}

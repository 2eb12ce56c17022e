import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { type EntityManager, type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import type { Registry } from 'prom-client';
import type { Logger } from '../logger.ts';
import { connectionReasonOf } from '../tls.ts';
import { beginWaiting, committed } from './after-commit.ts';
import { measurePool, measureStatements } from './database-metrics.ts';
import { causesOf, isTransientDatabaseError } from './errors.ts';
import { tlsOf } from './tls.ts';
import { contextOfStatement, traceStatements } from './traced-statements.ts';

/**
 * Runs one SQL statement with `$1` parameters: in a transaction, or on its own. The same text is prepared once per connection, and PostgreSQL soon plans it
 * without looking at the values; a statement whose best plan depends on them is planned each time.
 */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    planning?: 'planned each time',
  ): Promise<{ rows: Row[]; count: number }>;
}

/** One PostgreSQL database of one service, by one pool. */
export type Database = Sql & {
  readonly orm: MikroORM;
  /** Hot paths: plain SQL in one transaction; commits when `work` resolves. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Rare writes: entities in one unit of work; `sql` runs in the same transaction. */
  unitOfWork<T>(work: (em: EntityManager, sql: Sql) => Promise<T>): Promise<T>;
  /** A fork of the entity manager, for the reads of one request. */
  fork(): EntityManager;
  /** A connection of its own, out of the pool, until it is released: for advisory locks. `onLost` is called when the server drops it. */
  reserve(onLost: (error: Error) => void): Promise<Sql & { release(destroy?: boolean): void }>;
  /** Applies what is missing of the migrations, one process at a time. Resolves to their names. */
  migrate(): Promise<string[]>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  // biome-ignore lint/suspicious/noExplicitAny: MikroORM's own type for a list of unrelated entities
  entities: EntitySchema<any>[];
  /** The folder of the migrations: `join(import.meta.dirname, 'migrations')`. */
  migrations: string;
  poolSize: number;
  /** Certificates in PEM that sign that of the server, which then must have one. */
  tlsCa?: string | undefined;
  /** Where its metrics are registered; without one nothing is measured. */
  registry?: Registry;
  logger: Logger;
};

/** Opens the pool; connects with the first statement, so that a database that is not there yet does not end the process. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { driverOptions, ...rest } = await mikroOrmOptions(options);
  const pools: Pool[] = [];
  const orm = await MikroORM.init({
    ...rest,
    driverOptions: {
      ...driverOptions,
      onPoolCreated: (pool: Pool) => void pools.push(pool),
    },
  });
  // creates the pool without connecting: getNativeClient() would connect, and fail while the server is unavailable
  orm.em.getConnection().getClient();
  const [pool] = pools;
  if (pool === undefined) throw new Error('MikroORM did not make a pool for PostgreSQL.');
  const observe = options.registry === undefined ? null : measureStatements(options.registry);
  if (options.registry !== undefined) measurePool(options.registry, pool, options.poolSize);
  pool.on('connect', (client) => traceStatements(client, observe));
  const onPool = sqlOf(pool);
  return {
    orm,
    query: onPool.query,
    transaction: (work) => transaction(pool, work),
    unitOfWork: (work) => orm.em.fork().transactional((em) => work(em as EntityManager, sqlOfUnitOfWork(em as EntityManager))),
    fork: () => orm.em.fork() as EntityManager,
    reserve: (onLost) => reserve(pool, onLost),
    migrate: () => migrate(orm, pool),
    close: () => orm.close(true),
  };
}

const names = new Map<string, string>();
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return name;
}

/** Statements on a pool or a connection of it, each text prepared once per connection. */
export function sqlOf(client: Pool | PoolClient): Sql {
  return {
    async query(text, values = [], planning = undefined) {
      const name = planning === undefined ? statementName(text) : undefined;
      const result = await client.query({ ...(name === undefined ? {} : { name }), text, values: [...values], ...contextOfStatement() });
      return { rows: result.rows, count: result.rowCount ?? 0 };
    },
  };
}

async function transaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const sql = sqlOf(client);
    beginWaiting(sql);
    const result = await work(sql);
    await client.query('COMMIT');
    committed(sql);
    return result;
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => undefined,
      (cause: Error) => cause,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

function sqlOfUnitOfWork(em: EntityManager): Sql {
  return {
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const transactionContext = em.getTransactionContext();
      const result = await transactionContext.executeQuery({
        sql: text,
        parameters: [...values],
        query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
        queryId: { queryId: statementName(text) },
      } as never);
      return { rows: result.rows as Row[], count: Number(result.numAffectedRows ?? result.rows.length) };
    },
  };
}

async function reserve(pool: Pool, onLost: (error: Error) => void) {
  const client = await pool.connect();
  client.on('error', onLost);
  return {
    ...sqlOf(client),
    release(destroy = false) {
      client.off('error', onLost);
      client.release(destroy);
    },
  };
}

/** Any number will do, so long as every service uses the same. */
const migrationLock = 7_204_113;

/** @throws Error for a database that cannot hold or compare every text. */
async function assertUtf8(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string; encoding: string }>(
    'SELECT datname AS name, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()',
  );
  const [found] = rows;
  if (found === undefined || found.encoding === 'UTF8') return;
  throw new Error(
    `The database ${found.name} has the encoding ${found.encoding}. Create it again with TEMPLATE template0 ENCODING 'UTF8'.`,
  );
}

async function migrate(orm: MikroORM, pool: Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    await assertUtf8(client);
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const applied = await orm.migrator.up();
    await client.query('ANALYZE');
    return applied.map((migration) => migration.name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => {});
    client.release();
  }
}

/** The MikroORM configuration of the service, the migration generator and the drift check. */
export async function mikroOrmOptions(options: DatabaseOptions) {
  const ssl = tlsOf(options.url, options.tlsCa);
  return {
    entities: options.entities,
    clientUrl: options.url,
    // search_path and time-outs travel with each connection
    driverOptions: {
      options: '-c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000 -c lock_timeout=2000',
      connectionTimeoutMillis: 5000,
      // MikroORM drops what the address says of it
      ...(ssl === undefined ? {} : { ssl }),
    },
    pool: { min: 0, max: options.poolSize, idleTimeoutMillis: 30_000 },
    extensions: [Migrator],
    migrations: {
      migrationsList: await findMigrations(options.migrations),
      path: options.migrations,
      transactional: true,
      snapshot: false,
      emit: 'ts' as const,
    },
    discovery: { warnWhenNoEntities: false },
    logger: (message: string) => options.logger.debug(message),
    debug: false,
    // databases are made by the platform, not by the services
    ensureDatabase: false,
  };
}

async function findMigrations(folder: string) {
  const files = readdirSync(folder)
    .filter((file) => /^\d{14}-.+\.ts$/.test(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(`${folder}/${file}`).href)) as Record<string, unknown>;
      const found = Object.values(module)[0];
      return { name: basename(file, '.ts'), class: found as never };
    }),
  );
}

/**
 * Applies the migrations as soon as the database is available; logs every few seconds that it waits. A role that may change no tables waits
 * until another has applied them. Rejects only when a migration itself is wrong.
 */
export async function migrateWhenReachable(database: Database, logger: Logger): Promise<void> {
  for (let attempt = 0; !(await tryToMigrate(database, logger, attempt % 10 === 0)); attempt += 1) await sleep(500);
}

async function tryToMigrate(database: Database, logger: Logger, isTimeToSay: boolean): Promise<boolean> {
  try {
    const applied = await database.migrate();
    if (applied.length > 0) logger.info({ applied }, 'migrations applied');
    return true;
  } catch (error) {
    const waitsFor = whatIsWaitedFor(error);
    if (waitsFor === null) throw error;
    if (isTimeToSay) logger.warn({ reason: connectionReasonOf(error) }, `waiting for ${waitsFor}`);
    return false;
  }
}

/** Null when nothing will come by waiting. */
function whatIsWaitedFor(error: unknown): string | null {
  if (isTransientDatabaseError(error)) return 'the database';
  const lacksPrivilege = causesOf(error).some(({ code }) => code === '42501');
  return lacksPrivilege ? 'the migrations, which this role is not allowed to apply' : null;
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

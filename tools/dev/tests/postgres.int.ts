import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '#tests/support/wait-for.ts';
import { createRoles } from '../database-roles.ts';
import { createDatabases } from '../databases.ts';
import { type RunningPostgres, startPostgres } from '../postgres.ts';
import { removePostgresData } from '../postgres-home.ts';
import { isAlive } from '../processes.ts';

let folder: string;
let running: RunningPostgres | null = null;

// one cluster for all: each test begins with its server stopped
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-postgres-'));
});

afterEach(async () => {
  await running?.stop();
  running = null;
});

afterAll(() => {
  removePostgresData(join(folder, 'postgres'));
  rmSync(folder, { recursive: true, force: true });
});

const start = async (port = 0) => {
  running = await startPostgres({ dataDir: join(folder, 'postgres'), port, settings: { fsync: 'off' } });
  return running;
};

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the PostgreSQL of this machine', () => {
  // the parent folder is closed to others (mkdtemp), which is where a server that cannot run as root used to fail
  test('starts below a closed folder, keeps its data, and is stopped without a trace', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();

    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('listens on the loopback address only', async () => {
    const { url } = await start();

    expect(
      await ask(url, "SELECT current_setting('listen_addresses') AS at, current_setting('unix_socket_directories') AS socket"),
    ).toEqual([{ at: '127.0.0.1', socket: '' }]);
  });

  test('takes the place of one that an earlier run left behind', async () => {
    const left = await start();

    const next = await start();

    await waitFor('the end of the first', () => !isAlive(left.pid));
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('makes the databases that are missing, and all of them again on request', async () => {
    const { url } = await start();
    const database = url.replace(/postgres$/, 'shop_order');
    await createDatabases(url, ['shop_order'], false);
    await ask(database, 'CREATE TABLE orders ()');

    await createDatabases(url, ['shop_order', 'shop_cart'], false);
    expect(await ask(database, "SELECT to_regclass('orders') IS NOT NULL AS there")).toEqual([{ there: true }]);

    await createDatabases(url, ['shop_order', 'shop_cart'], true);
    expect(await ask(database, "SELECT to_regclass('orders') IS NOT NULL AS there")).toEqual([{ there: false }]);
  });

  test('gives each database to a role that owns nothing else, with what an earlier release left in it', async () => {
    const { url } = await start();
    const names = ['shop_roles', 'shop_others'];
    const as = (role: string, database: string) => url.replace(/\/\/[^@]*@/, `//${role}:${role}-password@`).replace(/postgres$/, database);
    const passwordOf = (role: string) => `${role}-password`;
    await createDatabases(url, names, true);
    await ask(url.replace(/postgres$/, 'shop_roles'), 'CREATE TABLE old (id int GENERATED ALWAYS AS IDENTITY, name text)');

    for (const _ of ['once', 'and again']) await createRoles(url, names, passwordOf);

    const own = as('shop_roles', 'shop_roles');
    await ask(own, 'ALTER TABLE old ADD COLUMN more text');
    await ask(own, "CREATE TABLE fresh AS SELECT 'tea' AS name");
    await ask(own, 'CREATE EXTENSION pg_trgm');
    expect(await ask(own, 'SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false, rolcreaterole: false, rolcreatedb: false },
    ]);
    expect(await ask(own, 'SELECT datname FROM pg_database WHERE datdba = current_user::regrole')).toEqual([{ datname: 'shop_roles' }]);
    await expect(ask(as('shop_roles', 'shop_others'), 'SELECT 1')).rejects.toThrow('permission denied for database "shop_others"');
  });

  test('rejects with one sentence when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    await expect(start(port)).rejects.toThrow(`PostgreSQL cannot use port ${port}: another program listens there.`);
    other.close();
  });

  test('rejects with one sentence when its data is of another version', async () => {
    const { folder: place } = await start();
    await running?.stop();
    writeFileSync(join(place, 'cluster', 'PG_VERSION'), '17\n');

    await expect(start()).rejects.toThrow(/was made by PostgreSQL 17, and this is PostgreSQL 18: start with --reset/);
    writeFileSync(join(place, 'cluster', 'PG_VERSION'), '18\n');
  });

  test('survives a pid file that names a foreign process', async () => {
    const { folder: place } = await start();
    await running?.stop();
    const pidFile = join(place, 'cluster', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n`);

    await start();

    expect(existsSync(pidFile) && readFileSync(pidFile, 'utf8').startsWith(`${process.pid}\n`)).toBe(false);
  });
});

import type pg from 'pg';
import { connectTo, hostOf, messageOf } from './databases.ts';
import { Problem } from './problem.ts';

/**
 * Gives each database to a role of its own name, which owns it and nothing else and is no superuser, and revokes access for all others.
 * What an earlier release made as another role is handed over.
 */
export async function createRoles(serverUrl: string, databases: readonly string[], passwordOf: (role: string) => string): Promise<void> {
  try {
    await withClient(serverUrl, 'postgres', async (client) => {
      for (const role of databases) await makeRole(client, role, passwordOf(role));
      for (const database of databases) await giveDatabase(client, database);
    });
    for (const database of databases) await withClient(serverUrl, database, (client) => giveTables(client, database));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The roles of the databases could not be made on ${hostOf(serverUrl)}: ${messageOf(error)}.`, { cause: error });
  }
}

/** Gives a database, with all that is in it, to a role, if there is one of that name. */
export async function giveToRole(serverUrl: string, database: string, role: string): Promise<void> {
  const isThere = await withClient(serverUrl, database, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount !== 0) await giveDatabase(client, database, role);
    return rowCount !== 0;
  });
  if (isThere) await withClient(serverUrl, database, (client) => giveTables(client, role));
}

async function withClient<T>(serverUrl: string, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectTo(serverUrl, database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function makeRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${name}`);
  await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  // without superuser rights, ownership can be given only to roles that the user belongs to
  const { rows } = await client.query<{ rolsuper: boolean }>('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  if (rows[0]?.rolsuper === false) await client.query(`GRANT ${name} TO CURRENT_USER`);
}

async function giveDatabase(client: pg.Client, name: string, role = name): Promise<void> {
  const database = client.escapeIdentifier(name);
  await client.query(`ALTER DATABASE ${database} OWNER TO ${client.escapeIdentifier(role)}`);
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
}

async function giveTables(client: pg.Client, name: string): Promise<void> {
  const owner = client.escapeIdentifier(name);
  const { rows } = await client.query<{ relation: string }>(othersRelations, [name]);
  for (const { relation } of rows) await client.query(`ALTER TABLE ${relation} OWNER TO ${owner}`);
  // before PostgreSQL 15 the schema belongs to the superuser
  await client.query(`GRANT ALL ON SCHEMA public TO ${owner}`);
}

/** Without what belongs to an extension, or to a table, as the sequence of an identity column does. */
const othersRelations = `
  SELECT class.oid::regclass::text AS relation
  FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
  WHERE namespace.nspname = 'public' AND class.relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_get_userbyid(class.relowner) <> $1
    AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype IN ('e', 'a', 'i')
    )`;

import { readCommandLine } from '#platform/command.ts';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { draftMigration } from '#platform/postgres/migrations.ts';
import { createDatabases } from '#tools/dev/databases.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { startPostgres } from '#tools/dev/postgres.ts';
import { services } from '#tools/dev/services.ts';
import { runCommand, unlessInterrupted } from './run-command.ts';
import { postgresIn, withTemporaryFolder } from './temporary-folder.ts';

const usage = `Drafts the migration that brings the tables of a service from its last migration to its entities, to be read and completed by a person.
It works on an empty database of its own; nothing needs to run.

npm run migration SERVICE NAME     as in: npm run migration order add-coupon`;

async function draft(serviceName: string, name: string, interrupted: AbortSignal): Promise<string> {
  const withTables = services.filter(({ databases }) => databases.length > 0);
  const service = withTables.find((candidate) => candidate.name === serviceName);
  if (!service) throw new Error(`No service "${serviceName}" has tables. Known: ${withTables.map((known) => known.name).join(', ')}.`);
  const { entities, migrations } = await loadService(service);
  if (migrations === null) throw new Error(`${serviceName} has no migrations.`);
  return withTemporaryFolder('migration', async (folder) => {
    const postgres = await startPostgres({ dataDir: postgresIn(folder) });
    const drafted = draftOn(postgres.url, entities, migrations, name);
    return await unlessInterrupted(interrupted, drafted).finally(() => postgres.stop());
  });
}

async function draftOn(
  server: string,
  entities: Parameters<typeof openDatabase>[0]['entities'],
  migrations: string,
  name: string,
): Promise<string> {
  await createDatabases(server, ['draft'], false);
  const url = new URL(server);
  url.pathname = '/draft';
  const logger = createLogger('migration', 'silent');
  const database = await openDatabase({ url: url.href, entities, migrations, poolSize: 2, logger });
  await database.migrate();
  return await draftMigration(database.orm, migrations, name).finally(() => database.close());
}

await runCommand(async (interrupted) => {
  const [service, name] = readCommandLine(usage, {}, 2).positionals;
  if (service === undefined || name === undefined) throw new Error('Which service, and what is the migration called? See --help.');
  process.stdout.write(`${await draft(service, name, interrupted)}\n`);
});

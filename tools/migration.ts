import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { createLogger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { draftMigration } from '#platform/postgres/migrations.ts';
import { createDatabases } from '#tools/dev/databases.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { startPostgres } from '#tools/dev/postgres.ts';
import { removePostgresData } from '#tools/dev/postgres-home.ts';
import { services } from '#tools/dev/services.ts';

const usage = `Drafts the migration that brings the tables of a service from its last migration to its entities, to be read and completed by a person.
It works on an empty database of its own; nothing needs to run.

npm run migration SERVICE NAME     as in: npm run migration order add-coupon`;

async function draft(serviceName: string, name: string): Promise<string> {
  const withTables = services.filter(({ databases }) => databases.length > 0);
  const service = withTables.find((candidate) => candidate.name === serviceName);
  if (!service) throw new Error(`No service "${serviceName}" has tables. Known: ${withTables.map((known) => known.name).join(', ')}.`);
  const { entities, migrations } = await loadService(service);
  if (migrations === null) throw new Error(`${serviceName} has no migrations.`);
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-migration-'));
  const postgres = await startPostgres({ dataDir });
  try {
    await createDatabases(postgres.url, ['draft'], false);
    const url = new URL(postgres.url);
    url.pathname = '/draft';
    const logger = createLogger('migration', 'silent');
    const database = await openDatabase({ url: url.href, entities, migrations, poolSize: 2, logger });
    await database.migrate();
    return await draftMigration(database.orm, migrations, name).finally(() => database.close());
  } finally {
    await postgres.stop();
    removePostgresData(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const { positionals } = readCommandLine(usage, {}, 2);
const [service, name] = positionals;
try {
  if (service === undefined || name === undefined) throw new Error('Which service, and what is the migration called? See --help.');
  process.stdout.write(`${await draft(service, name)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

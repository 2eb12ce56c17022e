import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createEvent } from '#kafka/events.ts';
import { enterInbox } from '#kafka/inbox.ts';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { readFolders, withTables } from './folders.ts';
import { logger } from './graph.ts';

// inside of the checkout, because a migration imports packages
const root = fileURLToPath(new URL('../../.data', import.meta.url));
mkdirSync(root, { recursive: true });
const scratch = mkdtempSync(join(root, 'test-migrations-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const services = withTables(await readFolders());

/** The migrations of a folder and one more, which expands: what a next release would bring. */
function withNextMigration(name: string, migrations: string): string {
  const folder = join(scratch, name);
  cpSync(migrations, folder, { recursive: true });
  const text = `import { Migration } from '@mikro-orm/migrations';

export class Next extends Migration {
  override up(): void {
    this.addSql("ALTER TABLE outbox ADD COLUMN note text NOT NULL DEFAULT ''");
    this.addSql('CREATE TABLE next_things (id uuid PRIMARY KEY)');
  }

  override down(): void {
    this.addSql('DROP TABLE next_things');
    this.addSql('ALTER TABLE outbox DROP COLUMN note');
  }
}
`;
  writeFileSync(join(folder, '20991231000000-next.ts'), text);
  return folder;
}

/** What every release does: publish an event, handle another. */
function work(database: Database): Promise<void> {
  return database.transaction(async (sql) => {
    const userId = newId();
    await enterInbox(sql, 'test', [newId()]);
    await enqueue(sql, [createEvent('user.deleted', userId, { userId, version: 1 })]);
  });
}

async function rowsOf(database: Database): Promise<number> {
  const { rows } = await database.query<{ rows: number }>(
    'SELECT (SELECT count(*) FROM outbox)::int + (SELECT count(*) FROM inbox)::int AS rows',
  );
  return rows[0]?.rows ?? 0;
}

describe.each(services.map((service) => [service.name, service] as const))('the tables of %s', (name, { entities, migrations }) => {
  test('go forward and back with data, while the release before works on', async () => {
    const { url, drop } = await createTestDatabase(`${name.replaceAll('-', '_')}_migrations`);
    const open = (folder: string) => openDatabase({ url, entities, migrations: folder, poolSize: 2, logger });
    const [before, next] = [await open(migrations), await open(withNextMigration(name, migrations))];
    try {
      await before.migrate();
      await work(before);
      await next.migrate();
      await work(before);
      const drift = await next.orm.schema.getUpdateSchemaSQL();
      const rowsAfter = await rowsOf(before);
      await next.orm.migrator.down();
      await work(before);

      expect(drift).toContain('note');
      expect(rowsAfter).toBe(4);
      expect(await rowsOf(before)).toBe(6);
      expect((await before.orm.schema.getUpdateSchemaSQL()).trim()).toBe('');

      await before.orm.migrator.down({ to: 0 });
      await before.migrate();
      expect(await rowsOf(before)).toBe(0);
    } finally {
      await Promise.all([before.close(), next.close()]);
      await drop();
    }
  }, 30_000);
});

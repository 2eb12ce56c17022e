import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { createTestDatabase, cutOthers, type TestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { createLogger } from '../logger.ts';
import { afterCommit } from '../postgres/after-commit.ts';
import { type Database, migrateWhenReachable, openDatabase } from '../postgres/database.ts';
import { brokenConstraint, isTransientDatabaseError } from '../postgres/errors.ts';

const Note = defineEntity({ name: 'Note', tableName: 'notes', properties: { id: p.integer().primary(), text: p.text() } });
// a migration of a test may live in a temporary folder, from which no package can be imported
const migrations = mkdtempSync(join(tmpdir(), 'marigold-migrations-'));
const migrator = import.meta.resolve('@mikro-orm/migrations');

let test1: TestDatabase;
let database: Database;

beforeAll(async () => {
  writeFileSync(
    join(migrations, '20260101000000-init.ts'),
    `import { Migration } from '${migrator}';
export class Init extends Migration {
  override up() { this.addSql('CREATE TABLE notes (id int NOT NULL PRIMARY KEY, text text NOT NULL, CONSTRAINT text_not_empty CHECK (text <> \\'\\'))'); }
  override down() { this.addSql('DROP TABLE notes'); }
}`,
  );
  test1 = await createTestDatabase('platform');
  database = await openDatabase({ url: test1.url, entities: [Note], migrations, poolSize: 4, logger: createLogger('test', 'silent') });
  await database.migrate();
});

afterAll(async () => {
  await database?.close();
  await test1?.drop();
});

describe('a database', () => {
  test('applies each migration once, also when several processes start together', async () => {
    expect(await Promise.all([database.migrate(), database.migrate()])).toEqual([[], []]);
  });

  test('that does not hold every text is rejected with a sentence, before anything is changed in it', async () => {
    const narrow = await createTestDatabase('ascii', "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc");
    const other = await openDatabase({
      url: narrow.url,
      entities: [Note],
      migrations,
      poolSize: 1,
      logger: createLogger('test', 'silent'),
    });

    await expect(other.migrate()).rejects.toThrow(
      `The database ${new URL(narrow.url).pathname.slice(1)} has the encoding SQL_ASCII. Create it again with TEMPLATE template0 ENCODING 'UTF8'.`,
    );

    expect((await other.query('SELECT FROM pg_tables WHERE schemaname = $1', ['public'])).count).toBe(0);
    await other.close();
    await narrow.drop();
  });

  test('does what waits for a commit after it, and never when the transaction is rolled back', async () => {
    const done: string[] = [];
    await database.transaction(async (sql) => {
      afterCommit(sql, () => done.push('counted'));
      await sql.query('SELECT 1');
      done.push('ran');
    });
    const rolledBack = database.transaction(async (sql) => {
      afterCommit(sql, () => done.push('counted what was rolled back'));
      await sql.query('SELECT 1 / 0');
    });

    await expect(rolledBack).rejects.toThrow('division by zero');
    expect(done).toEqual(['ran', 'counted']);
  });

  test('whose role may change no tables waits until another has applied the migrations', async () => {
    const [owned, role] = await Promise.all([createTestDatabase('owned'), createTestDatabase('role')]);
    const url = new URL(role.url);
    const nameOf = (of: TestDatabase) => new URL(of.url).pathname.slice(1);
    url.pathname = `/${nameOf(owned)}`;
    const said: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(line) });
    const options = { entities: [Note], migrations, poolSize: 2, logger };
    const [owner, service] = [await openDatabase({ ...options, url: owned.url }), await openDatabase({ ...options, url: url.href })];
    await owner.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO "${nameOf(role)}"`);

    const migrated = migrateWhenReachable(service, logger);
    await waitFor('the reason', () => said.some((line) => line.includes('waiting for the migrations')));
    expect(await owner.migrate()).toHaveLength(1);
    await migrated;

    await service.query('INSERT INTO notes VALUES (1, $1)', ['one']);
    await expect(service.query('DROP TABLE notes')).rejects.toThrow('must be owner');
    await Promise.all([owner.close(), service.close()]);
    await owned.drop();
    await role.drop();
  });

  test('undoes what a transaction did when its work fails', async () => {
    const work = database.transaction(async (sql) => {
      await sql.query('INSERT INTO notes VALUES ($1, $2)', [1, 'one']);
      throw new Error('no');
    });

    await expect(work).rejects.toThrow('no');
    expect((await database.query('SELECT id FROM notes WHERE id = 1')).count).toBe(0);
  });

  test('runs SQL of a unit of work in the same transaction as its entities', async () => {
    await database.unitOfWork(async (em, sql) => {
      em.persist(em.create(Note, { id: 2, text: 'two' }));
      await em.flush();
      expect((await sql.query<{ text: string }>('SELECT text FROM notes WHERE id = $1', [2])).rows).toEqual([{ text: 'two' }]);
    });
    const failed = database.unitOfWork(async (_, sql) => {
      await sql.query('INSERT INTO notes VALUES ($1, $2)', [3, 'three']);
      throw new Error('no');
    });

    await expect(failed).rejects.toThrow('no');
    expect((await database.query('SELECT id FROM notes ORDER BY id')).rows).toEqual([{ id: 2 }]);
  });

  test('names the constraint that a statement broke', async () => {
    const error = await database.query('INSERT INTO notes VALUES ($1, $2)', [4, '']).catch((cause: unknown) => cause);

    expect(brokenConstraint(error)).toBe('text_not_empty');
    expect(isTransientDatabaseError(error)).toBe(false);
  });

  test('survives the loss of its connections', async () => {
    const other = await openDatabase({ url: test1.url, entities: [Note], migrations, poolSize: 2, logger: createLogger('test', 'silent') });
    await other.query('SELECT 1');
    const running = other.query('SELECT pg_sleep(4)').catch((cause: unknown) => cause);
    await database.query(cutOthers);

    expect(isTransientDatabaseError(await running)).toBe(true);
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await other.close();
  });

  test('reports an unreachable server as temporary', async () => {
    const nowhere = await openDatabase({
      url: 'postgres://postgres@127.0.0.1:1/none',
      entities: [Note],
      migrations,
      poolSize: 1,
      logger: createLogger('test', 'silent'),
    });

    expect(isTransientDatabaseError(await nowhere.query('SELECT 1').catch((cause: unknown) => cause))).toBe(true);
    await nowhere.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { createLogger, errorForLog } from '../logger.ts';
import { openDatabase } from '../postgres/database.ts';

const secret = 'a-hash-that-nobody-reads';
let testDatabase: TestDatabase;
let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  testDatabase = await createTestDatabase('logger');
  const migrations = import.meta.dirname;
  database = await openDatabase({ url: testDatabase.url, entities: [], migrations, poolSize: 1, logger: createLogger('test', 'silent') });
  await database.query('CREATE TABLE doors (name text UNIQUE, lock text CHECK (length(lock) > 100))');
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

async function rejected(sql: string, values: readonly unknown[]): Promise<unknown> {
  return database.query(sql, values).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('an error in the log', () => {
  test('of the database has the constraint, and no values of the row', async () => {
    const error = await rejected('INSERT INTO doors VALUES ($1, $2)', [secret, secret]);
    const wrapped = new Error('the door could not be kept', { cause: error });

    expect(JSON.stringify(error)).toContain(secret);
    for (const logged of [errorForLog(error), errorForLog(wrapped)]) {
      expect(JSON.stringify(logged)).not.toContain(secret);
      expect(JSON.stringify(logged)).toContain('doors_lock_check');
    }
  });

  test('of GraphQL repeats no value, neither in its message nor in its stack', () => {
    const error = new Error(
      `Variable "$input" got invalid value { password: "${secret}" }; Field "login" of required type "String!" was not provided.`,
    );
    const logged = errorForLog(error) as { message: string; stack: string };

    expect(logged.message).toBe('Variable "$input" got invalid value; Field "login" of required type "String!" was not provided.');
    expect(logged.stack).toContain('logger.int.ts');
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  test('may be anything', () => {
    expect([errorForLog('away'), errorForLog(undefined), errorForLog(7)]).toEqual(['away', undefined, 7]);
  });
});

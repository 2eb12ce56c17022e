import type { Names } from './names.ts';

export const domainTestTemplate = (): string => `import { expect, test } from '@jest/globals';
import { tidyText } from '../domain.ts';

test.each([
  ['one line', 'one line'],
  ['  spaces around  ', 'spaces around'],
  ['spaces at the end  \\nof a line', 'spaces at the end\\nof a line'],
  ['two\\n\\n\\n\\n\\nparagraphs', 'two\\n\\nparagraphs'],
])('a text is kept tidy: %j', (text, kept) => {
  expect(tidyText(text)).toBe(kept);
});
`;

export const commandTestTemplate = ({
  kebab,
  camel,
  pascal,
  snake,
  snakePlural,
  words,
}: Names): string => `import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guest, type Identity } from '#platform/auth.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import { entities } from '../entities.ts';
import { add${pascal} } from '../commands/add-${kebab}.ts';
import type { ${pascal}Dependencies } from '../dependencies.ts';
import { find${pascal}s } from '../queries.ts';

const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };
let server: TestDatabase;
let database: Database;
let deps: ${pascal}Dependencies;

beforeAll(async () => {
  server = await createTestDatabase('${snake}');
  database = await openDatabase({ url: server.url, entities, migrations, poolSize: 4, logger: createLogger('${kebab}-test', 'silent') });
  await database.migrate();
  deps = { database };
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

test('what was added can be found, in the order asked', async () => {
  const productId = newId();
  const added = await add${pascal}(deps, customer, { productId, text: ' Good. ' });
  if ('__typename' in added) throw new Error(added.message);
  const { id } = added.${camel};

  expect(added.${camel}).toMatchObject({ productId, text: 'Good.' });
  expect(await find${pascal}s(deps, [newId(), id, 'nonsense'])).toEqual([null, added.${camel}, null]);
});

test.each([
  ['productId', { productId: 'nonsense', text: 'Good.' }],
  ['text', { productId: newId(), text: ' ' }],
  ['text', { productId: newId(), text: 'x'.repeat(1001) }],
])('a wrong %s is rejected by its name', async (field, input) => {
  expect(await add${pascal}(deps, customer, input)).toMatchObject({ __typename: 'InvalidInput', problems: [{ field }] });
});

test('a guest needs an account', async () => {
  await expect(add${pascal}(deps, guest, { productId: newId(), text: 'Good.' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the database rejects a ${words} without a text by itself', async () => {
  const empty = database.query("INSERT INTO ${snakePlural} (id, product_id, text) VALUES ($1, $2, '')", [newId(), newId()]);

  await expect(empty).rejects.toMatchObject({ constraint: '${snakePlural}_text_check' });
});
`;

export const fixturesTemplate = ({
  kebab,
  camel,
  pascal,
  words,
}: Names): string => `import type { Making, Fixtures } from '../../../tests/contract/fixtures.ts';

/** What the contract tests of every subgraph ask of this one: a ${words} for each product. */
export async function makeFixtures({ ask, owner, productIds }: Making): Promise<Fixtures> {
  const ids: string[] = [];
  for (const productId of productIds) {
    const { data } = await ask<{ add${pascal}: { ${camel}: { id: string } } }>(
      '${kebab}',
      owner,
      'mutation ($input: Add${pascal}Input!) { add${pascal}(input: $input) { ... on Add${pascal}Success { ${camel} { id } } } }',
      { input: { productId, text: 'Good.' } },
    );
    ids.push(data?.add${pascal}.${camel}.id ?? '');
  }
  return { ${pascal}: { ids, hiddenFields: [] } };
}
`;

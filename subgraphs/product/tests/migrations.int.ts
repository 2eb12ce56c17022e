import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldText, wordsOf } from '#platform/fold-text.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import { entities } from '../entities.ts';
import { nameKeyOf, searchTextOf, searchWords } from '../texts.ts';

const texts = [
  ['Trà Đà Lạt', 'Hái ở Lâm Đồng – “ngon”, 100 g', 'tra-đa-lat'],
  ["Ærø's Straße", 'Łódź, ½ ™ ﬁne', 'ærøs-straße'],
  ['Oak table', '', 'oak-table-2'],
] as const;

/** As the release before wrote them: without marks, but with the letters that are none of a letter and a mark. */
const wordsBefore = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ');

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const server = await createTestDatabase('product_texts');
  drop = server.drop;
  database = await openDatabase({ url: server.url, entities, migrations, poolSize: 2, logger: createLogger('test', 'silent') });
});
afterAll(async () => {
  await database.close();
  await drop();
});

const stored = async () =>
  (await database.query<object>('SELECT name_key AS "nameKey", search_text AS "searchText" FROM products ORDER BY id')).rows;

/** As the release before wrote them: without any mark, and apart at what stands unseen. */
const foldedBefore = (text: string) =>
  foldText(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .replaceAll('\u00ad', ' '),
  );
const spelledBefore = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const signs = [
  ['हिन्दी चाय', 'ガラス, ชาน้ำ – बहुत ¡Olé! ½', 'हनद-चय'],
  ['مُحَمَّد أحمد', 'שָׁלוֹם Đà Lạt Ærø чай', 'محمد-احمد'],
  ['1\ufe0f\u20e3 ❤\ufe0f te\u00adas ᬅᬓ𑄇𑄧', '\u093f – “Straße”', 'teas'],
] as const;

test('signs that are part of letters come back into the texts of products, and go', async () => {
  await database.orm.migrator.up({ to: '20261127201000-edits' });
  await database.query(`INSERT INTO categories (slug, name) VALUES ('tea', 'Tea')`);
  const before = signs.map(([name, description, slug]) => ({
    nameKey: spelledBefore(name),
    searchText: ` ${wordsOf(foldedBefore(`${name} ${description} ${slug}`)).join(' ')}`,
  }));
  for (const [at, [name, description, slug]] of signs.entries()) {
    await database.query(
      `INSERT INTO products (id, sku, slug, name, description, name_key, search_text, category_slug, price, images, available, version, edited_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'tea', 100, '[]', 1, 4, 4)`,
      [newId(), `SKU-${at}`, slug, name, description, before[at]?.nameKey, before[at]?.searchText],
    );
  }

  await database.migrate();
  expect(await stored()).toEqual(
    signs.map(([name, description, slug]) => ({ nameKey: nameKeyOf(name), searchText: searchTextOf(name, description, slug) })),
  );

  await database.orm.migrator.down({ to: '20261127201000-edits' });
  expect(await stored()).toEqual(before);
  await database.query('DELETE FROM products');
  await database.query('DELETE FROM categories');
  await database.orm.migrator.down({ to: '20261122220000-pictures' });
});

test('texts of products that are there already are folded, and go back', async () => {
  await database.orm.migrator.up({ to: '20261122220000-pictures' });
  await database.query(`INSERT INTO categories (slug, name) VALUES ('tea', 'Tea')`);
  const before = texts.map(([name, description]) => ({
    nameKey: wordsBefore(name),
    searchText: ` ${wordsBefore(`${name} ${description}`)}`,
  }));
  for (const [at, [name, description, slug]] of texts.entries()) {
    await database.query(
      `INSERT INTO products (id, sku, slug, name, description, name_key, search_text, category_slug, price, images, available, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'tea', 100, '[]', 1, 4)`,
      [newId(), `SKU-${at}`, slug, name, description, before[at]?.nameKey, before[at]?.searchText],
    );
  }

  await database.migrate();

  expect(await stored()).toEqual(
    texts.map(([name, description, slug]) => ({ nameKey: nameKeyOf(name), searchText: searchTextOf(name, description, slug) })),
  );
  expect(await database.query('SELECT DISTINCT edited_version, edited_by FROM products')).toMatchObject({
    rows: [{ edited_version: 4, edited_by: null }],
  });

  await database.orm.migrator.down({ to: '20261122220000-pictures' });
  expect(await stored()).toEqual(before);
  expect(searchWords(texts[0][0])).toEqual(['tra', 'da', 'lat']);
});

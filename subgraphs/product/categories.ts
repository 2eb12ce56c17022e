import type { Sql } from '#platform/postgres/database.ts';
import { categoryKeyOf, freeSlug, slugOf } from './texts.ts';

type Category = { readonly slug: string; readonly name: string };

/**
 * The slug of each of these names; a category that is not there yet begins, spelled as it was written first. Runs under the lock of the
 * catalogue, so that no other transaction makes the same category at the same time.
 */
export async function findOrCreateCategories(sql: Sql, names: readonly string[]): Promise<(name: string) => string> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [catalogueLock]);
  const { rows } = await sql.query<Category>('SELECT slug, name FROM categories');
  const slugs = new Map(rows.map(({ slug, name }) => [categoryKeyOf(name), slug]));
  const taken = new Set(slugs.values());
  const missing: Category[] = [];
  for (const name of names) {
    const key = categoryKeyOf(name);
    if (slugs.has(key)) continue;
    const slug = freeSlug(slugOf(name, name), taken);
    slugs.set(key, slug);
    taken.add(slug);
    missing.push({ slug, name });
  }
  if (missing.length > 0) await sql.query(insertCategories, [JSON.stringify(missing)]);
  return (name) => slugs.get(categoryKeyOf(name)) ?? slugOf(name, name);
}

/** Any number will do that no other advisory lock of this database has. */
const catalogueLock = 7_204_201;

/** Renames a category. Resolves to the ids of its products, whose copies in a cache are no longer right. */
export async function respellCategory(sql: Sql, slug: string, name: string): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(updateCategory, [slug, name]);
  return rows.map(({ id }) => id);
}

const insertCategories = 'INSERT INTO categories (slug, name) SELECT slug, name FROM jsonb_to_recordset($1) AS made (slug text, name text)';
const updateCategory = `
  WITH spelled AS (UPDATE categories SET name = $2 WHERE slug = $1 RETURNING slug)
  SELECT products.id FROM products JOIN spelled ON spelled.slug = products.category_slug`;

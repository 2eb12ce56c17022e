import type { EntityManager } from '@mikro-orm/postgresql';
import { enqueue } from '#kafka/outbox.ts';
import type { Database, Sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, invalidInput } from '#platform/input.ts';
import { type ProductRow, selectProducts } from './catalogue.ts';
import { Category, Product, StockChange } from './entities.ts';
import type { NewProduct, ProductChanges } from './inputs.ts';
import { createProductFact, withAvailable } from './product-facts.ts';
import { adjustedStock, freeSlug, mostStock, searchTextOf, searchWords, slugOf } from './rules.ts';

export type ProductNotFound = { refusal: 'ProductNotFound'; code: 'PRODUCT_NOT_FOUND'; message: string };
export type SkuTaken = { refusal: 'SkuTaken'; code: 'SKU_TAKEN'; message: string; sku: string };
export type NotEnoughStock = { refusal: 'NotEnoughStock'; code: 'NOT_ENOUGH_STOCK'; message: string; available: number };

const productNotFound: ProductNotFound = {
  refusal: 'ProductNotFound',
  code: 'PRODUCT_NOT_FOUND',
  message: 'There is no such product.',
};

/** What admins do to the catalogue: each is one transaction, with its facts in it. Answers the rows as they are then, or a refusal. */
export function createCatalogueEditor(database: Database) {
  return {
    async createProducts(products: readonly NewProduct[], by: string): Promise<ProductRow[] | SkuTaken> {
      return database.unitOfWork(async (em, sql) => {
        // one at a time: article numbers and slugs are looked up before they are taken
        await sql.query('SELECT pg_advisory_xact_lock($1)', [catalogueLock]);
        const taken = await em.findOne(Product, { sku: { $in: products.map((product) => product.sku) } });
        if (taken !== null) {
          return { refusal: 'SkuTaken', code: 'SKU_TAKEN', message: 'Another product has this article number.', sku: taken.sku };
        }
        const slugs = await chooseSlugs(sql, products);
        const ids = products.map(() => newId()).sort();
        const categories = await findOrCreateCategories(
          em,
          products.map((product) => product.category),
        );
        for (const [at, { name, description, stock, category, ...product }] of products.entries()) {
          const created = em.create(Product, {
            ...product,
            ...textsOf(name, description),
            id: ids[at] ?? newId(),
            slug: slugs[at] ?? product.sku.toLowerCase(),
            category: em.getReference(Category, categories(category)),
            available: stock,
            version: 1,
            archived: false,
            createdAt: new Date(),
          });
          if (stock > 0)
            em.create(StockChange, {
              id: newId(),
              product: created,
              difference: stock,
              reason: openingStock,
              changedBy: by,
              at: new Date(),
            });
        }
        await em.flush();
        const rows = await selectProducts(sql, ids);
        const byId = new Map(rows.map((row) => [row.id, row]));
        const created = ids.flatMap((id) => byId.get(id) ?? []);
        await enqueue(
          sql,
          created.map((row) => createProductFact('product.created', row)),
        );
        return created;
      });
    },

    async updateProduct(id: string, changes: ProductChanges): Promise<ProductRow | ProductNotFound> {
      return database.unitOfWork(async (em, sql) => {
        const [before] = await selectProducts(sql, [id], true);
        if (before === undefined) return productNotFound;
        const { category = before.categoryName, ...fields } = changes;
        const { name, description, price, images } = { ...before, ...withoutUndefined(fields) };
        if (isSaidOf(before, { name, description, price, images, categorySlug: slugOf(category, category) })) return before;
        const product = await em.findOneOrFail(Product, id);
        em.assign(product, { ...textsOf(name, description), price, images, version: before.version + 1 });
        const categorySlug = (await findOrCreateCategories(em, [category]))(category);
        product.category = em.getReference(Category, categorySlug);
        return flushed(em, sql, id, 'product.updated');
      });
    },

    async archiveProduct(id: string): Promise<ProductRow | ProductNotFound> {
      return database.unitOfWork(async (em, sql) => {
        const [before] = await selectProducts(sql, [id], true);
        if (before === undefined) return productNotFound;
        if (before.archived) return before;
        em.assign(await em.findOneOrFail(Product, id), { archived: true, version: before.version + 1 });
        return flushed(em, sql, id, 'product.archived');
      });
    },

    async restoreProduct(id: string): Promise<ProductRow | ProductNotFound> {
      return database.unitOfWork(async (em, sql) => {
        const [before] = await selectProducts(sql, [id], true);
        if (before === undefined) return productNotFound;
        if (!before.archived) return before;
        em.assign(await em.findOneOrFail(Product, id), { archived: false, version: before.version + 1 });
        return flushed(em, sql, id, 'product.updated');
      });
    },

    async adjustStock(
      id: string,
      difference: number,
      reason: string,
      by: string,
    ): Promise<ProductRow | ProductNotFound | NotEnoughStock | InvalidInput> {
      return database.unitOfWork(async (em, sql) => {
        const [before] = await selectProducts(sql, [id], true);
        if (before === undefined) return productNotFound;
        const available = adjustedStock(before.available, difference);
        if (available === 'TOO_MUCH') return invalidInput([{ field: 'difference', message: `A shelf holds at most ${mostStock}.` }]);
        if (available === 'NOT_ENOUGH') return notEnoughStock(before.available);
        const after = withAvailable(before, available);
        em.assign(await em.findOneOrFail(Product, id), { available, version: after.version });
        em.create(StockChange, { id: newId(), product: id, difference, reason, changedBy: by, at: new Date() });
        await em.flush();
        if (after.version !== before.version) await enqueue(sql, [createProductFact('product.availability-changed', after)]);
        return after;
      });
    },
  };
}

/** What the first movement of a product's stock is called. */
const openingStock = 'Opening stock';

/** Any number will do that no other advisory lock of this database has. */
const catalogueLock = 7_204_201;

function notEnoughStock(available: number): NotEnoughStock {
  return { refusal: 'NotEnoughStock', code: 'NOT_ENOUGH_STOCK', message: `There are only ${available} on the shelf.`, available };
}

function textsOf(name: string, description: string) {
  return { name, description, nameKey: searchWords(name).join(' '), searchText: searchTextOf(name, description) };
}

type Said = Pick<ProductRow, 'name' | 'description' | 'price' | 'images' | 'categorySlug'>;

function isSaidOf(row: ProductRow, said: Said): boolean {
  const fields = ({ name, description, price, categorySlug, images }: Said) =>
    JSON.stringify([name, description, price, categorySlug, images.map(({ url, alt }) => [url, alt])]);
  return fields(row) === fields(said);
}

function withoutUndefined<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

async function flushed(em: EntityManager, sql: Sql, id: string, type: 'product.updated' | 'product.archived'): Promise<ProductRow> {
  await em.flush();
  const [after] = await selectProducts(sql, [id]);
  if (after === undefined) throw new Error('a product vanished under its lock');
  await enqueue(sql, [createProductFact(type, after)]);
  return after;
}

/** A category is known by its slug: "Desk lamps" and "desk-lamps" are one shelf, with the name that was written first. Answers the slug of a name. */
async function findOrCreateCategories(em: EntityManager, names: readonly string[]): Promise<(name: string) => string> {
  const slug = (name: string) => slugOf(name, name);
  const bySlug = new Map(names.toReversed().map((name) => [slug(name), { slug: slug(name), name }]));
  // somebody else may be making the same shelf
  await em.upsertMany(Category, [...bySlug.values()], { onConflictAction: 'ignore' });
  return slug;
}

/** Addresses stay for good: a product that is renamed later keeps its slug, for links to it are out there. */
async function chooseSlugs(sql: Sql, products: readonly NewProduct[]): Promise<string[]> {
  const wanted = products.map((product) => slugOf(product.name, product.sku));
  const { rows } = await sql.query<{ slug: string }>(selectTakenSlugs, [wanted]);
  const taken = new Set(rows.map((row) => row.slug));
  return wanted.map((slug) => {
    const free = freeSlug(slug, taken);
    taken.add(free);
    return free;
  });
}

const selectTakenSlugs = `
  SELECT slug FROM products JOIN unnest($1::text[]) AS wanted (start) ON slug = start OR starts_with(slug, start || '-')`;

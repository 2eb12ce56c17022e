import type { EntityManager } from '@mikro-orm/postgresql';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, invalidInput } from '#platform/input.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { type ProductRow, selectProducts } from './catalogue.ts';
import { findOrCreateCategories, respellCategory } from './categories.ts';
import { adjustedStock, mostStock } from './domain.ts';
import { Category, Product, StockChange } from './entities.ts';
import type { NewProduct, ProductChanges } from './inputs.ts';
import { type IdempotencyKeyReused, once } from './once.ts';
import { createProductEvent, withAvailable } from './product-events.ts';
import { categoryKeyOf, freeSlug, nameKeyOf, searchTextOf, slugOf } from './texts.ts';

export type ProductNotFound = { __typename: 'ProductNotFound'; code: 'PRODUCT_NOT_FOUND'; message: string };
/** Somebody else edited the product since the caller looked at it. */
export type ProductChanged = { __typename: 'ProductChanged'; code: 'PRODUCT_CHANGED'; message: string; row: ProductRow };
export type SkuTaken = { __typename: 'SkuTaken'; code: 'SKU_TAKEN'; message: string; sku: string };
export type NotEnoughStock = { __typename: 'NotEnoughStock'; code: 'NOT_ENOUGH_STOCK'; message: string; available: number };

/** Who edits which product, and the version that they looked at. */
export type Edit = { readonly id: string; readonly by: string; readonly expectedVersion?: number | undefined };

const productNotFound: ProductNotFound = {
  __typename: 'ProductNotFound',
  code: 'PRODUCT_NOT_FOUND',
  message: 'There is no such product.',
};

/** What admins do to the catalogue: each is one transaction, with its events in it. Answers the rows as they are then, or a user error. */
export function createCatalogueEditor(database: Database) {
  return {
    async createProducts(
      products: readonly NewProduct[],
      by: string,
      key?: string,
    ): Promise<ProductRow[] | SkuTaken | IdempotencyKeyReused> {
      return database.unitOfWork((em, sql) =>
        once(sql, { by, key, what: ['createProducts', products] }, () => addProducts(em, sql, products, by)),
      );
    },

    /** The product, and after it the others whose category is spelled anew with it. */
    async updateProduct(edit: Edit, changes: ProductChanges): Promise<ProductRow[] | ProductNotFound | ProductChanged> {
      return database.unitOfWork((em, sql) => changeProduct(em, sql, edit, changes));
    },

    async archiveProduct(edit: Edit): Promise<ProductRow | ProductNotFound | ProductChanged> {
      return database.unitOfWork((em, sql) => setArchived(em, sql, edit, true));
    },

    async restoreProduct(edit: Edit): Promise<ProductRow | ProductNotFound | ProductChanged> {
      return database.unitOfWork((em, sql) => setArchived(em, sql, edit, false));
    },

    async adjustStock(
      edit: Edit,
      difference: number,
      reason: string,
      key?: string,
    ): Promise<ProductRow[] | ProductNotFound | ProductChanged | NotEnoughStock | InvalidInput | IdempotencyKeyReused> {
      const what = ['adjustStock', edit.id, difference, reason];
      return database.unitOfWork((em, sql) =>
        once(sql, { by: edit.by, key, what }, () => changeStock(em, sql, edit, { difference, reason })),
      );
    },
  };
}

async function addProducts(em: EntityManager, sql: Sql, products: readonly NewProduct[], by: string): Promise<ProductRow[] | SkuTaken> {
  // under its lock one at a time: article numbers and slugs are looked up before they are taken
  const categories = await findOrCreateCategories(
    sql,
    products.map((product) => product.category),
  );
  const taken = await em.findOne(Product, { sku: { $in: products.map((product) => product.sku) } });
  if (taken !== null) {
    return { __typename: 'SkuTaken', code: 'SKU_TAKEN', message: 'Another product has this article number.', sku: taken.sku };
  }
  const slugs = await chooseSlugs(sql, products);
  const ids = products.map(() => newId()).sort();
  for (const [at, { name, description, stock, category, ...product }] of products.entries()) {
    const slug = slugs[at] ?? product.sku.toLowerCase();
    const created = em.create(Product, {
      ...product,
      ...textsOf(name, description, slug),
      ...editedNow({ version: 0 }, by),
      id: ids[at] ?? newId(),
      slug,
      category: em.getReference(Category, categories(category)),
      available: stock,
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
    created.map((row) => createProductEvent('product.created', row)),
  );
  return created;
}

async function changeProduct(
  em: EntityManager,
  sql: Sql,
  { id, by, expectedVersion }: Edit,
  changes: ProductChanges,
): Promise<ProductRow[] | ProductNotFound | ProductChanged> {
  const [before] = await selectProducts(sql, [id], true);
  if (before === undefined) return productNotFound;
  const { category = before.categoryName, ...fields } = changes;
  const { name, description, price, images } = { ...before, ...withoutUndefined(fields) };
  // whoever sends what is there already, as after a lost answer, overwrites nothing
  if (isSaidOf(before, { name, description, price, images, categoryName: category })) return [before];
  if (isOverwriting(before, expectedVersion)) return changedMeanwhile(before);
  const product = await em.findOneOrFail(Product, id);
  em.assign(product, { ...textsOf(name, description, before.slug), price, images, ...editedNow(before, by) });
  const { slug, respelled } = await categoryOf(sql, before, category);
  product.category = em.getReference(Category, slug);
  const after = await flushed(em, sql, id, 'product.updated');
  const others = respelled.filter((other) => other !== id);
  return [after, ...(await selectProducts(sql, others))];
}

/** The category that a product comes to by this name, and the products whose category is spelled so from now on: the product's own is. */
async function categoryOf(sql: Sql, before: ProductRow, name: string): Promise<{ slug: string; respelled: string[] }> {
  const slug = before.categorySlug;
  if (name === before.categoryName) return { slug, respelled: [] };
  if (categoryKeyOf(name) === categoryKeyOf(before.categoryName)) return { slug, respelled: await respellCategory(sql, slug, name) };
  return { slug: (await findOrCreateCategories(sql, [name]))(name), respelled: [] };
}

async function setArchived(
  em: EntityManager,
  sql: Sql,
  { id, by, expectedVersion }: Edit,
  archived: boolean,
): Promise<ProductRow | ProductNotFound | ProductChanged> {
  const [before] = await selectProducts(sql, [id], true);
  if (before === undefined) return productNotFound;
  if (before.archived === archived) return before;
  if (isOverwriting(before, expectedVersion)) return changedMeanwhile(before);
  em.assign(await em.findOneOrFail(Product, id), { archived, ...editedNow(before, by) });
  return flushed(em, sql, id, archived ? 'product.archived' : 'product.updated');
}

async function changeStock(
  em: EntityManager,
  sql: Sql,
  { id, by, expectedVersion }: Edit,
  { difference, reason }: { readonly difference: number; readonly reason: string },
): Promise<ProductRow[] | ProductNotFound | ProductChanged | NotEnoughStock | InvalidInput> {
  const [before] = await selectProducts(sql, [id], true);
  if (before === undefined) return productNotFound;
  if (isOverwriting(before, expectedVersion)) return changedMeanwhile(before);
  const available = adjustedStock(before.available, difference);
  if (available === 'TOO_MUCH') return invalidInput([{ field: 'difference', message: `A shelf holds at most ${mostStock}.` }]);
  if (available === 'NOT_ENOUGH') return notEnoughStock(before.available);
  const after = withAvailable(before, available);
  em.assign(await em.findOneOrFail(Product, id), { available, version: after.version });
  em.create(StockChange, { id: newId(), product: id, difference, reason, changedBy: by, at: new Date() });
  await em.flush();
  if (after.version !== before.version) await enqueue(sql, [createProductEvent('product.availability-changed', after)]);
  return [after];
}

/** What the first movement of a product's stock is called. */
const openingStock = 'Opening stock';

/** The version rises with orders, too, which take the last pieces: only what a person edited since then would be overwritten. */
function isOverwriting({ version, editedVersion }: ProductRow, expectedVersion: number | undefined): boolean {
  return expectedVersion !== undefined && (expectedVersion < editedVersion || expectedVersion > version);
}

function changedMeanwhile(row: ProductRow): ProductChanged {
  return { __typename: 'ProductChanged', code: 'PRODUCT_CHANGED', message: 'Somebody else has changed this product meanwhile.', row };
}

function editedNow({ version }: Pick<ProductRow, 'version'>, by: string) {
  return { version: version + 1, editedVersion: version + 1, editedBy: by, editedAt: new Date() };
}

function notEnoughStock(available: number): NotEnoughStock {
  return { __typename: 'NotEnoughStock', code: 'NOT_ENOUGH_STOCK', message: `There are only ${available} on the shelf.`, available };
}

function textsOf(name: string, description: string, slug: string) {
  return { name, description, nameKey: nameKeyOf(name), searchText: searchTextOf(name, description, slug) };
}

type Said = Pick<ProductRow, 'name' | 'description' | 'price' | 'images' | 'categoryName'>;

function isSaidOf(row: ProductRow, said: Said): boolean {
  const fields = ({ name, description, price, categoryName, images }: Said) =>
    JSON.stringify([name, description, price, categoryName, images.map(({ url, alt }) => [url, alt])]);
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
  await enqueue(sql, [createProductEvent(type, after)]);
  return after;
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

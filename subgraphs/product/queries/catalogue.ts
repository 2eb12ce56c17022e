import type { Availability } from '#kafka/contracts.ts';
import { AppError } from '#platform/errors.ts';
import { isId } from '#platform/ids.ts';
import { assertId } from '#platform/input.ts';
import { assertFirst, type Connection, decodeCursor, encodeCursor, notOfThisList, toConnection } from '#platform/pagination.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { plainCharacters } from '#platform/text.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { availabilityOf } from '../domain.ts';
import { searchPatternsOf } from '../texts.ts';

/** The public state of a product. The number in stock is not in it, so that it can be held in a cache. */
export type Product = {
  id: string;
  version: number;
  sku: string;
  slug: string;
  name: string;
  description: string;
  category: { slug: string; name: string };
  price: { amount: number; currency: 'EUR' };
  images: { url: string; alt: string }[];
  availability: Availability;
  archived: boolean;
  /** ISO 8601. */
  createdAt: string;
};
export type Category = { slug: string; name: string };
export type Stock = { available: number; held: number; committed: number };

export type ProductFilter = {
  search: string | null;
  category: string | null;
  inStock: boolean | null;
  minPrice: number | null;
  maxPrice: number | null;
  /** True: also products that are no longer sold. Only for admins; the caller of this function checks that. */
  archived: boolean;
  /** True: words are looked for in the article number, too, as admins do. */
  bySku: boolean;
};
export type ProductSort = 'NEWEST' | 'NAME' | 'PRICE_ASC' | 'PRICE_DESC';
export type ProductPage = Connection<Product> & { filter: ProductFilter };

export type ProductRow = Omit<Product, 'category' | 'price' | 'availability' | 'createdAt'> & {
  categorySlug: string;
  categoryName: string;
  price: number;
  available: number;
  createdMs: number;
  nameKey: string;
  /** The version that the last edit by a person made, by whom and when; null when that was not kept. */
  editedVersion: number;
  editedBy: string | null;
  editedMs: number | null;
};

const columns = `
  p.id, p.version, p.sku, p.slug, p.name, p.description, p.category_slug AS "categorySlug", c.name AS "categoryName", p.price, p.images,
  p.available, p.archived, p.name_key AS "nameKey", (extract(epoch FROM p.created_at) * 1000)::float8 AS "createdMs",
  p.edited_version AS "editedVersion", p.edited_by AS "editedBy", (extract(epoch FROM p.edited_at) * 1000)::float8 AS "editedMs"`;
const tables = 'products p JOIN categories c ON c.slug = p.category_slug';

/** Products by id in one statement; with `lock`, their rows are locked in the order of ids, which keeps writers from deadlocks. */
export async function selectProducts(sql: Sql, ids: readonly string[], lock = false): Promise<ProductRow[]> {
  const { rows } = await sql.query<ProductRow>(lock ? selectForUpdate : selectByIds, [ids]);
  return rows;
}
const selectByIds = `SELECT ${columns} FROM ${tables} WHERE p.id = ANY($1::uuid[])`;
const selectForUpdate = `${selectByIds} ORDER BY p.id FOR UPDATE OF p`;

export function toProduct(row: ProductRow): Product {
  const { id, version, sku, slug, name, description, images, archived } = row;
  return {
    ...{ id, version, sku, slug, name, description, images, archived },
    category: { slug: row.categorySlug, name: row.categoryName },
    price: { amount: row.price, currency: 'EUR' },
    availability: availabilityOf(row.available),
    createdAt: new Date(row.createdMs).toISOString(),
  };
}

/** The cache is ours alone; its prefix changes when the shape of a product does. */
function isProduct(value: unknown): value is Product {
  return typeof value === 'object' && value !== null && 'id' in value && 'version' in value;
}
export const cachePrefix = 'product:1:';

/** Null when there is none. An archived one is no secret: orders and links lead to it. @throws AppError INVALID_INPUT */
export async function getProduct(deps: ProductDependencies, id: string): Promise<Product | null> {
  const [product = null] = await findProducts(deps, [assertId(id, 'id')]);
  return product;
}

/** Null where there is none. From the cache where it can be. */
export async function findProducts({ database, cache }: ProductDependencies, ids: readonly string[]): Promise<(Product | null)[]> {
  const wanted = [...new Set(ids.filter(isId).map((id) => id.toLowerCase()))];
  const held = new Map((await cache.getMany(wanted)).filter(isProduct).map((product) => [product.id, product]));
  const missing = wanted.filter((id) => !held.has(id));
  if (missing.length > 0) {
    const read = (await selectProducts(database, missing)).map(toProduct);
    for (const product of read) held.set(product.id, product);
    await cache.setMany(read.map((product) => ({ key: product.id, value: product })));
  }
  return ids.map((id) => held.get(id.toLowerCase()) ?? null);
}

/** @throws AppError INVALID_INPUT for a page size or cursor that is not as it must be. */
export async function listProducts(
  { database }: ProductDependencies,
  first: number,
  after: string | null,
  sort: ProductSort,
  filter: ProductFilter,
): Promise<ProductPage> {
  assertFirst(first);
  const order = orders[sort];
  const cursor = after === null ? [null, null] : readCursor(after, sort);
  const { rows } = await database.query<ProductRow>(order.select, [...filterValues(filter), ...cursor, first + 1]);
  const cursors = new Map(rows.map((row) => [row.id, encodeCursor([sort, order.value(row), row.id])]));
  const page = toConnection(rows.map(toProduct), first, after, 0, (product) => cursors.get(product.id) ?? '');
  return { ...page, filter };
}

export async function countProducts({ database }: ProductDependencies, filter: ProductFilter): Promise<number> {
  const { rows } = await database.query<{ count: number }>(countMatching, filterValues(filter));
  return rows[0]?.count ?? 0;
}

export async function listCategories({ database }: ProductDependencies): Promise<Category[]> {
  return (await database.query<Category>(selectCategories)).rows;
}

/** How many products each category has. */
export async function countByCategory({ database }: ProductDependencies, slugs: readonly string[]): Promise<number[]> {
  const { rows } = await database.query<{ slug: string; count: number }>(countOnShelves, [slugs]);
  const counts = new Map(rows.map((row) => [row.slug, row.count]));
  return slugs.map((slug) => counts.get(slug) ?? 0);
}

/** What is available, held and sold; always from the tables. */
export async function findStocks({ database }: ProductDependencies, ids: readonly string[]): Promise<(Stock | null)[]> {
  const { rows } = await database.query<Stock & { id: string }>(selectStocks, [ids]);
  const stocks = new Map(rows.map(({ id, ...stock }) => [id, stock]));
  return ids.map((id) => stocks.get(id) ?? null);
}

/** How many of each can be ordered now; null of what is not sold. Always from the tables. */
export async function findAvailable({ database }: ProductDependencies, ids: readonly string[]): Promise<(number | null)[]> {
  const { rows } = await database.query<{ id: string; available: number }>(selectAvailable, [ids.filter(isId)]);
  const found = new Map(rows.map(({ id, available }) => [id, available]));
  return ids.map((id) => found.get(id.toLowerCase()) ?? null);
}

/** The article number as it is searched: its parts, and all of it without hyphens. */
const skuText = `(' ' || lower(replace(p.sku, '-', ' ')) || ' ' || lower(replace(p.sku, '-', '')))`;

// Words are looked for with LIKE in a text that was made for it (name, description and slug, folded), not with PostgreSQL's full text
// search: the beginning of a word is enough for search while typing, accents do not matter, and no dictionary changes what is found. A
// sequential scan of 10,000 products with long descriptions took 30 to 50 ms on a busy machine; when that is too long, a trigram index
// on search_text serves the same statement.
const matching = `
  ($6::boolean OR NOT p.archived)
  AND ($1::text[] IS NULL
    OR p.search_text || CASE WHEN $7::text[] IS NULL THEN '' ELSE ${skuText} END LIKE ALL ($1::text[])
    OR ${skuText} LIKE ALL ($7::text[]))
  AND ($2::text IS NULL OR p.category_slug = $2::text)
  AND ($3::boolean IS NULL OR (p.available > 0) = $3::boolean)
  AND ($4::int IS NULL OR p.price >= $4::int)
  AND ($5::int IS NULL OR p.price <= $5::int)`;

function filterValues(filter: ProductFilter): unknown[] {
  if (filter.search !== null && filter.search.length > 200) {
    throw new AppError('INVALID_INPUT', 'search: Write at most 200 characters.');
  }
  // PostgreSQL's text cannot hold a null character, so no category has one
  const category = filter.category?.replaceAll('\0', ' ') ?? null;
  const search = filter.search ?? '';
  // a number may be pasted with any dash; a word of a name is searched as it is spelled
  const ofSku = filter.bySku ? searchPatternsOf(plainCharacters(search)) : null;
  return [searchPatternsOf(search), category, filter.inStock, filter.minPrice, filter.maxPrice, filter.archived, ofSku];
}

type Order = { select: string; value(row: ProductRow): string | number };

/** `by` is what is sorted by; the id decides between equals, so that no page repeats or skips one. */
function orderBy(by: string, type: string, direction: 'ASC' | 'DESC', value: Order['value']): Order {
  const after = `(${by}, p.id) ${direction === 'ASC' ? '>' : '<'} ($8::${type}, $9::uuid)`;
  return {
    select: `SELECT ${columns} FROM ${tables} WHERE ${matching} AND ($9::uuid IS NULL OR ${after}) ORDER BY ${by} ${direction}, p.id ${direction} LIMIT $10`,
    value,
  };
}

/** The Vietnamese alphabet, in which A, Ă and Â, D and Đ are letters of their own; it sorts English as an Englishman would. */
const alphabet = '"vi-x-icu"';

const orders: Record<ProductSort, Order> = {
  NEWEST: orderBy('p.created_at', 'timestamptz', 'DESC', (row) => new Date(row.createdMs).toISOString()),
  NAME: orderBy(`p.name_key COLLATE ${alphabet}`, 'text', 'ASC', (row) => row.nameKey),
  PRICE_ASC: orderBy('p.price', 'int', 'ASC', (row) => row.price),
  PRICE_DESC: orderBy('p.price', 'int', 'DESC', (row) => row.price),
};

const sortValues = { NEWEST: 'moment', NAME: 'text', PRICE_ASC: 'int', PRICE_DESC: 'int' } as const satisfies Record<ProductSort, string>;

/** Where the page before ended. A cursor of another sort is rejected: it would skip products. */
function readCursor(after: string, sort: ProductSort): [value: string | number, id: string] {
  const [itsSort, value, id] = decodeCursor(after, ['text', sortValues[sort], 'id']);
  if (itsSort === sort) return [value, id];
  throw notOfThisList();
}

const countMatching = `SELECT count(*)::int AS count FROM products p WHERE ${matching}`;
const selectCategories = `
  SELECT slug, name FROM categories c WHERE EXISTS (SELECT FROM products p WHERE p.category_slug = c.slug AND NOT p.archived)
  ORDER BY name COLLATE ${alphabet}, slug`;
const countOnShelves = `
  SELECT category_slug AS slug, count(*)::int AS count FROM products WHERE category_slug = ANY($1::text[]) AND NOT archived GROUP BY category_slug`;
const selectAvailable = 'SELECT id, available FROM products WHERE id = ANY($1::uuid[]) AND NOT archived';
const selectStocks = `
  SELECT p.id, p.available,
    coalesce(sum(r.quantity) FILTER (WHERE r.state = 'HELD'), 0)::int AS held,
    coalesce(sum(r.quantity) FILTER (WHERE r.state = 'COMMITTED'), 0)::int AS committed
  FROM products p LEFT JOIN reservations r ON r.product_id = p.id AND r.state IN ('HELD', 'COMMITTED')
  WHERE p.id = ANY($1::uuid[]) GROUP BY p.id`;

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

/** @throws AppError INVALID_INPUT for a page size, a cursor or a search that is not as it must be. */
export async function listProducts(
  { database }: ProductDependencies,
  first: number,
  after: string | null,
  sort: ProductSort,
  filter: ProductFilter,
): Promise<ProductPage> {
  assertFirst(first);
  assertSearch(filter);
  const order = orders[sort];
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(filter, add);
  if (after !== null) {
    const [value, id] = readCursor(after, sort);
    conditions.push(order.after(add(value), add(id)));
  }
  const { rows } = await database.query<ProductRow>(
    `SELECT ${columns} FROM ${tables} WHERE ${['true', ...conditions].join(' AND ')} ORDER BY ${order.orderBy} LIMIT ${add(first + 1)}`,
    values,
    'planned each time',
  );
  const cursors = new Map(rows.map((row) => [row.id, encodeCursor([sort, order.value(row), row.id])]));
  const page = toConnection(rows.map(toProduct), first, after, 0, (product) => cursors.get(product.id) ?? '');
  return { ...page, filter };
}

/** How many products match; of many, a number that may be some seconds old. @throws AppError INVALID_INPUT */
export function countProducts({ database, largeCounts }: ProductDependencies, filter: ProductFilter): Promise<number> {
  assertSearch(filter);
  const values: unknown[] = [];
  const conditions = conditionsOf(filter, (value) => `$${values.push(value)}`);
  const text = `SELECT count(*)::int AS count FROM products p WHERE ${['true', ...conditions].join(' AND ')}`;
  return largeCounts.get(
    JSON.stringify([text, values]),
    async () => {
      const { rows } = await database.query<{ count: number }>(text, values, 'planned each time');
      return rows[0]?.count ?? 0;
    },
    Number,
  );
}

function assertSearch({ search }: ProductFilter): void {
  if (search !== null && search.length > 200) throw new AppError('INVALID_INPUT', 'search: Write at most 200 characters.');
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

/** The article number as it is searched: its parts, and all of it without hyphens; as the index has it. */
const skuText = `(' ' || lower(replace(p.sku, '-', ' ')) || ' ' || lower(replace(p.sku, '-', '')))`;

/**
 * The conditions of a filter; `add` adds a parameter and answers its name. Words are looked for with LIKE in a text that was made for it (name, description
 * and slug, folded), not with PostgreSQL's full text search: the beginning of a word is enough for search while typing, accents do not matter, and no
 * dictionary changes what is found. Trigram indexes find what few products have.
 */
function conditionsOf(filter: ProductFilter, add: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  const words = searchPatternsOf(filter.search ?? '');
  if (words !== null) conditions.push(filter.bySku ? hasWordsOrSku(words, filter.search ?? '', add) : hasWords(words, add));
  if (!filter.archived) conditions.push('NOT p.archived');
  // PostgreSQL's text cannot hold a null character, so no category has one
  if (filter.category !== null) conditions.push(`p.category_slug = ${add(filter.category.replaceAll('\0', ' '))}::text`);
  if (filter.inStock !== null) conditions.push(filter.inStock ? 'p.available > 0' : 'p.available = 0');
  if (filter.minPrice !== null) conditions.push(`p.price >= ${add(filter.minPrice)}::int`);
  if (filter.maxPrice !== null) conditions.push(`p.price <= ${add(filter.maxPrice)}::int`);
  return conditions;
}

const hasWords = (words: readonly string[], add: (value: unknown) => string): string =>
  words.map((word) => `p.search_text LIKE ${add(word)}::text`).join(' AND ');

/** A number may be pasted with any dash; a word of a name is searched as it is spelled. */
function hasWordsOrSku(words: readonly string[], search: string, add: (value: unknown) => string): string {
  const inTexts = words.map((word) => {
    const pattern = `${add(word)}::text`;
    return `(p.search_text LIKE ${pattern} OR ${skuText} LIKE ${pattern})`;
  });
  const inSku = (searchPatternsOf(plainCharacters(search)) ?? []).map((word) => `${skuText} LIKE ${add(word)}::text`);
  return `((${inTexts.join(' AND ')})${inSku.length === 0 ? '' : ` OR (${inSku.join(' AND ')})`})`;
}

type Order = { value(row: ProductRow): string | number; after(value: string, id: string): string; orderBy: string };

/** `by` is what is sorted by; the id decides between equals, so that no page repeats or skips one. */
function orderBy(by: string, type: string, direction: 'ASC' | 'DESC', value: Order['value']): Order {
  const isAfter = direction === 'ASC' ? '>' : '<';
  return {
    value,
    after: (value, id) => `(${by}, p.id) ${isAfter} (${value}::${type}, ${id}::uuid)`,
    orderBy: `${by} ${direction}, p.id ${direction}`,
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

import type { EntityManager } from '@mikro-orm/postgresql';
import { enqueue } from '#kafka/outbox.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { ProductDependencies } from './dependencies.ts';
import { Product as ProductEntity } from './entities.ts';
import { type ProductChanged, type ProductNotFound, productChanged, productNotFound } from './errors.ts';
import { createProductEvent } from './product-events.ts';
import { type Product, type ProductRow, selectProducts, toProduct } from './queries/catalogue.ts';
import { nameKeyOf, searchTextOf } from './texts.ts';

// what the commands of admins share: each is one transaction with its events in it, and then the cache forgets what was written

/** Who edits which product, and the version that they looked at. */
export type Edit = { readonly id: string; readonly by: string; readonly expectedVersion?: number | undefined };

/** After a commit: the products that it wrote, as the graph shows them. */
export async function publishWritten({ cache, wakeRelay }: ProductDependencies, rows: readonly ProductRow[]): Promise<Product[]> {
  await cache.dropMany(rows.map((row) => row.id));
  wakeRelay();
  return rows.map(toProduct);
}

/** The product, which comes first of the rows that were written, or the user error for which it stays as it is. */
export async function editedProduct<UserError extends { __typename: string }>(
  deps: ProductDependencies,
  result: ProductRow | ProductRow[] | UserError,
): Promise<{ product: Product } | UserError> {
  if ('__typename' in result) return result;
  const [product] = await publishWritten(deps, [result].flat());
  if (product === undefined) throw new Error('a product was written, and is not there');
  return { product };
}

/** Archives a product or restores it; when it is as it is to be already, nothing happens. */
export async function setArchived(
  em: EntityManager,
  sql: Sql,
  { id, by, expectedVersion }: Edit,
  archived: boolean,
): Promise<ProductRow | ProductNotFound | ProductChanged> {
  const [before] = await selectProducts(sql, [id], true);
  if (before === undefined) return productNotFound;
  if (before.archived === archived) return before;
  if (isOverwriting(before, expectedVersion)) return productChanged(before);
  em.assign(await em.findOneOrFail(ProductEntity, id), { archived, ...editedNow(before, by) });
  return flushed(em, sql, id, archived ? 'product.archived' : 'product.updated');
}

/** Writes what was assigned, enqueues its event, and resolves to the row as it is then. */
export async function flushed(em: EntityManager, sql: Sql, id: string, type: 'product.updated' | 'product.archived'): Promise<ProductRow> {
  await em.flush();
  const [after] = await selectProducts(sql, [id]);
  if (after === undefined) throw new Error('a product vanished under its lock');
  await enqueue(sql, [createProductEvent(type, after)]);
  return after;
}

/** The version rises with orders, too, which take the last pieces: only what a person edited since then would be overwritten. */
export function isOverwriting({ version, editedVersion }: ProductRow, expectedVersion: number | undefined): boolean {
  return expectedVersion !== undefined && (expectedVersion < editedVersion || expectedVersion > version);
}

export function editedNow({ version }: Pick<ProductRow, 'version'>, by: string) {
  return { version: version + 1, editedVersion: version + 1, editedBy: by, editedAt: new Date() };
}

export function textsOf(name: string, description: string, slug: string) {
  return { name, description, nameKey: nameKeyOf(name), searchText: searchTextOf(name, description, slug) };
}

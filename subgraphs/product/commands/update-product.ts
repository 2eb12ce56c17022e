import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { findOrCreateCategories, respellCategory } from '../categories.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { type Edit, editedNow, editedProduct, flushed, isOverwriting, textsOf } from '../edit-product.ts';
import { Category, Product as ProductEntity } from '../entities.ts';
import { type ProductChanged, type ProductNotFound, productChanged, productNotFound } from '../errors.ts';
import { expectedVersion, productField } from '../product-input.ts';
import { type Product, type ProductRow, selectProducts } from '../queries/catalogue.ts';
import { categoryKeyOf } from '../texts.ts';

const updateProductInput = z.object({
  id: inputField.id(),
  expectedVersion,
  name: productField.name().optional(),
  description: productField.description().optional(),
  category: productField.category().optional(),
  price: productField.price().optional(),
  images: productField.images().optional(),
});
type ProductChanges = Omit<z.output<typeof updateProductInput>, 'id' | 'expectedVersion'>;

export type UpdateProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;

/**
 * The fields that are given are changed; when none of them is another than before, nothing happened.
 * @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin.
 */
export async function updateProduct(deps: ProductDependencies, identity: Identity, input: unknown): Promise<UpdateProductResult> {
  const { userId: by } = assertAdmin(identity);
  const parsed = parseInput(updateProductInput, input);
  if (!parsed.ok) return parsed.error;
  const { id, expectedVersion: version, ...changes } = parsed.value;
  const edit = { id, by, expectedVersion: version };
  return editedProduct(deps, await deps.database.unitOfWork((em, sql) => changeProduct(em, sql, edit, changes)));
}

/** The product, and after it the others whose category is renamed with it. */
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
  // an input equal to the saved state, as after a lost answer, overwrites nothing
  if (isSameAs(before, { name, description, price, images, categoryName: category })) return [before];
  if (isOverwriting(before, expectedVersion)) return productChanged(before);
  const product = await em.findOneOrFail(ProductEntity, id);
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

type Details = Pick<ProductRow, 'name' | 'description' | 'price' | 'images' | 'categoryName'>;

function isSameAs(row: ProductRow, details: Details): boolean {
  const fields = ({ name, description, price, categoryName, images }: Details) =>
    JSON.stringify([name, description, price, categoryName, images.map(({ url, alt }) => [url, alt])]);
  return fields(row) === fields(details);
}

function withoutUndefined<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

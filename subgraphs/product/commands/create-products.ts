import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { enqueue } from '#kafka/outbox.ts';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { plainCharacters } from '#platform/text.ts';
import { findOrCreateCategories } from '../categories.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { mostStock } from '../domain.ts';
import { editedNow, publishWritten, textsOf } from '../edit-product.ts';
import { Category, Product as ProductEntity, StockChange } from '../entities.ts';
import { type IdempotencyKeyReused, type SkuTaken, skuTaken } from '../errors.ts';
import { once } from '../once.ts';
import { createProductEvent } from '../product-events.ts';
import { idempotencyKey, productField } from '../product-input.ts';
import { type Product, type ProductRow, selectProducts } from '../queries/catalogue.ts';
import { freeSlug, slugOf } from '../texts.ts';

const newProduct = z.object({
  sku: z
    .string()
    .overwrite(plainCharacters)
    .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'Write 1 to 40 of A–Z, 0–9 and hyphens.'),
  name: productField.name(),
  description: productField.description().default(''),
  category: productField.category(),
  price: productField.price(),
  stock: inputField.wholeNumber(0, mostStock).default(0),
  images: productField.images().default([]),
});
type NewProduct = z.output<typeof newProduct>;

const createProductsInput = z.object({
  idempotencyKey,
  products: z
    .array(newProduct)
    .min(1, 'Give at least one product.')
    .max(100, 'Give at most 100 products at once.')
    .superRefine((products, context) => {
      for (const [at, { sku }] of products.entries()) {
        if (products.findIndex((product) => product.sku === sku) < at) {
          context.addIssue({ code: 'custom', path: [at, 'sku'], message: 'This article number is given twice.' });
        }
      }
    }),
});

export type CreateProductsResult = { products: Product[] } | SkuTaken | IdempotencyKeyReused | InvalidInput;

/** All of them or, when one is rejected, none. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function createProducts(deps: ProductDependencies, identity: Identity, input: unknown): Promise<CreateProductsResult> {
  const { userId: by } = assertAdmin(identity);
  const parsed = parseInput(createProductsInput, input);
  if (!parsed.ok) return parsed.error;
  const { products, idempotencyKey: key } = parsed.value;
  const created = await deps.database.unitOfWork((em, sql) =>
    once(sql, { by, key, what: ['createProducts', products] }, () => addProducts(em, sql, products, by)),
  );
  return '__typename' in created ? created : { products: await publishWritten(deps, created) };
}

async function addProducts(em: EntityManager, sql: Sql, products: readonly NewProduct[], by: string): Promise<ProductRow[] | SkuTaken> {
  // under its lock one at a time: article numbers and slugs are looked up before they are taken
  const categories = await findOrCreateCategories(
    sql,
    products.map((product) => product.category),
  );
  const taken = await em.findOne(ProductEntity, { sku: { $in: products.map((product) => product.sku) } });
  if (taken !== null) return skuTaken(taken.sku);
  const slugs = await chooseSlugs(sql, products);
  const ids = products.map(() => newId()).sort();
  for (const [at, { name, description, stock, category, ...product }] of products.entries()) {
    const slug = slugs[at] ?? product.sku.toLowerCase();
    const created = em.create(ProductEntity, {
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

/** What the first movement of a product's stock is called. */
const openingStock = 'Opening stock';

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

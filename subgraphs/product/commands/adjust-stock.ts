import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { enqueue } from '#kafka/outbox.ts';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, inputField, invalidInput, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { adjustedStock, mostStock } from '../domain.ts';
import { type Edit, editedProduct, isOverwriting } from '../edit-product.ts';
import { Product as ProductEntity, StockChange } from '../entities.ts';
import {
  type IdempotencyKeyReused,
  type NotEnoughStock,
  notEnoughStock,
  type ProductChanged,
  type ProductNotFound,
  productChanged,
  productNotFound,
} from '../errors.ts';
import { once } from '../once.ts';
import { createProductEvent, withAvailable } from '../product-events.ts';
import { expectedVersion, idempotencyKey } from '../product-input.ts';
import { type Product, type ProductRow, selectProducts } from '../queries/catalogue.ts';

const adjustStockInput = z.object({
  id: inputField.id(),
  expectedVersion,
  idempotencyKey,
  difference: inputField.wholeNumber(-mostStock, mostStock).refine((difference) => difference !== 0, 'This must not be 0.'),
  reason: inputField.text(1, 200),
});

export type AdjustStockResult =
  | { product: Product }
  | ProductNotFound
  | ProductChanged
  | NotEnoughStock
  | IdempotencyKeyReused
  | InvalidInput;

/** @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function adjustStock(deps: ProductDependencies, identity: Identity, input: unknown): Promise<AdjustStockResult> {
  const { userId: by } = assertAdmin(identity);
  const parsed = parseInput(adjustStockInput, input);
  if (!parsed.ok) return parsed.error;
  const { id, expectedVersion: version, difference, reason, idempotencyKey: key } = parsed.value;
  const edit = { id, by, expectedVersion: version };
  const what = ['adjustStock', id, difference, reason];
  const adjusted = await deps.database.unitOfWork((em, sql) =>
    once(sql, { by, key, what }, () => changeStock(em, sql, edit, { difference, reason })),
  );
  return editedProduct(deps, adjusted);
}

async function changeStock(
  em: EntityManager,
  sql: Sql,
  { id, by, expectedVersion }: Edit,
  { difference, reason }: { readonly difference: number; readonly reason: string },
): Promise<ProductRow[] | ProductNotFound | ProductChanged | NotEnoughStock | InvalidInput> {
  const [before] = await selectProducts(sql, [id], true);
  if (before === undefined) return productNotFound;
  if (isOverwriting(before, expectedVersion)) return productChanged(before);
  const available = adjustedStock(before.available, difference);
  if (available === 'TOO_MUCH') return invalidInput([{ field: 'difference', message: `The stock is at most ${mostStock}.` }]);
  if (available === 'NOT_ENOUGH') return notEnoughStock(before.available);
  const after = withAvailable(before, available);
  em.assign(await em.findOneOrFail(ProductEntity, id), { available, version: after.version });
  em.create(StockChange, { id: newId(), product: id, difference, reason, changedBy: by, at: new Date() });
  await em.flush();
  if (after.version !== before.version) await enqueue(sql, [createProductEvent('product.availability-changed', after)]);
  return [after];
}

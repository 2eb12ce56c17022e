import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { editedProduct, setArchived } from '../edit-product.ts';
import type { ProductChanged, ProductNotFound } from '../errors.ts';
import { expectedVersion } from '../product-input.ts';
import type { Product } from '../queries/catalogue.ts';

const restoreProductInput = z.object({ id: inputField.id(), expectedVersion });

export type RestoreProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;

/** Restoring what is sold changes nothing. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function restoreProduct(deps: ProductDependencies, identity: Identity, input: unknown): Promise<RestoreProductResult> {
  const { userId: by } = assertAdmin(identity);
  const parsed = parseInput(restoreProductInput, input);
  if (!parsed.ok) return parsed.error;
  return editedProduct(deps, await deps.database.unitOfWork((em, sql) => setArchived(em, sql, { ...parsed.value, by }, false)));
}

import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { editedProduct, setArchived } from '../edit-product.ts';
import type { ProductChanged, ProductNotFound } from '../errors.ts';
import { expectedVersion } from '../product-input.ts';
import type { Product } from '../queries/catalogue.ts';

const archiveProductInput = z.object({ id: inputField.id(), expectedVersion });

export type ArchiveProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;

/** Archiving what is archived changes nothing. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function archiveProduct(deps: ProductDependencies, identity: Identity, input: unknown): Promise<ArchiveProductResult> {
  const { userId: by } = assertAdmin(identity);
  const parsed = parseInput(archiveProductInput, input);
  if (!parsed.ok) return parsed.error;
  return editedProduct(deps, await deps.database.unitOfWork((em, sql) => setArchived(em, sql, { ...parsed.value, by }, true)));
}

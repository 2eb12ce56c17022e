import { isId } from '#platform/ids.ts';
import { type Product, type ProductRow, toProduct } from './queries/catalogue.ts';

type UserError<Name extends string, Code extends string> = { __typename: Name; code: Code; message: string };
export type ProductNotFound = UserError<'ProductNotFound', 'PRODUCT_NOT_FOUND'>;
export type SkuTaken = UserError<'SkuTaken', 'SKU_TAKEN'> & { sku: string };
export type NotEnoughStock = UserError<'NotEnoughStock', 'NOT_ENOUGH_STOCK'> & { available: number };
/** Another user edited the product since the caller read it; `by` and `at` are null when unknown. */
export type ProductChanged = UserError<'ProductChanged', 'PRODUCT_CHANGED'> & {
  product: Product;
  by: { id: string } | null;
  at: Date | null;
};
export type IdempotencyKeyReused = UserError<'IdempotencyKeyReused', 'IDEMPOTENCY_KEY_REUSED'>;

export const productNotFound: ProductNotFound = {
  __typename: 'ProductNotFound',
  code: 'PRODUCT_NOT_FOUND',
  message: 'There is no such product.',
};

export const idempotencyKeyReused: IdempotencyKeyReused = {
  __typename: 'IdempotencyKeyReused',
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This key was used for another request.',
};

export function skuTaken(sku: string): SkuTaken {
  return { __typename: 'SkuTaken', code: 'SKU_TAKEN', message: 'Another product has this article number.', sku };
}

export function notEnoughStock(available: number): NotEnoughStock {
  return { __typename: 'NotEnoughStock', code: 'NOT_ENOUGH_STOCK', message: `There are only ${available} in stock.`, available };
}

/** `row` is the product as the other user saved it. */
export function productChanged(row: ProductRow): ProductChanged {
  return {
    __typename: 'ProductChanged',
    code: 'PRODUCT_CHANGED',
    message: 'Another user has changed this product in the meantime.',
    product: toProduct(row),
    by: row.editedBy !== null && isId(row.editedBy) ? { id: row.editedBy } : null,
    at: row.editedMs === null ? null : new Date(row.editedMs),
  };
}

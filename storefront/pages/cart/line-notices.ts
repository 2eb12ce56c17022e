import type { Availability, CartNotice } from '../../../schema/operations/storefront.types.ts';

type Line = { readonly notice: CartNotice | null; readonly product: { readonly availability: Availability } | null };

/** What there is to say of a line, the gravest first. What is heard live of the shelf counts more than what the cart knew when it was read. */
export function noticesOf({ notice, product }: Line): CartNotice[] {
  if (notice === 'NO_LONGER_SOLD') return [notice];
  const ofPrice: CartNotice[] = notice === 'PRICE_CHANGED' ? [notice] : [];
  const level = product ? product.availability : notice;
  return level === 'OUT_OF_STOCK' || level === 'LOW_STOCK' ? [level, ...ofPrice] : ofPrice;
}

/** Whether it cannot be bought as things are. */
export function cannotBeHad(line: Line): boolean {
  return noticesOf(line).some((notice) => notice === 'OUT_OF_STOCK' || notice === 'NO_LONGER_SOLD');
}

import type { Availability, CartNotice } from '../../../schema/operations/storefront.types.ts';

export type LineToBuy = {
  readonly quantity: number;
  readonly notices: readonly CartNotice[];
  /** How many can be had, when they are fewer than the line asks for. */
  readonly available: number | null;
  readonly product: { readonly availability: Availability } | null;
};

/** All notices of a line except how many are left, the most severe first. Live availability takes precedence over what the cart contained when it was read. */
export function noticesOf(line: LineToBuy): CartNotice[] {
  if (line.notices.includes('NO_LONGER_SOLD')) return ['NO_LONGER_SOLD'];
  const level = levelOf(line);
  const notices: (CartNotice | false)[] = [
    level === 'OUT_OF_STOCK' && level,
    line.notices.includes('PRICE_CHANGED') && 'PRICE_CHANGED',
    level === 'LOW_STOCK' && leftOf(line) === null && level,
  ];
  return notices.filter((notice) => notice !== false);
}

function levelOf({ notices, available, product }: LineToBuy): CartNotice | Availability | undefined {
  if (available === 0) return 'OUT_OF_STOCK';
  return product?.availability ?? notices.find((notice) => notice === 'OUT_OF_STOCK' || notice === 'LOW_STOCK');
}

/** How many pieces are left, when they are fewer than the line asks for and at least one; null otherwise. */
export function leftOf(line: LineToBuy): number | null {
  const { available, quantity, notices } = line;
  if (available === null || available >= quantity || notices.includes('NO_LONGER_SOLD')) return null;
  return levelOf(line) === 'OUT_OF_STOCK' ? null : available;
}

/** How many of a line can be bought as things are; its quantity when nothing is in the way. */
export function buyableOf(line: LineToBuy): number {
  const isGone = noticesOf(line).some((notice) => notice === 'OUT_OF_STOCK' || notice === 'NO_LONGER_SOLD');
  return isGone ? 0 : (leftOf(line) ?? line.quantity);
}

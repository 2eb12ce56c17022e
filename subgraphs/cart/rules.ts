import type { Availability } from '#kafka/contracts.ts';

export const mostPieces = 99;
export const mostLines = 20;

export type Line = { readonly productId: string; readonly quantity: number };
export type CartNotice = 'PRICE_CHANGED' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'NO_LONGER_SOLD';
/** The limit that would be passed. */
export type Limit = { readonly limit: typeof mostPieces | typeof mostLines };

/** How many of a product are in the cart when `quantity` more are put in. */
export function addPieces(lines: readonly Line[], productId: string, quantity: number): number | Limit {
  return setPieces(lines, productId, quantityOf(lines, productId) + quantity);
}

/** The quantity itself, when the cart can hold it. */
export function setPieces(lines: readonly Line[], productId: string, quantity: number): number | Limit {
  if (quantity > mostPieces) return { limit: mostPieces };
  const isNew = quantityOf(lines, productId) === 0;
  return isNew && lines.length >= mostLines ? { limit: mostLines } : quantity;
}

/** Which lines of a guest's cart join a customer's, and how many are in them then: what is too much for the limits stays behind. */
export function joinLines<L extends Line>(own: readonly Line[], guests: readonly L[]): L[] {
  const free = mostLines - own.length;
  const known = guests.filter((line) => quantityOf(own, line.productId) > 0);
  const added = guests.filter((line) => quantityOf(own, line.productId) === 0).slice(0, free);
  return [...known, ...added].map((line) => ({
    ...line,
    quantity: Math.min(mostPieces, quantityOf(own, line.productId) + line.quantity),
  }));
}

function quantityOf(lines: readonly Line[], productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** What a customer should know of a line, the gravest first; null when there is nothing. */
export function noticeOf(line: {
  readonly price: number;
  readonly priceWhenAdded: number;
  readonly availability: Availability;
  readonly archived: boolean;
}): CartNotice | null {
  if (line.archived) return 'NO_LONGER_SOLD';
  if (line.availability === 'OUT_OF_STOCK') return 'OUT_OF_STOCK';
  if (line.price !== line.priceWhenAdded) return 'PRICE_CHANGED';
  return line.availability === 'LOW_STOCK' ? 'LOW_STOCK' : null;
}

/**
 * What comes back into a cart, on top of what is in it: the lines as they are to be, and the rest for which the limits leave no room. A
 * line that is there keeps its price of when it was put in.
 */
export function bringBack<L extends Line>(own: readonly Line[], returned: readonly L[]): { lines: L[]; rest: L[] } {
  const lines = new Map<string, L>();
  const rest: L[] = [];
  for (const line of returned) {
    const there = lines.get(line.productId) ?? own.find(({ productId }) => productId === line.productId);
    const isFull = there === undefined && new Set([...own, ...lines.values()].map(({ productId }) => productId)).size >= mostLines;
    const before = there?.quantity ?? 0;
    const room = isFull ? 0 : Math.min(line.quantity, mostPieces - before);
    if (room > 0) lines.set(line.productId, { ...line, ...there, quantity: before + room });
    if (room < line.quantity) rest.push({ ...line, quantity: line.quantity - room });
  }
  return { lines: [...lines.values()], rest };
}

/** One line for each product. */
export function sumLines(lines: readonly Line[]): Line[] {
  const sums = new Map<string, number>();
  for (const { productId, quantity } of lines) sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return [...sums].map(([productId, quantity]) => ({ productId, quantity }));
}

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

/**
 * Which lines of a guest's cart join a customer's, and how many are in them then; and what is too much for the limits, which stays in the
 * guest's cart. Nothing is lost: what joined and what was left behind are together what both held.
 */
export function joinLines<L extends Line>(own: readonly Line[], guests: readonly L[]): { joined: L[]; leftBehind: L[] } {
  const free = mostLines - own.length;
  const isKnown = (line: L) => quantityOf(own, line.productId) > 0;
  const added = new Set(guests.filter((line) => !isKnown(line)).slice(0, free));
  const split = [...guests.filter(isKnown), ...guests.filter((line) => !isKnown(line))].map((line) => {
    const sum = quantityOf(own, line.productId) + line.quantity;
    const quantity = isKnown(line) || added.has(line) ? Math.min(mostPieces, sum) : 0;
    return { line, quantity, left: quantity === 0 ? line.quantity : sum - quantity };
  });
  return {
    joined: split.filter(({ quantity }) => quantity > 0).map(({ line, quantity }) => ({ ...line, quantity })),
    leftBehind: split.filter(({ left }) => left > 0).map(({ line, left }) => ({ ...line, quantity: left })),
  };
}

function quantityOf(lines: readonly Line[], productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** All that a customer should know of a line, the gravest first. What is no longer sold has neither price nor stock to speak of. */
export function noticesOf(line: {
  readonly price: number;
  readonly priceWhenAdded: number;
  readonly availability: Availability;
  readonly archived: boolean;
}): CartNotice[] {
  if (line.archived) return ['NO_LONGER_SOLD'];
  const notices: (CartNotice | false)[] = [
    line.availability === 'OUT_OF_STOCK' && 'OUT_OF_STOCK',
    line.price !== line.priceWhenAdded && 'PRICE_CHANGED',
    line.availability === 'LOW_STOCK' && 'LOW_STOCK',
  ];
  return notices.filter((notice) => notice !== false);
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

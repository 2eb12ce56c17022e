/** A line of a cart holds no more. */
export const mostPieces = 99;

/** Parses a typed quantity: a whole number from 1 to 99; null for anything else. */
export function readQuantity(text: string): number | null {
  if (!/^\d{1,2}$/.test(text.trim())) return null;
  const quantity = Number(text);
  return quantity === 0 ? null : quantity;
}

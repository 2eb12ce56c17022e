/** The most a product costs, in cents. */
const dearest = 1_000_000;

/**
 * Euros and cents as people write them, in cents: "12", "12.5", "12,50 €". Null for anything that could mean two things, as "1,234", or
 * that no product costs. Never goes through a floating number.
 */
export function readEuros(text: string): number | null {
  const found = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(text.replaceAll(/[\s€]/g, ''));
  if (!found) return null;
  const cents = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  return cents >= 1 && cents <= dearest ? cents : null;
}

/** Cents as they stand in a field: 1250 is 12.50. */
export function writeEuros(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** A whole number as people write it, with its sign; null for anything else, and outside of the limits. */
export function readWhole(text: string, { least, most }: { least: number; most: number }): number | null {
  const tidy = text.trim().replace('−', '-');
  if (!/^[+-]?\d{1,7}$/.test(tidy)) return null;
  const value = Number(tidy);
  return value >= least && value <= most ? value : null;
}

/** How many come or go; null for 0, which changes nothing. */
export function readDifference(text: string): number | null {
  const pieces = readWhole(text, { least: -1_000_000, most: 1_000_000 });
  return pieces === 0 ? null : pieces;
}

/** A number of JSON beyond what a double holds: `JSON.stringify` writes it as it was read. */
export type RawNumber = { readonly rawJSON: string };
/** For the third argument of a reviver of `JSON.parse`. */
export type ReviverContext = { readonly source?: string };

type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown;
// TypeScript does not know them yet
const json = JSON as unknown as {
  isRawJSON(value: unknown): boolean;
  rawJSON(text: string): object;
  parse(text: string, reviver: Reviver): unknown;
};

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

/**
 * Needs 16 digits, or an exponent of three digits, at the beginning of a value within a list or an object: a text that is one number is
 * no request and no answer. A text that only looks so costs time and changes nothing.
 */
const mayNotFit = /[:[,\s]-?\d(?:[\d.]{15}|[\d.]*[eE][-+]?\d{3})/;

/**
 * Parses JSON, and keeps numbers that a double cannot hold as they are written.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // looking at each number costs several times the parsing
  return mayNotFit.test(text) ? json.parse(text, (_key, value, { source }) => exactNumber(value, source)) : JSON.parse(text);
}

/** A value that was parsed from `source`: itself, or as it is written when it is a number that a double cannot hold. */
export function exactNumber(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return hasManyDigits(source) || isOutOfRange(value, source) ? json.rawJSON(source) : value;
}

/** A double holds any 15 digits (IEEE 754, DBL_DIG) … */
const hasManyDigits = (source: string): boolean => (source.match(/\d/g)?.length ?? 0) > 15;

/** The smallest number that has all bits of a double's precision (DBL_MIN). */
const smallestNormal = 2 ** -1022;

/** … between the largest double and the smallest that has its full precision; below are fewer digits, and then zero. */
function isOutOfRange(value: number, source: string): boolean {
  if (Math.abs(value) >= smallestNormal) return !Number.isFinite(value);
  return /^-?[0.]*[1-9]/.test(source);
}

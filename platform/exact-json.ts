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
 * Parses JSON, and keeps numbers that a double cannot hold as they are written.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // no double needs so many digits, and looking at each number costs several times the parsing
  return /\d[\d.]{15}/.test(text) ? json.parse(text, (_key, value, { source }) => exactNumber(value, source)) : JSON.parse(text);
}

/** A value that was parsed from `source`: itself, or as it is written when it is a number that a double cannot hold. */
export function exactNumber(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return (source.match(/\d/g)?.length ?? 0) > 15 ? json.rawJSON(source) : value;
}

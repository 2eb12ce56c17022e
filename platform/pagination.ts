import { AppError } from './errors.ts';
import { isId } from './ids.ts';

/** A page of a list, as the Relay cursor connections specification has it. */
export type Connection<Node> = {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
};

/** How many to show, 1 to 100. @throws AppError INVALID_INPUT */
export function assertFirst(first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= 100) return first;
  throw new AppError('INVALID_INPUT', 'first: This must be 1 to 100.');
}

/** The values by which a list is sorted, for one row, as opaque text. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a value of a cursor may be, and its type: only what the database can compare a column of that kind with. */
type CursorValues = {
  text: string;
  /** A whole number of 32 bits. */
  int: number;
  id: string;
  /** ISO 8601 in UTC with milliseconds, of the years 1 to 9999. */
  moment: string;
  /** The same in whole milliseconds since 1970. */
  timestampMs: number;
};

const isCursorValue: { readonly [Kind in keyof CursorValues]: (value: unknown) => boolean } = {
  text: (value) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  id: (value) => typeof value === 'string' && isId(value),
  moment: (value) => typeof value === 'string' && isTimestamp(value),
  timestampMs: (value) => typeof value === 'number' && isTimestampMs(value),
};

type CursorKinds = readonly (keyof CursorValues)[];
type ValuesOf<Kinds extends CursorKinds> = { -readonly [At in keyof Kinds]: CursorValues[Kinds[At]] };

/**
 * The values of a cursor that must have as many of them, of these kinds. A forged cursor cannot yield a value that makes a statement fail.
 * @throws AppError INVALID_INPUT
 */
export function decodeCursor<const Kinds extends CursorKinds>(cursor: string, kinds: Kinds): ValuesOf<Kinds> {
  const values = parse(Buffer.from(cursor, 'base64url').toString());
  if (areOf(kinds, values)) return values;
  throw notOfThisList();
}

function areOf<Kinds extends CursorKinds>(kinds: Kinds, values: unknown): values is ValuesOf<Kinds> {
  return Array.isArray(values) && values.length === kinds.length && kinds.every((kind, at) => isCursorValue[kind](values[at]));
}

/** For a cursor whose values may be, but not in this list. */
export function notOfThisList(): AppError {
  return new AppError('INVALID_INPUT', 'after: This is not a cursor of this list.');
}

/** True for a moment as Date writes it that a database can hold, too: of the years 1 to 9999. Any other in a cursor was not made here. */
export function isTimestamp(text: string): boolean {
  const time = Date.parse(text);
  return /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** The same of whole milliseconds since 1970: a Date drops parts of one, and a database that divides them may not be able to store the remainder. */
export function isTimestampMs(ms: number): boolean {
  const at = new Date(ms);
  return Number.isInteger(ms) && !Number.isNaN(at.getTime()) && isTimestamp(at.toISOString());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Makes a page of rows that were asked for with one more than `first`, to know whether there is a next page. */
export function toConnection<Node>(
  rows: readonly Node[],
  first: number,
  after: string | null,
  totalCount: number,
  cursorOf: (node: Node) => string,
): Connection<Node> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

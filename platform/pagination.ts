import { AppError } from './errors.ts';

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

/** The values of a cursor that must have as many of them, of these types. @throws AppError INVALID_INPUT */
export function decodeCursor(cursor: string, types: readonly ('string' | 'number')[]): (string | number)[] {
  const values = parse(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(values) && values.length === types.length && values.every((value, at) => typeof value === types[at])) return values;
  throw new AppError('INVALID_INPUT', 'after: This is not a cursor of this list.');
}

/** True for a moment as Date writes it that a database can hold, too: of the years 1 to 9999. Any other in a cursor was not made here. */
export function isMoment(text: string): boolean {
  const time = Date.parse(text);
  return /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** The same of milliseconds since 1970. */
export function isMomentMs(ms: number): boolean {
  const at = new Date(ms);
  return !Number.isNaN(at.getTime()) && isMoment(at.toISOString());
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

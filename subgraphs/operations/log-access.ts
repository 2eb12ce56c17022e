import { AppError } from '#platform/errors.ts';
import { idsOfOrder } from '#platform/log-files/logs-of-order.ts';
import {
  type FoundRecord,
  type LogLevel as Level,
  type LogFilter,
  logLevels,
  type Place,
  searchLogs,
} from '#platform/log-files/search-logs.ts';
import { type Connection, decodeCursor, encodeCursor } from '#platform/pagination.ts';

export type LogLevel = Uppercase<Level>;
export type LogQuery = {
  readonly order?: string | null | undefined;
  readonly traceId?: string | null | undefined;
  readonly service?: string | null | undefined;
  readonly level?: LogLevel | null | undefined;
  readonly text?: string | null | undefined;
  readonly since?: Date | string | null | undefined;
  readonly until?: Date | string | null | undefined;
};
export type LogRecord = {
  readonly time: Date;
  readonly level: LogLevel;
  readonly service: string;
  readonly message: string;
  readonly traceId: string | null;
  readonly orderNumber: string | null;
  readonly orderId: string | null;
  readonly fields: string;
};
export type LogConnection = Omit<Connection<LogRecord>, 'totalCount'>;

/** A search for a text reads so much at most: a tenth of a second of work. */
const mostBytes = 16 * 1024 * 1024;
const mostWaiting = 8;
const longest = { text: 200, name: 100 };

/** The one way to the collected records: one search after the other, so that they take the memory of one. */
export class LogAccess {
  readonly #folder: string;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws AppError INVALID_INPUT for a cursor or a filter that cannot be, UNAVAILABLE when too many wait. */
  async find(query: LogQuery, first: number, after: string | null): Promise<LogConnection> {
    const before = after === null ? undefined : decodeCursor(after, ['int', 'int']);
    assertLengths(query);
    if (this.#waiting >= mostWaiting) throw new AppError('UNAVAILABLE', 'Too many search the logs at once. Try again soon.');
    this.#waiting += 1;
    const found = this.#last.then(() => this.#search(query, first, before));
    this.#last = found.catch(() => undefined);
    return found.finally(() => {
      this.#waiting -= 1;
    });
  }

  async #search(query: LogQuery, first: number, before: Place | undefined): Promise<LogConnection> {
    const filter = await filterOf(this.#folder, query);
    if (filter === null) return toPage([], null, before);
    const { records, next } = await searchLogs(this.#folder, filter, { first, before, mostBytes });
    return toPage(records, next, before);
  }
}

/** Null when nothing can fit: no record names that order. */
async function filterOf(folder: string, { order, traceId, service, level, text, since, until }: LogQuery): Promise<LogFilter | null> {
  const ofOrder = order ? await idsOfOrder(folder, order.trim()) : undefined;
  if (ofOrder === null) return null;
  const trace = ['traceId', traceId?.toLowerCase() ?? ''] as const;
  const ids = traceId ? [trace] : ofOrder;
  // both: the records of a trace, where it is one of the order
  if (traceId && ofOrder && !ofOrder.some(([field, value]) => field === trace[0] && value === trace[1])) return null;
  return {
    ...(ids && { ids }),
    ...(service && { service }),
    ...(level && { level: logLevels.find((one) => one.toUpperCase() === level) }),
    ...(text && { text }),
    ...(since && { since: new Date(since) }),
    ...(until && { until: new Date(until) }),
  };
}

function assertLengths({ order, traceId, service, text }: LogQuery): void {
  for (const [name, value] of Object.entries({ order, traceId, service })) {
    if ((value?.length ?? 0) > longest.name)
      throw new AppError('INVALID_INPUT', `${name}: This must have at most ${longest.name} characters.`);
  }
  if ((text?.length ?? 0) > longest.text) throw new AppError('INVALID_INPUT', `text: This must have at most ${longest.text} characters.`);
}

function toPage(records: readonly FoundRecord[], next: Place | null, before: Place | undefined): LogConnection {
  const edges = records.map((found) => ({ cursor: encodeCursor(found.place), node: toRecord(found) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: next !== null,
      hasPreviousPage: before !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      // of an empty page too: there the search goes on
      endCursor: next === null ? (edges.at(-1)?.cursor ?? null) : encodeCursor(next),
    },
  };
}

function toRecord({ record }: FoundRecord): LogRecord {
  const { level, time, service, msg, traceId, orderNumber, orderId, ...rest } = record;
  const known = logLevels.find((one) => one === level) ?? 'info';
  return {
    time: new Date(time),
    level: known.toUpperCase() as LogLevel,
    service,
    message: msg,
    traceId: textOrNull(traceId),
    orderNumber: textOrNull(orderNumber),
    orderId: textOrNull(orderId),
    fields: JSON.stringify(rest),
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

import { isId } from '../ids.ts';
import { plainCharacters } from '../text.ts';
import { type LogFilter, searchLogs } from './search-logs.ts';

/** As many traces as an order may have: that in which it was placed, and one for each time that somebody did something with it. */
const mostTraces = 50;
const mostRecords = 2000;

/**
 * By what the records of an order are found: its number, its id and the traces of both, since a record may have one of them only. Null when no record names it.
 * `order` is its number or its id.
 */
export async function idsOfOrder(folder: string, order: string): Promise<LogFilter['ids'] | null> {
  const named = isId(order) ? (['orderId', order] as const) : (['orderNumber', plainCharacters(order).toUpperCase()] as const);
  const search = async (ids: LogFilter['ids'], first: number) =>
    (await searchLogs(folder, ids === undefined ? {} : { ids }, { first, mostBytes: Number.POSITIVE_INFINITY })).records;
  const [newest] = await search([named], 1);
  if (newest === undefined) return null;
  const { orderId } = newest.record;
  const known = typeof orderId === 'string' && named[0] === 'orderNumber' ? [named, ['orderId', orderId] as const] : [named];
  const traces = new Set(
    (await search(known, mostRecords)).flatMap(({ record: { traceId } }) => (typeof traceId === 'string' ? [traceId] : [])),
  );
  return [...known, ...[...traces].slice(-mostTraces).map((traceId) => ['traceId', traceId] as const)];
}

import { existsSync } from 'node:fs';
import { pause } from '#platform/async/retry.ts';
import { idsOfOrder } from '#platform/log-files/logs-of-order.ts';
import { endOfLogs, readOn } from '#platform/log-files/read-on.ts';
import { type FoundRecord, type LogFilter, type Place, recordOf, searchLogs } from '#platform/log-files/search-logs.ts';
import { lineOf } from './line.ts';
import { LogsError, type LogsQuery } from './query.ts';

/** Where the lines go, and where what is said about them. */
export type LogsOutput = { write(line: string): void; note(sentence: string): void; readonly inColour: boolean };

const everyMs = 300;

/**
 * Writes the records of a folder that are asked for, by their times, the last one at the bottom. With `follow` it goes on until `stopping` is aborted.
 *
 * @throws LogsError when there are no logs, or no such order
 */
export async function showLogs(
  folder: string,
  query: LogsQuery,
  output: LogsOutput,
  stopping: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (!existsSync(folder))
    throw new LogsError(2, `There are no logs in ${folder}: no shop has run there. npm start runs one; --data names another folder.`);
  const filter = await filterOf(folder, query);
  const write = ({ record, line }: Pick<FoundRecord, 'record' | 'line'>) =>
    output.write(query.json ? line : lineOf(record, output.inColour));
  // asked first, so that nothing is missed between the two
  const end = query.follow ? await endOfLogs(folder) : null;
  const { records } = await searchLogs(folder, filter, {
    first: query.first,
    before: end ?? undefined,
    mostBytes: Number.POSITIVE_INFINITY,
  });
  for (const found of records.sort((one, other) => Date.parse(one.record.time) - Date.parse(other.record.time))) write(found);
  if (records.length === 0 && end === null) output.note('No record fits.');
  if (end !== null) await follow(folder, end, { filter, write, stopping });
}

async function filterOf(folder: string, { order, traceId, service, level, text, since }: LogsQuery): Promise<LogFilter> {
  const ids = order === undefined ? traceId && ([['traceId', traceId]] as const) : await idsOfOrder(folder, order.trim());
  if (ids === null)
    throw new LogsError(1, `No record names the order "${order}": there is no such order, or its records are no longer kept.`);
  return { ...(ids ? { ids } : {}), service, level, text, since };
}

type Following = {
  readonly filter: LogFilter;
  write(found: Pick<FoundRecord, 'record' | 'line'>): void;
  readonly stopping: AbortSignal;
};

async function follow(folder: string, from: Place, { filter, write, stopping }: Following): Promise<void> {
  for (let place = from; !stopping.aborted; ) {
    const { lines, next } = await readOn(folder, place, 1024 * 1024);
    for (const line of lines) {
      const record = recordOf(line, filter);
      if (record !== null) write({ record, line });
    }
    if (next[0] === place[0] && next[1] === place[1]) await pause(everyMs, stopping);
    place = next;
  }
}

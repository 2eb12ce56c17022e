import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { idsOfOrder } from '#platform/log-files/logs-of-order.ts';
import { readOn } from '#platform/log-files/read-on.ts';
import {
  type FoundRecord,
  isLogLevel,
  type LogFilter,
  logLevels,
  type Place,
  recordOf,
  searchLogs,
} from '#platform/log-files/search-logs.ts';
import { collectedLogs } from './dev/data-folder.ts';
import { Problem } from './dev/problem.ts';
import { lineOf } from './logs/line.ts';

const usage = `npm run logs -- [OPTION …]     the logs of the shop that npm start runs, or ran; the newest records, the last one at the bottom

  --order NUMBER    what belongs to an order, by its number or its id, in all services
  --trace ID        what belongs to a trace
  --service NAME    what one service logged
  --level LEVEL     ${logLevels.join(', ')}, and above
  --text TEXT       records that hold it, in any case
  --since TIME      10m, 2h, 1d, or a moment: 2026-11-28T10:00:00Z
  --first N         so many at most, 200
  --follow          goes on with what is logged from now on, until Ctrl-C
  --json            the records as they are, one JSON object a line
  --data DIR        the data folder of the shop, .data

It reads the collected files in the data folder, so that it works while the shop is down, too.`;

const everyMs = 300;

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const values = readOptions();
  const folder = collectedLogs(resolve(values.data ?? '.data'));
  if (!existsSync(folder))
    throw new Problem(`There are no logs in ${folder}: no shop has run there. npm start runs one; --data names another folder.`);
  const filter = await filterOf(folder, values);
  const write = ({ record, line }: Pick<FoundRecord, 'record' | 'line'>) =>
    process.stdout.write(`${values.json ? line : lineOf(record, process.stdout.isTTY === true && !process.env['NO_COLOR'])}\n`);
  // asked first, so that nothing is missed between the two
  const end = values.follow ? await endOf(folder) : null;
  const { records } = await searchLogs(folder, filter, { first: countOf(values.first), mostBytes: Number.POSITIVE_INFINITY });
  for (const found of records.sort((one, other) => one.record.time.localeCompare(other.record.time))) write(found);
  if (records.length === 0 && end === null) process.stderr.write('No record fits.\n');
  if (end !== null) await follow(folder, end, filter, write);
}

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    order: text,
    trace: text,
    service: text,
    level: text,
    text,
    since: text,
    first: text,
    data: text,
    follow: flag,
    json: flag,
  };
  return readCommandLine(usage, options).values;
}

async function filterOf(folder: string, { order, trace, service, level, text, since }: ReturnType<typeof readOptions>): Promise<LogFilter> {
  if (order !== undefined && trace !== undefined) throw new Problem('--order and --trace are both given: one of them is enough.');
  if (level !== undefined && !isLogLevel(level)) throw new Problem(`--level must be one of ${logLevels.join(', ')}, and not "${level}".`);
  const ids = trace === undefined ? order && (await idsOfOrder(folder, order)) : ([['traceId', trace.toLowerCase()]] as const);
  if (ids === null) throw new Problem(`No record names the order "${order}": there is no such order, or its records are no longer kept.`);
  return { ...(ids ? { ids } : {}), service, level, text, since: since === undefined ? undefined : momentOf(since) };
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function momentOf(text: string): Date {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const moment = count === undefined ? new Date(text) : new Date(Date.now() - Number(count) * (unitMs[unit] ?? 0));
  if (Number.isNaN(moment.getTime())) throw new Problem(`--since must be like 10m, 2h, 1d or 2026-11-28T10:00:00Z, and not "${text}".`);
  return moment;
}

function countOf(text = '200'): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100_000) throw new Problem(`--first must be 1 to 100000, and not "${text}".`);
  return count;
}

/** Where the next record will stand. */
async function endOf(folder: string): Promise<Place> {
  let place: Place = [0, 0];
  for (;;) {
    const { next } = await readOn(folder, place, 1024 * 1024);
    if (next[0] === place[0] && next[1] === place[1]) return place;
    place = next;
  }
}

async function follow(
  folder: string,
  from: Place,
  filter: LogFilter,
  write: (found: { record: FoundRecord['record']; line: string }) => void,
): Promise<never> {
  for (let place = from; ; ) {
    const { lines, next } = await readOn(folder, place, 1024 * 1024);
    for (const line of lines) {
      const record = recordOf(line, filter);
      if (record !== null) write({ record, line });
    }
    if (lines.length === 0) await new Promise((done) => setTimeout(done, everyMs));
    place = next;
  }
}

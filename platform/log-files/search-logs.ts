import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRecord, listSegments, readBytes, type Segment } from './segments.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];
export const isLogLevel = (text: string): text is LogLevel => (logLevels as readonly string[]).includes(text);

/** Where a record begins. */
export type Place = readonly [segment: number, offset: number];
export type FoundRecord = { readonly place: Place; readonly record: LogRecord; readonly line: string };
export type LogRecord = { readonly level: string; readonly time: string; readonly service: string; readonly msg: string } & Readonly<
  Record<string, unknown>
>;

export type LogFilter = {
  /** The records that hold one of these fields with this value. */
  readonly ids?: readonly (readonly [field: string, value: string])[];
  readonly service?: string | undefined;
  /** And all above it. */
  readonly level?: LogLevel | undefined;
  /** In the record's JSON text, in any case. */
  readonly text?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
};

export type Found = {
  /** As they arrived, the newest first. */
  readonly records: FoundRecord[];
  /** Where to go on when not everything was searched; null when it was. */
  readonly next: Place | null;
};

const linesATurn = 2000;
/** Records have the times of the services that logged them, files that of the collector. */
const clocksApartMs = 60_000;

/**
 * Searches log files from the newest record on, or from those before `before`. Ends with `first` records, or when `mostBytes` were read: then fewer may be
 * found although there are more, after `next`. Other work gets its turn meanwhile.
 */
export async function searchLogs(
  folder: string,
  filter: LogFilter,
  { first, before, mostBytes }: { first: number; before?: Place | undefined; mostBytes: number },
): Promise<Found> {
  const segments = (await listSegments(folder)).filter(({ number }) => before === undefined || number <= before[0]).reverse();
  const records: FoundRecord[] = [];
  let left = mostBytes;
  for (const segment of segments) {
    // what was written last long before that moment cannot hold anything after it
    if (filter.since && segment.changedAt < filter.since.getTime() - clocksApartMs) return { records, next: null };
    const end = before?.[0] === segment.number ? before[1] : segment.bytes;
    if (left <= 0) return { records, next: [segment.number, end] };
    left -= end;
    await takeUpTo(first, recordsOf(segment, end, filter), records);
    const last = records[first - 1];
    if (last !== undefined) return { records, next: last.place };
  }
  return { records, next: null };
}

async function takeUpTo(most: number, found: AsyncGenerator<FoundRecord>, records: FoundRecord[]): Promise<void> {
  for await (const record of found) {
    records.push(record);
    if (records.length === most) return;
  }
}

/** The records of one file that fit, from the last before `end` to the first. */
async function* recordsOf(segment: Segment, end: number, filter: LogFilter): AsyncGenerator<FoundRecord> {
  const bytes = await readBytes(segment.path, 0, end);
  const cursors = needlesOf(filter)?.map((needle) => ({ needle, at: bytes.length }));
  let lines = 0;
  for (let stop = lastEnd(bytes, cursors, bytes.length); stop > 0; lines += 1) {
    if (lines % linesATurn === 0) await nextTurn();
    const begin = stop < 2 ? 0 : bytes.lastIndexOf(10, stop - 2) + 1;
    const line = bytes.toString('utf8', begin, stop).trimEnd();
    const record = isRecord(line) ? recordOf(line, filter) : null;
    if (record !== null) yield { place: [segment.number, begin], record, line };
    stop = lastEnd(bytes, cursors, begin);
  }
}

/** The end of the last line before `stop` that may fit; 0 when none does. */
function lastEnd(bytes: Buffer, cursors: Cursor[] | undefined, stop: number): number {
  if (cursors === undefined) return stop;
  const last = lastOf(bytes, cursors, stop);
  if (last < 0) return 0;
  const end = bytes.indexOf(10, last);
  return end < 0 ? bytes.length : end + 1;
}

type Cursor = { readonly needle: Buffer; at: number };

/** The last place before `stop` where one of the needles is; -1 when none is. */
function lastOf(bytes: Buffer, cursors: Cursor[], stop: number): number {
  let last = -1;
  for (const cursor of cursors) {
    if (cursor.at >= stop) cursor.at = bytes.subarray(0, stop).lastIndexOf(cursor.needle);
    last = Math.max(last, cursor.at);
  }
  return last;
}

/** One of these is in each line that fits; undefined when there is no such text. The fields are checked again in the record. */
function needlesOf({ ids, service, level }: LogFilter): Buffer[] | undefined {
  if (ids !== undefined) return ids.map(([field, value]) => Buffer.from(`"${field}":${JSON.stringify(value)}`));
  if (level !== undefined && logLevels.indexOf(level) > logLevels.indexOf('info'))
    return atLeast(level).map((one) => Buffer.from(`"level":"${one}"`));
  return service === undefined ? undefined : [Buffer.from(`"service":${JSON.stringify(service)}`)];
}

const atLeast = (level: LogLevel): readonly LogLevel[] => logLevels.slice(logLevels.indexOf(level));

/** The record of a line; null when it does not fit. */
export function recordOf(line: string, filter: LogFilter): LogRecord | null {
  if (filter.text !== undefined && !line.toLowerCase().includes(filter.text.toLowerCase())) return null;
  const record = parse(line);
  return record !== null && isOf(record, filter) && isWithin(Date.parse(record.time), filter) ? record : null;
}

function isOf(record: LogRecord, { ids, service, level }: LogFilter): boolean {
  if (service !== undefined && record.service !== service) return false;
  if (level !== undefined && !(atLeast(level) as readonly string[]).includes(record.level)) return false;
  return ids === undefined || ids.some(([field, value]) => record[field] === value);
}

const isWithin = (time: number, { since, until }: LogFilter): boolean =>
  (since === undefined || time >= since.getTime()) && (until === undefined || time < until.getTime());

function parse(line: string): LogRecord | null {
  try {
    const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const { level, time, service, msg } = record;
    if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return null;
    return { ...record, level: String(level), time, service: String(service), msg: String(msg ?? '') };
  } catch {
    return null;
  }
}

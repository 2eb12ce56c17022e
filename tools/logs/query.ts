import { isLogLevel, type LogLevel, logLevels } from '#platform/log-files/search-logs.ts';

/** What the person at the keyboard can put right, in a sentence: 2 for a value that cannot be, or where no shop has run; 1 for an order that is not there. */
export class LogsError extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string) {
    super(message);
    this.name = 'LogsError';
    this.exitCode = exitCode;
  }
}

/** The options of `npm run logs`, as they were typed. */
export type LogsOptions = {
  readonly order?: string | undefined;
  readonly trace?: string | undefined;
  readonly service?: string | undefined;
  readonly level?: string | undefined;
  readonly text?: string | undefined;
  readonly since?: string | undefined;
  readonly first?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** What they ask for. */
export type LogsQuery = {
  /** Its number or its id. */
  readonly order: string | undefined;
  readonly traceId: string | undefined;
  readonly service: string | undefined;
  readonly level: LogLevel | undefined;
  readonly text: string | undefined;
  readonly since: Date | undefined;
  readonly first: number;
  readonly follow: boolean;
  readonly json: boolean;
};

/** @throws LogsError for a value that cannot be. */
export function readQuery({ order, trace, service, level, text, since, first, follow, json }: LogsOptions, nowMs: number): LogsQuery {
  if (order !== undefined && trace !== undefined) throw new LogsError(2, '--order and --trace are both given: one of them is enough.');
  if (trace !== undefined && !/^[0-9a-f]{32}$/i.test(trace))
    throw new LogsError(2, `--trace must be the 32 hexadecimal digits of a trace, and not "${trace}".`);
  if (level !== undefined && !isLogLevel(level))
    throw new LogsError(2, `--level must be one of ${logLevels.join(', ')}, and not "${level}".`);
  for (const [name, value] of Object.entries({ order, service, text }))
    if (value?.trim() === '') throw new LogsError(2, `--${name} must not be empty.`);
  return {
    order,
    traceId: trace?.toLowerCase(),
    service,
    level,
    text,
    since: since === undefined ? undefined : momentOf(since, nowMs),
    first: countOf(first),
    follow: follow === true,
    json: json === true,
  };
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function momentOf(text: string, nowMs: number): Date {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const moment = count === undefined ? new Date(text) : new Date(nowMs - Number(count) * (unitMs[unit] ?? 0));
  if (Number.isNaN(moment.getTime()))
    throw new LogsError(2, `--since must be like 10m, 2h, 1d or 2026-11-28T10:00:00Z, and not "${text}".`);
  return moment;
}

function countOf(text = '200'): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 100_000) throw new LogsError(2, `--first must be 1 to 100000, and not "${text}".`);
  return count;
}

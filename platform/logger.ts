import { type Logger, pino } from 'pino';
import type { LogShipper } from './log-shipper.ts';
import { currentTraceId } from './tracing/trace-context.ts';
import { withoutAddresses } from './without-addresses.ts';
import { withoutValues } from './without-values.ts';

export type { Logger } from 'pino';

/**
 * A logger that writes one JSON line per record to standard error, and to `shipper`; `service` is on each of them, and `traceId` on those of a trace.
 * E-mail addresses and access tokens are left out of all.
 */
export function createLogger(service: string, level: string, shipper: Pick<LogShipper, 'write'> | null = null): Logger {
  const standardError = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: { service },
      mixin: traceOfRecord,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorForLog },
    },
    {
      write(record) {
        const line = withoutAddresses(record);
        standardError.write(line);
        shipper?.write(line);
      },
    },
  );
}

/** The trace that the running code belongs to, on each record. */
function traceOfRecord(): { traceId?: string } {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { traceId };
}

/** What PostgreSQL, its driver and MikroORM add to an error: rows and parameters, with what people entered. */
const holdsValues = new Set(['detail', 'where', 'internalQuery', 'parameters', 'params', 'values', 'query', 'sql']);

/** An error with its causes, for the log, and without the values that it was about. */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error) && !isErrorLike(error)) return error;
  return cleaned(pino.stdSerializers.errWithCause(error as Error));
}

/** Errors of Node's own modules are of another realm inside of Jest. */
function isErrorLike(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}

function cleaned(serialized: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(serialized)
      .filter(([name]) => !holdsValues.has(name))
      .map(([name, value]) => [name, cleanedValue(name, value, serialized)]),
  );
}

function cleanedValue(name: string, value: unknown, { message }: Record<string, unknown>): unknown {
  if (name === 'message' && typeof value === 'string') return withoutValues(value);
  if (name === 'stack' && typeof value === 'string' && typeof message === 'string')
    return value.replaceAll(message, () => withoutValues(message));
  return name === 'cause' && typeof value === 'object' && value !== null ? cleaned(value as Record<string, unknown>) : value;
}

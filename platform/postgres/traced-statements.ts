import { type Context, context, SpanKind } from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import type { PoolClient } from 'pg';
import { secondsSince } from '../metrics.ts';
import { endSpan, isRecording, startSpan } from '../tracing/spans.ts';

type Statement = string | { readonly text?: string; readonly runsIn?: Context } | undefined;
type Query = (this: unknown, statement: Statement, ...rest: unknown[]) => unknown;

/** Told of each statement when it has ended. */
export type ObserveStatement = (text: string, seconds: number, failed: boolean) => void;

const longestText = 500;

/**
 * The context of the running code, to be sent along with a statement to a pool: that runs it when a connection is free, in the context of
 * whoever gave that back. Undefined when nothing is recorded.
 */
export function contextOfStatement(): { runsIn?: Context } {
  return isRecording() ? { runsIn: context.active() } : {};
}

/**
 * Records each statement of a connection as a client span, by the semantic conventions for databases, and tells `observe` how long it took,
 * whether it is recorded or not. The text has placeholders, no values.
 */
export function traceStatements(client: PoolClient & { readonly database?: string | undefined }, observe: ObserveStatement | null): void {
  const target = client as unknown as { query: Query };
  const driver = Object.getPrototypeOf(client) as { query: Query };
  target.query = function traced(statement, ...rest) {
    const { text, runsIn = undefined } = typeof statement === 'string' ? { text: statement } : (statement ?? {});
    const run = () => driver.query.call(this, statement, ...rest);
    const measure = () => {
      if (text === undefined) return run();
      const span = startStatement(text, client.database);
      if (span === null && observe === null) return run();
      const startedAt = performance.now();
      const ended = (error: unknown) => {
        if (span !== null) endSpan(span, error);
        observe?.(text, secondsSince(startedAt), error !== undefined);
      };
      return watch(ended, rest, run);
    };
    return runsIn === undefined ? measure() : context.with(runsIn, measure);
  };
}

/** Calls `ended` with the statement: with its callback, the last of `rest`, or with its promise. */
function watch(ended: (error: unknown) => void, rest: unknown[], run: () => unknown): unknown {
  const callback = rest.at(-1);
  if (typeof callback === 'function') {
    rest[rest.length - 1] = (error: unknown, result: unknown) => {
      ended(error ?? undefined);
      callback(error, result);
    };
    return run();
  }
  const result = run() as Promise<unknown>;
  result.then(
    () => ended(undefined),
    (error: unknown) => ended(error ?? new Error('a statement failed')),
  );
  return result;
}

function startStatement(text: string, database: string | undefined) {
  if (!isRecording()) return null;
  const summary = summaryOf(text);
  return startSpan(summary, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      ...(database === undefined ? {} : { 'db.namespace': database }),
      'db.query.summary': summary,
      'db.query.text': text.length > longestText ? `${text.slice(0, longestText)}…` : text,
    },
  });
}

const summaries = new LRUCache<string, string>({ max: 1000 });
const commonTable = /(?:\bWITH(?:\s+RECURSIVE)?|,)\s+"?(\w+)"?(?:\s*\([^)]*\))?\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(/gi;
const tableUse = /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|FROM|JOIN)\s+(?:ONLY\s+)?"?([a-z_]\w*)"?(\s*\()?/gi;

/** What a statement does to which tables, as `INSERT orders`: one of few values, for the names of spans and the labels of metrics. */
export function summaryOf(text: string): string {
  const known = summaries.get(text);
  if (known !== undefined) return known;
  const summary = summarize(text);
  summaries.set(text, summary);
  return summary;
}

function summarize(text: string): string {
  const common = new Set([...text.matchAll(commonTable)].map(([, name = '']) => name.toLowerCase()));
  const uses = [...text.matchAll(tableUse)]
    .map(([, verb = '', table = '', call]) => ({ verb: (verb.split(/\s/)[0] ?? '').toUpperCase(), table: table.toLowerCase(), call }))
    // a function's rows, and the SET of an upsert or SKIP of a lock, are no tables
    .filter(
      ({ verb, table, call }) => !common.has(table) && !(call !== undefined && verb !== 'INSERT') && !/^(set|skip|of|nowait)$/.test(table),
    );
  const verbs = uses.map(({ verb }) => verb).filter((verb) => verb !== 'FROM' && verb !== 'JOIN');
  const first = (/^\s*(\w+)/.exec(text)?.[1] ?? 'SQL').toUpperCase();
  const verb = verbs[0] ?? (first === 'WITH' ? 'SELECT' : first);
  const tables = [...new Set(uses.map(({ table }) => table))];
  return [verb, ...tables.slice(0, 3)].join(' ');
}

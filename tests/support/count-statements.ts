import pg from 'pg';
import { currentTraceparent, traceIdOf } from '#platform/tracing/trace-context.ts';

type Query = (this: unknown, ...args: unknown[]) => unknown;
const isBookkeeping = /^\s*(BEGIN|COMMIT|ROLLBACK)\b/i;

/**
 * Listens to every SQL statement of this process from now on, by the trace it belongs to: what the relay and the consumers do by themselves
 * is never counted to a request. BEGIN and COMMIT are not counted.
 */
export function countStatements() {
  const statements = new Map<string, string[]>();
  const note = (query: unknown) => {
    const trace = traceIdOf(currentTraceparent());
    const text = typeof query === 'string' ? query : (query as { text?: string } | undefined)?.text;
    if (trace === undefined || text === undefined || isBookkeeping.test(text)) return;
    statements.set(trace, [...(statements.get(trace) ?? []), text.trim()]);
  };
  const undo = [
    listen(pg.Pool.prototype, note, () => true),
    // a pool hands its own queries on with a callback; those were counted when they were issued
    listen(pg.Client.prototype, note, (args) => typeof args.at(-1) !== 'function'),
  ];
  return {
    /** The texts of the statements that ran for a trace, in the order in which they were asked. */
    of: (traceId: string): readonly string[] => statements.get(traceId) ?? [],
    stop(): void {
      for (const back of undo) back();
    },
  };
}

function listen(prototype: object, note: (query: unknown) => void, isAsked: (args: readonly unknown[]) => boolean): () => void {
  const target = prototype as { query: Query };
  const original = target.query;
  const isOwn = Object.hasOwn(target, 'query');
  target.query = function query(...args) {
    if (isAsked(args)) note(args[0]);
    return original.apply(this, args);
  };
  return () => {
    if (isOwn) target.query = original;
    else Reflect.deleteProperty(target, 'query');
  };
}

import { randomBytes } from 'node:crypto';
import { type Context, context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

// one for the process, whatever services it holds; a second registration is ignored
context.setGlobalContextManager(new AsyncLocalStorageContextManager());

const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The W3C trace context (`traceparent`, level 1) of the running code: of its span, or of its caller's. Undefined outside of any. */
export function currentTraceparent(): string | undefined {
  const current = trace.getSpanContext(context.active());
  return current === undefined ? undefined : toTraceparent(current);
}

/** The trace id (32 hex digits) that correlates the log records and errors of the running code, or undefined. */
export function currentTraceId(): string | undefined {
  return trace.getSpanContext(context.active())?.traceId;
}

/** The trace id of a `traceparent`, or undefined for one that is missing or malformed. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparentPattern.exec(traceparent ?? '')?.[1];
}

export function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Runs `work` as part of the given trace without a span of its own; a missing or malformed one begins a trace that is not recorded. */
export function withTraceparent<T>(traceparent: string | undefined, work: () => T): T {
  return context.with(contextOf(traceparent) ?? unrecorded(), work);
}

/** The context of a caller elsewhere, or undefined when its `traceparent` is missing or malformed. */
export function contextOf(traceparent: string | undefined): Context | undefined {
  const [, traceId, spanId, flags] = traceparentPattern.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  // only the lowest bit has a meaning in level 1
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** The same trace, of which nothing is recorded: for callers who may not decide that. */
export function unrecorded(traceId = randomBytes(16).toString('hex')): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: randomBytes(8).toString('hex'), traceFlags: TraceFlags.NONE });
}

import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { contextOf, traceIdOf, unrecorded } from './trace-context.ts';

const tracerKey = createContextKey('the tracer of the running service');
const notRecorded = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

export type EntryOptions = SpanOptions & {
  /** What the caller sent. A missing or malformed one begins a trace. */
  readonly traceparent: string | undefined;
  /** False for callers outside of the shop: the trace keeps their id, and whether it is recorded is decided here. */
  readonly isTrusted?: boolean;
};

/**
 * Runs `work` in the span with which a service takes over: a request, a message, a task that was due. What runs inside belongs to it, and is
 * recorded by the service's own tracer, so that one process can hold several. Without a tracer it only carries the trace on.
 */
export function inEntrySpan<T>(tracer: Tracer | null, name: string, options: EntryOptions, work: (span: Span) => T): T {
  const { traceparent, isTrusted = true, ...spanOptions } = options;
  if (tracer === null) {
    const caller = isTrusted ? contextOf(traceparent) : unrecorded(traceIdOf(traceparent));
    return context.with(caller ?? unrecorded(), () => work(notRecorded));
  }
  const span = tracer.startSpan(name, spanOptions, contextOf(traceparent) ?? ROOT_CONTEXT);
  return runIn(span, trace.setSpan(ROOT_CONTEXT, span).setValue(tracerKey, tracer), work);
}

/** Runs `work` in a child of the running span, when that is recorded; otherwise only runs it, at no cost. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
  const span = startSpan(name, options);
  return span === null ? work(notRecorded) : runIn(span, trace.setSpan(context.active(), span), work);
}

/** A child of the running span that the caller ends, or null when nothing is recorded. */
export function startSpan(name: string, options: SpanOptions = {}): Span | null {
  const active = context.active();
  const tracer = tracerOf(active);
  return tracer === null || !isRecorded(active) ? null : tracer.startSpan(name, options, active);
}

/** Whether the running code is recorded: ask before computing what only a span needs. */
export function isRecording(): boolean {
  return isRecorded(context.active());
}

/** Names the running span anew, and adds to it what is known by now. */
export function describeSpan(name: string, attributes: Attributes): void {
  trace.getActiveSpan()?.updateName(name).setAttributes(attributes);
}

/** Marks a span as failed, with the class of the error and without its message, which may hold what people entered. */
export function failSpan(span: Span, error: unknown): void {
  const type = typeOf(error);
  span.setAttribute(ATTR_ERROR_TYPE, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}

/** Ends a span, as failed when there is an error. */
export function endSpan(span: Span, error?: unknown): void {
  if (error !== undefined) failSpan(span, error);
  span.end();
}

/** Runs `work` as part of a span of a service that the caller has started and ends. */
export function inSpanOf<T>(tracer: Tracer, span: Span, work: () => T): T {
  return context.with(trace.setSpan(ROOT_CONTEXT, span).setValue(tracerKey, tracer), work);
}

function runIn<T>(span: Span, inside: Context, work: (span: Span) => T): T {
  let result: T;
  try {
    result = context.with(inside, () => work(span));
  } catch (error) {
    failSpan(span, error);
    span.end();
    throw error;
  }
  if (!isPromise(result)) {
    span.end();
    return result;
  }
  result.then(
    () => span.end(),
    (error: unknown) => {
      failSpan(span, error);
      span.end();
    },
  );
  return result;
}

const tracerOf = (active: Context): Tracer | null => (active.getValue(tracerKey) as Tracer | undefined) ?? null;
const isRecorded = (active: Context): boolean => trace.getSpan(active)?.isRecording() === true;

/** Errors and promises of Node's own modules are of another realm inside of Jest. */
function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function typeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'Error';
}

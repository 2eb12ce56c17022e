import type { RecordedSpan, SpanAttribute, SpanKind, SpanLink } from '#platform/tracing/span-lines.ts';
import { correctClocks } from './clock-skew.ts';

/** A trace as admins see it; `id` as in `traceparent`. */
export type Trace = {
  readonly id: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** In the order in which they began. */
  readonly spans: readonly Span[];
};
export type Span = {
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly isFailed: boolean;
  readonly errorType: string | null;
  readonly attributes: readonly SpanAttribute[];
  readonly links: readonly SpanLink[];
};

/** On one clock, from the beginning of the first of the spans; there is at least one. */
export function toTrace(id: string, recorded: readonly RecordedSpan[]): Trace {
  const spans = correctClocks(recorded).toSorted((one, other) => one.startMs - other.startMs || other.endMs - one.endMs);
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.endMs));
  return { id, startedAt: new Date(startMs), durationMs: rounded(endMs - startMs), spans: spans.map((span) => toSpan(span, startMs)) };
}

function toSpan({ traceId, instance, startMs, endMs, attributes, ...span }: RecordedSpan, traceStartMs: number): Span {
  return {
    ...span,
    startedAtMs: rounded(startMs - traceStartMs),
    durationMs: rounded(endMs - startMs),
    errorType: attributes.find(({ name }) => name === 'error.type')?.value ?? null,
    attributes,
  };
}

/** To microseconds: a double holds no more of a time since 1970. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

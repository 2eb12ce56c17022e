import { z } from 'zod';

export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** A span as the store keeps it. Times are milliseconds since 1970 by the clock of `instance`, with fractions. */
export type RecordedSpan = {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string;
  /** Which process of the service recorded it: each has a clock of its own. */
  readonly instance: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly isFailed: boolean;
  readonly attributes: readonly SpanAttribute[];
  readonly links: readonly SpanLink[];
};
export type SpanAttribute = { readonly name: string; readonly value: string };
export type SpanLink = { readonly traceId: string; readonly spanId: string };

/** What one message held, and how many of its spans were none. */
export type ReadSpans = { readonly spans: readonly RecordedSpan[]; readonly skipped: number };

const mostAttributes = 64;
const mostLinks = 64;
const longestName = 200;
const longestValue = 2000;
/** Until the year 2200: nothing later is a time, and all dates can be made of it. */
const latestMs = 7_258_118_400_000;
const kinds: readonly SpanKind[] = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

const traceIdType = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/);
const spanIdType = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/);
const timeType = z
  .union([z.string().regex(/^\d{1,20}$/), z.number().nonnegative()])
  .transform((nanoseconds) => Number(nanoseconds) / 1e6)
  .refine((ms) => ms <= latestMs);
const attributeType = z.object({ key: z.string(), value: z.unknown().optional() });
const spanType = z
  .object({
    traceId: traceIdType,
    spanId: spanIdType,
    parentSpanId: z.union([z.literal(''), spanIdType]).optional(),
    name: z.string(),
    kind: z.int().min(0).max(5).default(0),
    startTimeUnixNano: timeType,
    endTimeUnixNano: timeType,
    attributes: z.array(attributeType).default([]),
    links: z.array(z.object({ traceId: traceIdType, spanId: spanIdType })).default([]),
    status: z.object({ code: z.int().optional() }).default({}),
  })
  .refine(({ startTimeUnixNano, endTimeUnixNano }) => startTimeUnixNano <= endTimeUnixNano);
const requestType = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attributeType) }),
      scopeSpans: z.array(z.object({ spans: z.array(z.unknown()) })),
    }),
  ),
});

/** The spans of a message of the topic `traces`: an ExportTraceServiceRequest in OTLP's JSON. What is no span is left out, and counted. */
export function readSpans(message: string | null): ReadSpans {
  const request = requestType.safeParse(parseJson(message ?? ''));
  if (!request.success) return { spans: [], skipped: 1 };
  const read = request.data.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = attributeOf(resource.attributes, 'service.name');
    const instance = `${service}/${attributeOf(resource.attributes, 'service.instance.id')}`;
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => (service === '' ? null : readSpan(span, service, instance))));
  });
  const spans = read.filter((span) => span !== null);
  return { spans, skipped: read.length - spans.length };
}

function readSpan(given: unknown, service: string, instance: string): RecordedSpan | null {
  const read = spanType.safeParse(given);
  if (!read.success) return null;
  const { traceId, spanId, parentSpanId, name, kind, attributes, links, status } = read.data;
  return {
    traceId,
    id: spanId,
    parentId: parentSpanId === undefined || parentSpanId === '' ? null : parentSpanId,
    service,
    instance,
    name: name.slice(0, longestName),
    kind: kinds[kind] ?? 'INTERNAL',
    startMs: read.data.startTimeUnixNano,
    endMs: read.data.endTimeUnixNano,
    isFailed: status.code === 2,
    attributes: attributes.slice(0, mostAttributes).flatMap(({ key, value }) => {
      const text = textOf(value);
      return text === null ? [] : [{ name: key.slice(0, longestName), value: text.slice(0, longestValue) }];
    }),
    links: links.slice(0, mostLinks),
  };
}

function attributeOf(attributes: readonly { key: string; value?: unknown }[], name: string): string {
  return textOf(attributes.find(({ key }) => key === name)?.value)?.slice(0, longestName) ?? '';
}

const valueType = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.union([z.number(), z.string()]) }).transform(({ intValue }) => String(intValue)),
  z.object({ doubleValue: z.union([z.number(), z.string()]) }).transform(({ doubleValue }) => String(doubleValue)),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => String(boolValue)),
]);
const listType = z.object({ arrayValue: z.object({ values: z.array(valueType) }) });

/** An AnyValue as text; null for one that has none, such as bytes. */
function textOf(value: unknown): string | null {
  const single = valueType.safeParse(value);
  if (single.success) return single.data;
  return listType.safeParse(value).data?.arrayValue.values.join(', ') ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { z } from 'zod';

/*
 * How spans travel over the topic `traces`: one line each, all of a message from one process, which its headers name. What a store needs to
 * sort a span stands in front, so that it is taken without being parsed; the rest is JSON. A whole request of OTLP says the same in three times as
 * many bytes, and cost more than everything else about traces. Collectors get OTLP.
 */

export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
export type SpanAttribute = { readonly name: string; readonly value: string };
export type SpanLink = { readonly traceId: string; readonly spanId: string };

/** Times are milliseconds since 1970 by the clock of `instance`, with fractions. */
export type RecordedSpan = SpanHead &
  SpanOrigin & {
    readonly parentId: string | null;
    readonly name: string;
    readonly kind: SpanKind;
    readonly attributes: readonly SpanAttribute[];
    readonly links: readonly SpanLink[];
  };

/** What stands in front of a line. */
export type SpanHead = {
  readonly traceId: string;
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isFailed: boolean;
};

/** Who recorded it; `instance` is the process of the service: each has a clock of its own. */
export type SpanOrigin = { readonly service: string; readonly instance: string };

export type SpanLine = { readonly head: SpanHead; readonly origin: SpanOrigin; readonly text: string };

/** The lines of a message, and how many of them were none. */
export type ReadLines = { readonly lines: readonly SpanLine[]; readonly skipped: number };

type Body = {
  readonly parent?: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `traceId-spanId` each. */
  readonly links?: readonly string[];
};

const kinds: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const failed = 2;

const microseconds = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1e6 + Math.round(nanoseconds / 1e3);

/** A span of this process as a line, without its end. */
export function spanLine(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const { parentSpanId: parent, name, kind, attributes, links } = span;
  const body: Body = {
    parent,
    name,
    kind,
    attributes,
    ...(links.length === 0 ? {} : { links: links.map(({ context }) => `${context.traceId}-${context.spanId}`) }),
  };
  const [start, duration] = [microseconds(span.startTime), microseconds(span.duration)];
  return `${traceId} ${spanId} ${start} ${duration} ${span.status.code === failed ? 1 : 0} ${JSON.stringify(body)}`;
}

const head = /^((?!0{32})[0-9a-f]{32}) ((?!0{16})[0-9a-f]{16}) (\d{1,16}) (\d{1,16}) ([01]) \{/;
const longestLine = 65_536;
/** Until the year 2200: nothing later is a time, and all dates can be made of it. */
const latestMs = 7_258_118_400_000;

/** Reads a message of the topic `traces`. What is no span is left out, and counted. */
export function readLines(message: string | null, headers: Readonly<Record<string, string | undefined>>): ReadLines {
  const texts = (message ?? '').split('\n').filter((text) => text !== '');
  const { service = '', instance = '' } = headers;
  if (service === '' || texts.length === 0) return { lines: [], skipped: Math.max(1, texts.length) };
  const origin = { service, instance: `${service}/${instance}` };
  const lines = texts.flatMap((text) => {
    const found = text.length > longestLine ? null : headOf(text);
    return found === null ? [] : [{ head: found, origin, text }];
  });
  return { lines, skipped: texts.length - lines.length };
}

function headOf(text: string): SpanHead | null {
  const [, traceId, id, start, duration, isFailed] = head.exec(text) ?? [];
  if (traceId === undefined || id === undefined) return null;
  const startMs = Number(start) / 1000;
  const endMs = startMs + Number(duration) / 1000;
  return endMs > latestMs ? null : { traceId, id, startMs, endMs, isFailed: isFailed === '1' };
}

const mostAttributes = 64;
const mostLinks = 64;
const longestName = 200;
const longestValue = 2000;

const primitive = z.union([z.string(), z.number(), z.boolean()]);
const bodyType = z.object({
  parent: z
    .string()
    .regex(/^(?!0{16})[0-9a-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.int().min(0).max(4),
  attributes: z.record(z.string(), z.unknown()),
  links: z.array(z.string().regex(/^[0-9a-f]{32}-[0-9a-f]{16}$/)).default([]),
});
const valueType = z.union([primitive.transform(String), z.array(primitive.nullable()).transform((values) => values.join(', '))]);

/** The whole span; null when its body is not one. Very long ones are cut. */
export function readSpan({ head: known, origin, text }: SpanLine): RecordedSpan | null {
  const read = bodyType.safeParse(parseJson(text.slice(text.indexOf('{'))));
  if (!read.success) return null;
  const { parent = null, name, kind, attributes, links } = read.data;
  return {
    ...known,
    ...origin,
    parentId: parent,
    name: name.slice(0, longestName),
    kind: kinds[kind] ?? 'INTERNAL',
    attributes: Object.entries(attributes)
      .slice(0, mostAttributes)
      .flatMap(([key, value]) => {
        const { data } = valueType.safeParse(value);
        return data === undefined ? [] : [{ name: key.slice(0, longestName), value: data.slice(0, longestValue) }];
      }),
    links: links.slice(0, mostLinks).map((link) => ({ traceId: link.slice(0, 32), spanId: link.slice(33) })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

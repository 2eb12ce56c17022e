import type { RecordedSpan, SpanLine } from '#platform/tracing/span-lines.ts';

export const traceId = '0af7651916cd43dd8448eb211c80319c';

/** A span of one trace with some of its properties; the instance is the service's only one. */
export function aSpan(given: Partial<RecordedSpan> & { readonly id: string; readonly service?: string }): RecordedSpan {
  const service = given.service ?? 'order';
  return {
    traceId,
    parentId: null,
    service,
    instance: `${service}/1`,
    name: given.id,
    kind: 'INTERNAL',
    startMs: 1000,
    endMs: 1010,
    isFailed: false,
    attributes: [],
    links: [],
    ...given,
  };
}

const kinds: readonly string[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** The line of a span, as a service of the shop writes it. */
export function lineOf({ traceId: trace, id, parentId, service, instance, startMs, endMs, isFailed, ...span }: RecordedSpan): SpanLine {
  const head = { traceId: trace, id, startMs, endMs, isFailed };
  const body = {
    ...(parentId === null ? {} : { parent: parentId }),
    name: span.name,
    kind: kinds.indexOf(span.kind),
    attributes: Object.fromEntries(span.attributes.map(({ name, value }) => [name, value])),
    links: span.links.map((link) => `${link.traceId}-${link.spanId}`),
  };
  const times = `${Math.round(startMs * 1000)} ${Math.round((endMs - startMs) * 1000)}`;
  const text = `${trace} ${id} ${times} ${isFailed ? 1 : 0} ${JSON.stringify(body)}`;
  return { head, origin: { service, instance }, text };
}

import type { RecordedSpan } from '../otlp-spans.ts';

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

/** A request of OTLP in JSON, as the exporter of OpenTelemetry writes it. */
export const otlpOf = (spans: readonly unknown[], service: unknown = 'order') => ({
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: service } },
          { key: 'service.instance.id', value: { stringValue: 'one' } },
        ],
        droppedAttributesCount: 0,
      },
      scopeSpans: [{ scope: { name: 'marigold' }, spans }],
    },
  ],
});

export const otlpSpan = (given: object = {}) => ({
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'POST /graphql',
  kind: 2,
  startTimeUnixNano: '1764342000000500000',
  endTimeUnixNano: '1764342000002750000',
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  status: { code: 0 },
  links: [],
  droppedLinksCount: 0,
  ...given,
});

import { describe, expect, test } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { readSpans } from '../otlp-spans.ts';
import { otlpOf, otlpSpan, traceId } from './spans.ts';

const read = (spans: readonly unknown[], service?: unknown) => readSpans(JSON.stringify(otlpOf(spans, service)));

describe('the spans of a message', () => {
  test('are what the exporter of OpenTelemetry wrote', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      resource: new Resource({ 'service.name': 'order', 'service.instance.id': 'one' }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const attributes = { text: 'x', whole: 3, part: 1.5, yes: true, list: ['a', 'b'] };
    const span = provider.getTracer('test').startSpan('fetch cart', { kind: SpanKind.CLIENT, attributes, startTime: 1_764_342_000_000 });
    span.setStatus({ code: 2 }).end(1_764_342_000_020);
    const message = Buffer.from(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? []).toString();

    expect(readSpans(message)).toEqual({
      skipped: 0,
      spans: [
        {
          traceId: span.spanContext().traceId,
          id: span.spanContext().spanId,
          parentId: null,
          service: 'order',
          instance: 'order/one',
          name: 'fetch cart',
          kind: 'CLIENT',
          startMs: 1_764_342_000_000,
          endMs: 1_764_342_000_020,
          isFailed: true,
          attributes: [
            { name: 'text', value: 'x' },
            { name: 'whole', value: '3' },
            { name: 'part', value: '1.5' },
            { name: 'yes', value: 'true' },
            { name: 'list', value: 'a, b' },
          ],
          links: [],
        },
      ],
    });
  });

  test.each([null, '', '{', 'null', '[]', '7', '{"resourceSpans":{}}', '{"resourceSpans":[{}]}'])(
    'are none in %p, which is counted',
    (message) => {
      expect(readSpans(message)).toEqual({ spans: [], skipped: 1 });
    },
  );

  test.each([
    ['no object', 7],
    ['a trace id of another form', otlpSpan({ traceId: 'AF' })],
    ['a trace id of zeros', otlpSpan({ traceId: '0'.repeat(32) })],
    ['a span id of zeros', otlpSpan({ spanId: '0'.repeat(16) })],
    ['a parent that is none', otlpSpan({ parentSpanId: '<script>' })],
    ['no name', otlpSpan({ name: undefined })],
    ['an end before its beginning', otlpSpan({ endTimeUnixNano: '1764342000000499000' })],
    ['a time that is none', otlpSpan({ startTimeUnixNano: 'yesterday' })],
    ['a time that no calendar has', otlpSpan({ startTimeUnixNano: '9'.repeat(20), endTimeUnixNano: '9'.repeat(20) })],
    ['a negative time', otlpSpan({ startTimeUnixNano: -1 })],
    ['a kind that is none', otlpSpan({ kind: 9 })],
    ['attributes that are none', otlpSpan({ attributes: [null] })],
  ])('do not have one with %s, and those beside it are read', (_, junk) => {
    const { spans, skipped } = read([otlpSpan(), junk]);

    expect([spans.map(({ id }) => id), skipped]).toEqual([['b7ad6b7169203331'], 1]);
  });

  test('that no service sent are skipped', () => {
    expect(read([otlpSpan(), otlpSpan()], '')).toEqual({ spans: [], skipped: 2 });
    expect(read([otlpSpan()], 7)).toEqual({ spans: [], skipped: 1 });
  });

  test('are cut where they are very long', () => {
    const attributes = Array.from({ length: 1000 }, (_, at) => ({
      key: `${at}${'k'.repeat(5000)}`,
      value: { stringValue: 'v'.repeat(50_000) },
    }));
    const links = Array.from({ length: 1000 }, () => ({ traceId, spanId: 'b7ad6b7169203331' }));
    const [span] = read([otlpSpan({ name: 'n'.repeat(50_000), attributes, links })]).spans;

    expect(JSON.stringify(span).length).toBeLessThan(200_000);
    expect([span?.name.length, span?.attributes.length, span?.links.length]).toEqual([200, 64, 64]);
  });

  test('leave out the attributes that have no text', () => {
    const attributes = [{ key: 'bytes', value: { bytesValue: 'AA==' } }, { key: 'nothing' }, { key: 'text', value: { stringValue: 'x' } }];

    expect(read([otlpSpan({ attributes })]).spans[0]?.attributes).toEqual([{ name: 'text', value: 'x' }]);
  });
});

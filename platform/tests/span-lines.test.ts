import { describe, expect, test } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type ReadLines, readLines, readSpan, spanLine } from '../tracing/span-lines.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const id = 'b7ad6b7169203331';
const headers = { service: 'order', instance: 'one' };
const head = `${traceId} ${id} 1764342000000500 2250 0`;
const body = { name: 'POST /graphql', kind: 1, attributes: {} };
const lineWith = (given: object = {}) => `${head} ${JSON.stringify({ ...body, ...given })}`;
const spansOf = ({ lines }: ReadLines) => lines.map(readSpan);

describe('the spans of a message', () => {
  test('are what OpenTelemetry recorded', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ resource: new Resource({}), spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = provider.getTracer('test');
    const attributes = { text: 'a\n"b" – ạ', whole: 3, part: 1.5, yes: true, list: ['a', 'b'] };
    const options = {
      kind: SpanKind.CLIENT,
      attributes,
      startTime: 1_764_342_000_000,
      links: [{ context: { traceId, spanId: id, traceFlags: 1 } }],
    };
    const span = tracer.startSpan('fetch cart', options);
    span.setStatus({ code: 2 }).end(1_764_342_000_020.5);
    tracer.startSpan('send', { kind: SpanKind.PRODUCER }).end();
    const read = readLines(exporter.getFinishedSpans().map(spanLine).join('\n'), headers);

    expect(read.skipped).toBe(0);
    expect(spansOf(read)).toEqual([
      {
        traceId: span.spanContext().traceId,
        id: span.spanContext().spanId,
        parentId: null,
        service: 'order',
        instance: 'order/one',
        name: 'fetch cart',
        kind: 'CLIENT',
        startMs: 1_764_342_000_000,
        endMs: 1_764_342_000_020.5,
        isFailed: true,
        attributes: [
          { name: 'text', value: 'a\n"b" – ạ' },
          { name: 'whole', value: '3' },
          { name: 'part', value: '1.5' },
          { name: 'yes', value: 'true' },
          { name: 'list', value: 'a, b' },
        ],
        links: [{ traceId, spanId: id }],
      },
      expect.objectContaining({ name: 'send', kind: 'PRODUCER', isFailed: false, links: [] }),
    ]);
  });

  test.each([null, '', '\n', '{', '[]', '{"resourceSpans":[]}'])('are none in %p, which is counted', (message) => {
    expect(readLines(message, headers)).toEqual({ lines: [], skipped: 1 });
  });

  test.each([
    ['a trace id of another form', lineWith().replace(traceId, 'AF')],
    ['a trace id of zeros', lineWith().replace(traceId, '0'.repeat(32))],
    ['a span id of zeros', lineWith().replace(id, '0'.repeat(16))],
    ['a time that is none', lineWith().replace('1764342000000500', 'yesterday')],
    ['a negative time', lineWith().replace('1764342000000500', '-1')],
    ['a time that no calendar has', lineWith().replace('1764342000000500', '9'.repeat(16))],
    ['an end before its beginning', lineWith().replace(' 2250 ', ' -1 ')],
    ['more than a span takes', lineWith({ name: 'n'.repeat(70_000) })],
  ])('do not have one with %s, and those beside it are read', (_, junk) => {
    const { lines, skipped } = readLines([lineWith(), junk].join('\n'), headers);

    expect([lines.map((line) => line.head.id), skipped]).toEqual([[id], 1]);
  });

  test.each([
    ['a parent that is none', lineWith({ parent: '<script>' })],
    ['no name', lineWith({ name: undefined })],
    ['a kind that is none', lineWith({ kind: 9 })],
    ['attributes that are none', lineWith({ attributes: null })],
    ['a link that is none', lineWith({ links: ['x'] })],
    ['a body that is no JSON', `${head} {`],
  ])('are not shown with %s', (_, junk) => {
    expect(spansOf(readLines(junk, headers))).toEqual([null]);
  });

  test('that no service sent are skipped', () => {
    expect(readLines([lineWith(), lineWith()].join('\n'), {})).toEqual({ lines: [], skipped: 2 });
  });

  test('are cut where they are very long', () => {
    const attributes = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}${'k'.repeat(210)}`, 'v'.repeat(200)]));
    const long = { long: 'v'.repeat(5000), ...attributes };
    const links = Array.from({ length: 100 }, () => `${traceId}-${id}`);
    const [span] = spansOf(readLines(lineWith({ name: 'n'.repeat(5000), attributes: long, links: links.slice(0, 90) }), headers));

    expect([span?.name.length, span?.attributes.length, span?.links.length]).toEqual([200, 64, 64]);
    expect(Math.max(...(span?.attributes ?? []).map(({ name, value }) => name.length + value.length))).toBeLessThanOrEqual(2200);
  });

  test('leave out the attributes that have no text', () => {
    const attributes = { bytes: { a: 1 }, nothing: null, text: 'x' };

    expect(spansOf(readLines(lineWith({ attributes }), headers))[0]?.attributes).toEqual([{ name: 'text', value: 'x' }]);
  });
});

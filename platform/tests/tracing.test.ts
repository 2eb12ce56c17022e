import { describe, expect, test } from '@jest/globals';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { summaryOf } from '../postgres/traced-statements.ts';
import { newTraceparent } from '../tracing/new-traceparent.ts';
import { inEntrySpan, inSpan, isRecording } from '../tracing/spans.ts';
import { contextOf, currentTraceId, currentTraceparent, withTraceparent } from '../tracing/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampled = `00-${traceId}-b7ad6b7169203331-01`;

function record() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { tracer: provider.getTracer('test'), finished: () => exporter.getFinishedSpans() };
}

describe('a trace context', () => {
  test.each([
    undefined,
    '',
    'nonsense',
    `01-${traceId}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
  ])('begins anew for %p', (traceparent) => {
    expect(contextOf(traceparent)).toBeUndefined();
    expect(withTraceparent(traceparent, currentTraceId)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(withTraceparent(traceparent, currentTraceparent)).toMatch(/-00$/);
  });

  test('goes on, also where nothing is recorded', () => {
    expect(withTraceparent(sampled, currentTraceparent)).toBe(sampled);
    expect(inEntrySpan(null, 'entry', { traceparent: sampled }, currentTraceparent)).toBe(sampled);
    expect(newTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  test('of a stranger keeps its id and does not make others record', () => {
    const inside = inEntrySpan(null, 'entry', { traceparent: sampled, isTrusted: false }, currentTraceparent);

    expect(inside).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-00$`));
  });
});

describe('spans', () => {
  test('are children of what runs, through awaits, and end with their work', async () => {
    const { tracer, finished } = record();
    await inEntrySpan(tracer, 'entry', { traceparent: sampled }, async () => {
      await Promise.resolve();
      await inSpan('child', {}, async () => Promise.resolve());
    });
    const [child, entry] = finished();

    expect([child?.name, child?.parentSpanId]).toEqual(['child', entry?.spanContext().spanId]);
    expect([entry?.name, entry?.parentSpanId, entry?.spanContext().traceId]).toEqual(['entry', 'b7ad6b7169203331', traceId]);
  });

  test('of two services in one process are recorded by each for itself', async () => {
    const [one, other] = [record(), record()];
    await inEntrySpan(one.tracer, 'request', { traceparent: undefined }, () =>
      inEntrySpan(other.tracer, 'served elsewhere', { traceparent: currentTraceparent() }, () =>
        inSpan('statement', {}, async () => undefined),
      ),
    );

    expect(one.finished().map(({ name }) => name)).toEqual(['request']);
    expect(other.finished().map(({ name }) => name)).toEqual(['statement', 'served elsewhere']);
  });

  test('fail with the class of the error, without its message', async () => {
    const { tracer, finished } = record();
    const broken = inEntrySpan(tracer, 'entry', { traceparent: undefined }, async () => {
      throw Object.assign(new Error('the card of Linh, 4242'), { code: '23505' });
    });
    await expect(broken).rejects.toThrow('Linh');

    expect(finished()[0]?.status).toEqual({ code: 2, message: '23505' });
    expect(JSON.stringify(finished()[0]?.attributes)).not.toContain('Linh');
  });

  test('cost nothing where nothing is recorded', () => {
    expect(inEntrySpan(null, 'entry', { traceparent: sampled }, () => inSpan('child', {}, isRecording))).toBe(false);
  });
});

describe('the summary of a statement', () => {
  test.each([
    ['SELECT id FROM orders WHERE id = $1', 'SELECT orders'],
    ['INSERT INTO inbox (consumer, id) SELECT $1, id FROM unnest($2::text[]) AS id ON CONFLICT DO NOTHING', 'INSERT inbox'],
    [
      'WITH moved AS (UPDATE orders SET status = $1 RETURNING id) INSERT INTO order_history SELECT id FROM moved',
      'UPDATE orders order_history',
    ],
    ['SELECT id FROM orders FOR UPDATE SKIP LOCKED', 'SELECT orders'],
    ['DELETE FROM "held_lines" WHERE cart_id = $1', 'DELETE held_lines'],
    ['BEGIN', 'BEGIN'],
  ])('%s', (text, summary) => {
    expect(summaryOf(text)).toBe(summary);
  });
});

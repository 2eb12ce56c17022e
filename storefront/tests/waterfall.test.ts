import { describe, expect, test } from '@jest/globals';
import { rowsOf, type Span, type Trace, tracesOf } from '../pages/admin/trace/waterfall.ts';

const aSpan = (id: string, given: Partial<Span> = {}): Span => ({
  id,
  parentId: null,
  service: 'order',
  name: id,
  kind: 'INTERNAL',
  startedAtMs: 0,
  durationMs: 10,
  isFailed: false,
  errorType: null,
  attributes: [],
  links: [],
  ...given,
});
const traceOf = (spans: Span[]): Trace => ({ id: 'a', startedAt: '2026-11-22T10:00:00.000Z', durationMs: 100, spans });
const tree = (spans: Span[], showsStatements = false) =>
  rowsOf(traceOf(spans), showsStatements).map(({ span, depth }) => `${'  '.repeat(depth)}${span.id}`);
const statement = { attributes: [{ name: 'db.system.name', value: 'postgresql' }] };

describe('the rows of a trace', () => {
  test('stand below their parents, as they began', () => {
    const spans = [aSpan('a'), aSpan('b', { parentId: 'a' }), aSpan('c', { parentId: 'a' }), aSpan('d', { parentId: 'b' })];

    expect(tree(spans)).toEqual(['a', '  b', '    d', '  c']);
  });

  test('have statements only on request, but those that failed', () => {
    const spans = [aSpan('a'), aSpan('s', { parentId: 'a', ...statement }), aSpan('f', { parentId: 'a', isFailed: true, ...statement })];

    expect(tree(spans)).toEqual(['a', '  f']);
    expect(tree(spans, true)).toEqual(['a', '  s', '  f']);
  });

  test('are all there, whatever the parents are', () => {
    const spans = [
      aSpan('a', { parentId: 'b' }),
      aSpan('b', { parentId: 'a' }),
      aSpan('c', { parentId: 'c' }),
      aSpan('d', { parentId: 'gone' }),
    ];

    expect(
      tree(spans)
        .map((row) => row.trim())
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  test('have bars that lie on the axis, and can be seen', () => {
    const bar = (startedAtMs: number, durationMs: number) => {
      const [row] = rowsOf(traceOf([aSpan('a', { startedAtMs, durationMs })]), false);
      return [row?.x, row?.width];
    };

    expect(bar(0, 100)).toEqual([0, 1000]);
    expect(bar(50, 25)).toEqual([500, 250]);
    expect(bar(100, 0)).toEqual([996, 4]);
    expect(rowsOf({ ...traceOf([aSpan('a', { durationMs: 0 })]), durationMs: 0 }, false)[0]).toMatchObject({ x: 0, width: 4 });
  });

  test('tell failures, messages and their events apart', () => {
    const attributes = [{ name: 'cloudevents.event_type', value: 'order.paid' }];
    const rows = rowsOf(traceOf([aSpan('a', { isFailed: true }), aSpan('b', { kind: 'PRODUCER', attributes }), aSpan('c')]), false);

    expect(rows.map(({ tone, detail }) => [tone, detail])).toEqual([
      ['failed', null],
      ['message', 'order.paid'],
      ['work', null],
    ]);
  });
});

test('the traces of an order are named by the first event of each', () => {
  const event = (type: string, second: number, traceId: string | null) => ({ type, at: `2026-11-22T10:00:0${second}.000Z`, traceId });

  expect(
    tracesOf([event('order.shipped', 5, 't2'), event('order.created', 1, 't1'), event('order.paid', 2, 't1'), event('x', 3, null)]),
  ).toEqual([
    { traceId: 't1', type: 'order.created', at: '2026-11-22T10:00:01.000Z' },
    { traceId: 't2', type: 'order.shipped', at: '2026-11-22T10:00:05.000Z' },
  ]);
});

import { describe, expect, test } from '@jest/globals';
import type { RecordedSpan } from '#platform/tracing/span-lines.ts';
import { correctClocks } from '../clock-skew.ts';
import { aSpan } from './spans.ts';

/** A checkout on one clock: the gateway calls order, which publishes; product processes that and publishes; order processes that. */
const checkout = [
  aSpan({ id: 'request', service: 'gateway', kind: 'SERVER', startMs: 1000, endMs: 1030 }),
  aSpan({ id: 'fetch', parentId: 'request', service: 'gateway', kind: 'CLIENT', startMs: 1002, endMs: 1028 }),
  aSpan({ id: 'served', parentId: 'fetch', kind: 'SERVER', startMs: 1004, endMs: 1026 }),
  aSpan({ id: 'created', parentId: 'served', kind: 'PRODUCER', startMs: 1020, endMs: 1040 }),
  aSpan({ id: 'reserve', parentId: 'created', service: 'product', kind: 'CONSUMER', startMs: 1045, endMs: 1060 }),
  aSpan({ id: 'statement', parentId: 'reserve', service: 'product', kind: 'CLIENT', startMs: 1046, endMs: 1050 }),
  aSpan({ id: 'reserved', parentId: 'reserve', service: 'product', kind: 'PRODUCER', startMs: 1058, endMs: 1064 }),
  aSpan({ id: 'await payment', parentId: 'reserved', kind: 'CONSUMER', startMs: 1070, endMs: 1080 }),
];

const ahead = (spans: readonly RecordedSpan[], shifts: Readonly<Record<string, number>>) =>
  spans.map((span) => ({ ...span, startMs: span.startMs + (shifts[span.service] ?? 0), endMs: span.endMs + (shifts[span.service] ?? 0) }));
/** By how many ms each service was moved away from what was really so. */
const errorsOf = (spans: readonly RecordedSpan[]) =>
  Object.fromEntries(spans.map(({ id, service, startMs }) => [service, startMs - (checkout.find((span) => span.id === id)?.startMs ?? 0)]));

describe('the clocks of a trace', () => {
  test('are left alone where they agree', () => {
    expect(correctClocks(checkout)).toEqual(checkout);
  });

  test.each([{ order: 3000 }, { order: -3000 }, { product: 3000 }, { product: -3000 }, { order: 3000, product: -3000 }])(
    'that disagree by %j give back the order of what happened',
    (shifts) => {
      const corrected = correctClocks(ahead(checkout, shifts));

      for (const ms of Object.values(errorsOf(corrected))) expect(Math.abs(ms)).toBeLessThan(15);
      for (const { parentId, startMs } of corrected) {
        const parent = corrected.find(({ id }) => id === parentId);
        expect(startMs).toBeGreaterThanOrEqual(parent?.startMs ?? startMs);
      }
    },
  );

  test('of a service are moved together: what it did by itself stays as far apart', () => {
    const corrected = correctClocks(ahead(checkout, { product: -3000 }));
    const startOf = (id: string) => corrected.find((span) => span.id === id)?.startMs ?? 0;

    expect([startOf('statement') - startOf('reserve'), startOf('reserved') - startOf('reserve')]).toEqual([1, 13]);
  });

  test('of two copies of a service are two', () => {
    const copy = {
      id: 'cancel',
      parentId: 'reserved',
      instance: 'order/2',
      kind: 'CONSUMER',
      startMs: 1075 - 3000,
      endMs: 1085 - 3000,
    } as const;
    const corrected = correctClocks([...checkout, aSpan(copy)]);

    expect(corrected.slice(0, -1)).toEqual(checkout);
    expect(corrected.at(-1)).toMatchObject({ startMs: 1058, endMs: 1068 });
  });

  test('leave what waited for its message, and what nobody waited for, where it is', () => {
    const late = aSpan({ id: 'mail', parentId: 'created', service: 'mail', kind: 'CONSUMER', startMs: 9000, endMs: 9010 });
    const long = aSpan({ id: 'charge', parentId: 'fetch', service: 'payment', kind: 'SERVER', startMs: 1010, endMs: 3000 });

    expect(correctClocks([...checkout, late, long])).toEqual([...checkout, late, long]);
  });

  test.each([
    ['no span', []],
    ['a lost parent', [aSpan({ id: 'a', parentId: 'gone' }), aSpan({ id: 'b', parentId: 'gone', service: 'cart', startMs: 5 })]],
    ['a circle', [aSpan({ id: 'a', parentId: 'b' }), aSpan({ id: 'b', parentId: 'a', service: 'cart' })]],
    ['its own parent', [aSpan({ id: 'a', parentId: 'a' })]],
  ])('are corrected to the end with %s', (_, spans) => {
    expect(correctClocks(spans)).toHaveLength(spans.length);
  });
});

import { describe, expect, test } from '@jest/globals';
import { readDifference, readEuros, readWhole, writeEuros } from '../pages/admin/catalogue/euros.ts';
import {
  checkDraft,
  type Draft,
  draftOf,
  mergeDrafts,
  moved,
  problemsByField,
  toNewProduct,
  toUpdate,
} from '../pages/admin/catalogue/product-draft.ts';
import { fitInside } from '../pages/admin/catalogue/shrink.ts';
import { areSame, changedSwitches, isAnyOn, noFaults, toFaults, toSwitches } from '../pages/admin/faults/faults.ts';
import { readable } from '../pages/admin/operations/payload.ts';
import { sumUp } from '../pages/admin/operations/vitals.ts';
import { correctedOrdersAddress, ordersVariables, readOrdersFilter, writeOrdersFilter } from '../pages/admin/orders/orders-filter.ts';
import { actsIn, noteInMessages, timelineOf } from '../pages/admin/story/timeline.ts';

describe('euros', () => {
  test.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12,50', 1250],
    [' 12.05 € ', 1205],
    ['0.01', 1],
    ['10000', 1_000_000],
    ['19.99', 1999],
    ['1 234,50', 123_450],
  ])('"%s" is %d cents', (text, cents) => {
    expect(readEuros(text)).toBe(cents);
  });

  test.each(['', '0', '0,00', '1,234', '1.234,50', '12.505', '-5', '1e3', '10000.01', '٣', '12.', '.5', 'abc', '99999999'])(
    '"%s" is no price',
    (text) => {
      expect(readEuros(text)).toBeNull();
    },
  );

  test('stand in a field as they are read from it', () => {
    expect([1, 99, 100, 1250, 1_000_000].map((cents) => readEuros(writeEuros(cents)))).toEqual([1, 99, 100, 1250, 1_000_000]);
    expect(writeEuros(1205)).toBe('12.05');
  });
});

describe('whole numbers', () => {
  test('have a sign, also the one of books, and limits', () => {
    const read = (text: string) => readWhole(text, { least: -5, most: 5 });
    expect(['5', '+5', '-5', '−5', ' 0 '].map(read)).toEqual([5, 5, -5, -5, 0]);
    expect(['6', '-6', '', '1.5', '1e1', '- 5', '0x1'].map(read)).toEqual(Array(7).fill(null));
  });

  test('of a difference are never 0', () => {
    expect(['0', '-0', '+0'].map(readDifference)).toEqual([null, null, null]);
    expect(readDifference('-2')).toBe(-2);
  });
});

const draft: Draft = {
  sku: 'CUP-1',
  name: 'Cup',
  description: '',
  category: 'Cups',
  price: '7.00',
  stock: '3',
  images: [{ url: '/pictures/cup.svg', alt: 'A cup' }],
};

describe('a product in its fields', () => {
  test('is good when every field is', () => {
    expect(checkDraft(draft)).toEqual({});
    expect(toNewProduct({ ...draft, name: ' Cup ' })).toMatchObject({ name: 'Cup', price: 700, stock: 3, images: draft.images });
  });

  test('has its number with hyphens, whichever dash was pasted', () => {
    const pasted = { ...draft, sku: ' CUP\u20111\u2013２ ' };
    expect(checkDraft(pasted)).toEqual({});
    expect(toNewProduct(pasted).sku).toBe('CUP-1-2');
  });

  test.each<[keyof Draft, string]>([
    ['sku', 'cup 1'],
    ['sku', ''],
    ['name', '  '],
    ['name', 'x'.repeat(121)],
    ['description', 'x'.repeat(4001)],
    ['category', ''],
    ['price', '0'],
    ['stock', '-1'],
  ])('has its problem at %s for "%.12s"', (field, value) => {
    expect(checkDraft({ ...draft, [field]: value })).toEqual({ [field]: field });
  });

  test('has its problems at the picture that they are of', () => {
    const images = [...draft.images, { url: 'http://a/b.png', alt: 'B' }, { url: '//a/b.png', alt: ' ' }];
    expect(checkDraft({ ...draft, images })).toEqual({ 'images.1.url': 'url', 'images.2.url': 'url', 'images.2.alt': 'alt' });
    expect(checkDraft({ ...draft, images: Array(11).fill(draft.images[0]) })).toEqual({ images: 'images' });
  });

  test('sends the graph only what was changed', () => {
    const before = draftOf({ ...draft, category: { name: 'Cups' }, price: { amount: 700 } });

    const asked = { id: 'p1', expectedVersion: 3 };
    expect(toUpdate('p1', before, before, 3)).toEqual(asked);
    expect(toUpdate('p1', before, { ...before, price: '7,5' }, 3)).toEqual({ ...asked, price: 750 });
    expect(toUpdate('p1', before, { ...before, images: [], description: ' New ' }, 3)).toEqual({
      ...asked,
      images: [],
      description: 'New',
    });
  });

  test('keeps typed values beside what another edit has changed', () => {
    const before = { ...draft, name: 'Cup', price: '7.00', description: 'Old.' };
    const mine = { ...before, name: 'My cup', price: '8.00' };
    const theirs = { ...before, price: '9.00', description: 'New.', images: [] };

    expect(mergeDrafts(before, mine, theirs)).toEqual({
      draft: { ...theirs, name: 'My cup', price: '8.00' },
      changed: [
        { field: 'description', before: null, theirs: null, isMine: false },
        { field: 'price', before: '7.00', theirs: '9.00', isMine: true },
        { field: 'pictures', before: null, theirs: null, isMine: false },
      ],
    });
    expect(mergeDrafts(before, { ...before, price: '9.00' }, theirs).changed).toContainEqual({
      field: 'price',
      before: '7.00',
      theirs: '9.00',
      isMine: false,
    });
  });

  test('shows the problems of the graph at their fields', () => {
    const problems = ['products.0.price', 'input.name', 'images.1.alt', 'products.0.images.2.url', 'id'].map((field) => ({ field }));
    expect(problemsByField(problems)).toEqual({ price: 'price', name: 'name', 'images.1.alt': 'alt', 'images.2.url': 'url' });
  });

  test('has pictures that change places, but not beyond the ends', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ url: `/${name}`, alt: name }));
    const all = [a, b, c].flatMap((one) => one ?? []);
    const names = (images: readonly { alt: string }[]) => images.map(({ alt }) => alt).join('');
    expect([names(moved(all, 1, -1)), names(moved(all, 1, 1)), names(moved(all, 0, -1)), names(moved(all, 2, 1))]).toEqual([
      'bac',
      'acb',
      'abc',
      'abc',
    ]);
  });

  test('has pictures no longer than 1200 px on a side, in their own shape', () => {
    expect(fitInside(2400, 1200)).toEqual({ width: 1200, height: 600 });
    expect(fitInside(800, 600)).toEqual({ width: 800, height: 600 });
    expect(fitInside(10_000, 1)).toEqual({ width: 1200, height: 1 });
  });
});

describe('the story of an order', () => {
  const event = (id: string, type: string, ms: number, recordedMs = ms) => ({
    id,
    type,
    service: type.split('.')[0] ?? '',
    at: new Date(ms).toISOString(),
    recordedAt: new Date(recordedMs).toISOString(),
    traceId: null,
    note: null,
  });

  test('is one line in the order of time, each event once, with the time between them', () => {
    const line = timelineOf([
      event('c', 'order.paid', 1400),
      event('a', 'order.created', 1000),
      event('b', 'payment.succeeded', 1360),
      event('a', 'order.created', 1000),
    ]);

    expect(line.map(({ id, gapMs, sinceStartMs, tone }) => [id, gapMs, sinceStartMs, tone])).toEqual([
      ['a', null, 0, 'waiting'],
      ['b', 360, 360, 'done'],
      ['c', 40, 400, 'done'],
    ]);
  });

  test('keeps events of one moment in the order in which they were written down', () => {
    const line = timelineOf([event('b', 'payment.failed', 1000, 1002), event('a', 'order.created', 1000, 1001)]);
    expect(line.map(({ id, gapMs }) => [id, gapMs])).toEqual([
      ['a', null],
      ['b', 0],
    ]);
    expect(timelineOf([])).toEqual([]);
  });

  test('offers what its status allows, and nothing at its end', () => {
    expect(actsIn('PAID')).toEqual(['ship', 'refund', 'cancel']);
    expect(actsIn('SHIPPED')).toEqual(['deliver', 'refund']);
    expect((['DELIVERED', 'CANCELLED', 'REFUNDED'] as const).flatMap(actsIn)).toEqual([]);
  });
});

describe('what an event adds', () => {
  const names = [{ OUT_OF_STOCK: 'Out of stock' }, { CARD_DECLINED: 'The bank said no.' }];
  const money = ({ amount, currency }: { amount: number; currency: string }) => `${currency}:${amount}`;

  test.each([
    ['OUT_OF_STOCK', 'Out of stock'],
    ['CARD_DECLINED', 'The bank said no.'],
    ['25.99 EUR', 'EUR:2599'],
    ['0.05 EUR', 'EUR:5'],
    ['A_REASON_OF_TOMORROW', 'A_REASON_OF_TOMORROW'],
    ['toString', 'toString'],
  ])('"%s" is shown as "%s"', (note, text) => {
    expect(noteInMessages(note, names, money)).toBe(text);
  });
});

describe('fault switches', () => {
  const off = { declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0, changedAt: null };

  test('are on when one of them is', () => {
    expect([isAnyOn(off), isAnyOn(null), isAnyOn({ ...off, delayMs: 100 }), isAnyOn({ ...off, repeatRate: 0.05 })]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('are shown in percent and sent as shares', () => {
    const faults = toFaults({ ...off, declineRate: 0.55, lostAnswerRate: 0.3 });
    expect(faults).toEqual({ ...noFaults, declinePercent: 55, lostAnswerPercent: 30 });
    expect(changedSwitches(faults, { ...faults, delayMs: 700 })).toEqual({ delayMs: 700 });
    expect(toSwitches(faults)).toEqual({ declineRate: 0.55, delayMs: 0, lostAnswerRate: 0.3, repeatRate: 0 });
    expect([areSame(faults, { ...faults }), areSame(faults, noFaults)]).toEqual([true, false]);
  });
});

describe('all orders', () => {
  test('are searched by the filters of the address', () => {
    const filter = readOrdersFilter(new URLSearchParams('search=%207k3q%20linh&status=PAID&customer=c1'));
    expect(ordersVariables(filter)).toEqual({ search: '7k3q linh', status: 'PAID', customerId: 'c1' });
    expect(readOrdersFilter(new URLSearchParams(writeOrdersFilter(filter)))).toEqual({ ...filter, search: '7k3q linh' });
  });

  test('are all there when an address makes no sense', () => {
    expect(ordersVariables(readOrdersFilter(new URLSearchParams('search=%20&status=LOST')))).toEqual({});
    expect(writeOrdersFilter(readOrdersFilter(new URLSearchParams('?')))).toBe('');
    const corrected = (query: string) => correctedOrdersAddress(new URLSearchParams(query));
    expect(['status=LOST&search=linh', 'status=paid', 'status=PAID', 'status='].map(corrected)).toEqual(['search=linh', '', null, null]);
  });
});

describe('the gauges', () => {
  const component = {
    name: 'order',
    kind: 'SUBGRAPH',
    ready: true,
    unhealthyReason: null,
    answeredInMs: 3,
    memoryMb: 90,
    startedAt: null,
  } as const;

  test('are the sums of all components', () => {
    const sums = sumUp({
      components: [
        { ...component, outbox: { messages: 3, oldestSeconds: 9 } },
        { ...component, ready: false, outbox: { messages: 2, oldestSeconds: 4 } },
        { ...component, outbox: null },
      ],
      consumers: [4, 0, 1].map((lag) => ({ id: `${lag}`, group: 'g', service: 's', topic: 't', lag, members: 1 })),
      deadLetters: { totalCount: 2 },
    });
    expect(sums).toEqual({
      components: { count: 3, ready: 2, waiting: 5, oldestSeconds: 9 },
      consumers: { lag: 5, behind: 2 },
      deadLetters: 2,
    });
  });

  test('are unknown, and not zero, where they could not be loaded', () => {
    const unknown = { components: null, consumers: null, deadLetters: null };
    expect(sumUp(unknown)).toEqual(unknown);
    expect(sumUp({ components: [], consumers: [], deadLetters: { totalCount: 0 } })).toMatchObject({
      consumers: { lag: 0 },
      deadLetters: 0,
    });
  });
});

test('a payload is shown as people read JSON, and as it came when it is none', () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable('{"a":')).toBe('{"a":');
});

import { describe, expect, test } from '@jest/globals';
import type { OrderStatus } from '../../schema/operations/storefront.types.ts';
import {
  awaitedIn,
  canCancel,
  emptyStory,
  endingOf,
  heldOf,
  knotsOf,
  type LiveOrder,
  learn,
  nextShown,
  type Story,
  waitedMs,
  wayBackFrom,
} from '../pages/order/timeline.ts';

const startMs = Date.parse('2026-11-22T18:00:00.000Z');
const at = (ms: number) => new Date(startMs + ms).toISOString();
const money = { __typename: 'Money' as const, amount: 1250, currency: 'EUR' as const };

type Entry = readonly [status: OrderStatus, ms: number, cause: string];
const bought: readonly Entry[] = [
  ['PENDING', 0, 'placed by customer'],
  ['AWAITING_PAYMENT', 40, 'inventory.reserved'],
  ['PAID', 95, 'payment.succeeded'],
  ['SHIPPED', 9000, 'shipped by admin'],
];

/** The update of an event at this version for an order with this history, of which it may contain less. */
function event(history: readonly Entry[], version: number, more: Partial<LiveOrder> & { knows?: number } = {}): LiveOrder {
  const { knows = version, ...fields } = more;
  const entries = history.map(([status, ms, cause], index) => ({ version: index + 1, status, at: at(ms), cause }));
  const present = entries[version - 1];
  if (!present) throw new Error('There is no such version.');
  return {
    id: 'an order',
    number: 'M-7K3Q-92XD',
    status: present.status,
    statusSince: present.at,
    version,
    placedAt: at(0),
    cancelReason: null,
    total: money,
    lines: [],
    shippingAddress: { name: 'A', line1: 'B', line2: null, city: 'C', region: null, postalCode: '49000', country: 'VN', phone: null },
    history: entries.slice(0, knows),
    payment: null,
    ...fields,
  } as LiveOrder;
}

const tell = (events: readonly LiveOrder[], receivedAtMs = startMs): Story =>
  events.reduce((story, update) => learn(story, update, receivedAtMs), emptyStory);
const versions = (story: Story) => story.steps.map(({ version }) => version);

function permutations<T>(things: readonly T[]): T[][] {
  if (things.length <= 1) return [[...things]];
  return things.flatMap((thing, index) => permutations(things.toSpliced(index, 1)).map((rest) => [thing, ...rest]));
}

describe('the story of an order', () => {
  test('is the same in whatever order events come, and however often', () => {
    const events = [1, 2, 3, 4].map((version) => event(bought, version));
    const expected = tell(events);

    expect(versions(expected)).toEqual([1, 2, 3, 4]);
    for (const order of permutations(events)) expect(tell([...order, ...order])).toEqual(expected);
  });

  test('fills a gap from the history, and never shows a step twice', () => {
    const story = tell([event(bought, 1), event(bought, 4)]);

    expect(knotsOf(story.steps).map(({ status }) => status)).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED']);
  });

  test('shows a step at once though the history does not know it yet, and learns its cause later', () => {
    const early = tell([event(bought, 1), event(bought, 2, { knows: 1 })]);
    const later = learn(early, event(bought, 3), startMs);

    expect(knotsOf(early.steps).at(-1)).toMatchObject({ version: 2, part: null });
    expect(knotsOf(later.steps)[1]).toMatchObject({ version: 2, part: 'stockroom' });
  });

  test('leaves later entries of the history to their events', () => {
    expect(versions(tell([event(bought, 2, { knows: 3 })]))).toEqual([1, 2]);
  });

  test('keeps the newest order, and takes a fresh look at the same version', () => {
    const payment = { id: 'p', status: 'CAPTURED', method: null, failure: null, refunds: [] } as unknown as LiveOrder['payment'];
    const story = tell([event(bought, 3), event(bought, 3, { payment }), event(bought, 2)]);

    expect(story.order).toMatchObject({ version: 3, payment: { status: 'CAPTURED' } });
  });
});

describe('a knot', () => {
  test('has the time since the one before, and the service that caused it', () => {
    const story = tell([event(bought, 4)]);

    expect(knotsOf(story.steps).map(({ gapMs, part, tone }) => [gapMs, part, tone])).toEqual([
      [null, 'checkout', 'done'],
      [40, 'stockroom', 'done'],
      [55, 'payment', 'done'],
      [8905, 'shop', 'done'],
    ]);
  });

  test.each([
    ['cancelled by customer', 'you'],
    ['cancelled by admin', 'shop'],
    ['deadline passed', 'clock'],
    ['payment.failed', 'payment'],
  ] as const)('of a cancellation: %s is caused by %s', (cause, part) => {
    const story = tell([event([...bought.slice(0, 1), ['CANCELLED', 10, cause]], 2)]);

    expect(knotsOf(story.steps)[1]).toMatchObject({ part, tone: 'failed' });
  });

  test('never comes before the one before it, whatever the clocks say', () => {
    const story = tell([event([...bought.slice(0, 1), ['AWAITING_PAYMENT', -5, 'inventory.reserved']], 2)]);

    expect(knotsOf(story.steps)[1]?.gapMs).toBe(0);
  });
});

describe('the wait', () => {
  test('runs from the placement by the clock of the shop, and ends with the checkout', () => {
    expect(waitedMs(tell([event(bought, 1)], startMs + 20), startMs + 500)).toBe(500);
    expect(waitedMs(tell([event(bought, 3)], startMs + 120), startMs + 60_000)).toBe(95);
    expect(waitedMs(tell([event(bought, 4)], startMs + 9100), startMs + 60_000)).toBe(95);
  });

  test.each([
    ['an hour behind', -3_600_000],
    ['an hour ahead', 3_600_000],
  ])('is right on a clock that is %s', (_, offMs) => {
    const story = tell([event(bought, 1)], startMs + offMs);

    expect(waitedMs(story, startMs + offMs + 700)).toBe(700);
  });

  test('is nothing before the first update', () => {
    expect(waitedMs(emptyStory, startMs)).toBe(0);
  });
});

describe('an order that was cancelled', () => {
  const cancelled = (before: readonly Entry[], cause: string, fields: Partial<LiveOrder>) =>
    endingOf(tell([event([...before, ['CANCELLED', 200, cause]], before.length + 1, fields)]));
  const paid = (status: string) => ({ id: 'p', status, method: null, failure: null, refunds: [] }) as unknown as LiveOrder['payment'];

  test.each([
    ['PAYMENT_DECLINED', 2, null, 'untouched', false],
    ['OUT_OF_STOCK', 1, null, 'untouched', false],
    ['PRICE_CHANGED', 1, null, 'untouched', false],
    ['UNKNOWN_PRODUCT', 1, null, 'untouched', false],
    ['TIMED_OUT', 2, 'CHARGING', 'untouchedOrComesBack', false],
    ['TIMED_OUT', 2, 'CAPTURED', 'comesBack', false],
    ['TIMED_OUT', 2, 'REFUNDED', 'cameBack', false],
    ['BY_CUSTOMER', 1, null, 'untouchedOrComesBack', false],
    ['BY_CUSTOMER', 2, 'VOIDED', 'untouched', false],
    ['BY_CUSTOMER', 3, 'CAPTURED', 'comesBack', true],
    ['BY_CUSTOMER', 3, 'REFUNDED', 'cameBack', true],
  ] as const)(
    '%s at version %i with a payment %s: the money is %s, and that it was paid is %s',
    (cancelReason, version, payment, money, wasPaid) => {
      const fields = { cancelReason, payment: payment === null ? null : paid(payment) };

      expect(cancelled(bought.slice(0, version), 'x', fields)).toEqual({ reason: cancelReason, money, wasPaid });
    },
  );

  test('by an admin was not cancelled by the customer', () => {
    expect(cancelled(bought.slice(0, 1), 'cancelled by admin', { cancelReason: 'BY_CUSTOMER' })?.reason).toBe('BY_SHOP');
  });

  const pieces = (...all: [string, number][]) => all.map(([productId, quantity]) => ({ productId, quantity }));

  test('is followed by what the cart holds now', () => {
    const ordered = pieces(['tea', 2], ['bowl', 1]);

    expect(heldOf(ordered, undefined)).toBeNull();
    expect(heldOf(ordered, null)).toBe('none');
    const inCart = (lines: ReturnType<typeof pieces>, waiting = pieces()) => heldOf(ordered, { lines, waiting });
    expect(inCart(pieces(['cup', 9]))).toBe('none');
    expect(inCart(pieces(['tea', 1], ['bowl', 1]))).toBe('some');
    expect(inCart(pieces(['bowl', 1], ['tea', 3]))).toBe('all');
    expect(inCart(pieces(['cup', 9]), pieces(['tea', 2]))).toBe('waits');
    expect(inCart(pieces(['bowl', 1], ['tea', 3]), pieces(['cup', 2]))).toBe('all');
  });

  test.each([
    ['PAYMENT_DECLINED', 'all', true, 'card'],
    ['PAYMENT_DECLINED', 'all', false, 'cart'],
    ['PAYMENT_DECLINED', 'some', true, 'cart'],
    ['PAYMENT_DECLINED', 'none', true, 'shop'],
    ['PAYMENT_DECLINED', null, true, 'cart'],
    ['TIMED_OUT', 'all', true, 'checkout'],
    ['OUT_OF_STOCK', 'all', true, 'cart'],
    ['BY_CUSTOMER', 'none', true, 'shop'],
    ['BY_CUSTOMER', 'waits', true, 'cart'],
  ] as const)('%s with %s of it in the cart, which can be bought (%s), leads to the %s', (reason, held, canBeBought, way) => {
    expect(wayBackFrom(reason, held, canBeBought)).toBe(way);
  });

  test('or refunded is the only one with an ending', () => {
    const refunded = (status: string) =>
      endingOf(tell([event([...bought, ['REFUNDED', 900, 'refunded by admin']], 5, { payment: paid(status) })]));

    expect(refunded('CAPTURED')).toEqual({ reason: 'REFUNDED', money: 'comesBack', wasPaid: true });
    expect(refunded('REFUNDED')).toEqual({ reason: 'REFUNDED', money: 'cameBack', wasPaid: true });
    expect(endingOf(tell([event(bought, 3)]))).toBeNull();
    expect(endingOf(emptyStory)).toBeNull();
  });
});

test('nothing is waited for at the end, and only what has not left can be cancelled', () => {
  const all: OrderStatus[] = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'];

  expect(all.filter((status) => awaitedIn(status) === null)).toEqual(['DELIVERED', 'CANCELLED', 'REFUNDED']);
  expect(all.filter(canCancel)).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
});

test('what was missed is shown one by one, everything else at once', () => {
  expect(nextShown(0, 4, false)).toBe(4);
  expect(nextShown(0, 4, true)).toBe(4);
  expect(nextShown(1, 3, false)).toBe(3);
  expect(nextShown(1, 3, true)).toBe(2);
  expect(nextShown(3, 3, true)).toBe(3);
});

import { describe, expect, test } from '@jest/globals';
import { newRequestKey } from '../graph/request-key.ts';
import { createPurchases } from '../pages/checkout/purchase.ts';

function memory(kept = new Map<string, string>()) {
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

function open(storage = memory(), clock = { now: 0 }) {
  let made = 0;
  const purchases = createPurchases({ storage, newKey: () => `key-${String(++made)}`, now: () => clock.now });
  return { purchases, storage, clock };
}

const total = { amount: 1250 };
const cart = { id: 'cart', version: 3, total };

describe('the key of a purchase', () => {
  test('is the same however often the button is pressed', () => {
    const { purchases } = open();

    expect([purchases.keyOf('an', cart), purchases.keyOf('an', cart)]).toEqual(['key-1', 'key-1']);
  });

  test('survives a reload, and is shared with another tab', () => {
    const { purchases, storage } = open();
    const before = purchases.keyOf('an', cart);
    purchases.sending({ paymentMethodId: 'card-ok' });
    const reloaded = createPurchases({ storage, newKey: () => 'another', now: () => 0 });

    expect(reloaded.keyOf('an', cart)).toBe(before);
  });

  test.each([
    ['another version of the cart', 'an', { id: 'cart', version: 4, total }],
    ['another cart', 'an', { id: 'other', version: 3, total }],
    ['another total', 'an', { id: 'cart', version: 3, total: { amount: 5000 } }],
    ['another customer', 'binh', cart],
  ])('is another one for %s', (_, userId, state) => {
    const { purchases } = open();
    purchases.keyOf('an', cart);

    expect(purchases.keyOf(userId, state)).toBe('key-2');
  });

  test('is thrown away when the shop has answered', () => {
    const { purchases } = open();
    purchases.keyOf('an', cart);
    purchases.settled();

    expect(purchases.keyOf('an', cart)).toBe('key-2');
  });

  test.each(['{', '7', 'null', '{"key":"k"}', '{"userId":"an","cart":"cart/3","key":5,"sent":null,"at":0}'])(
    'is made again when the stored one is invalid: %s',
    (kept) => {
      const { purchases } = open(memory(new Map([['marigold.purchase', kept]])));

      expect(purchases.keyOf('an', cart)).toBe('key-1');
    },
  );

  test('is long enough for the shop, and never the same', () => {
    expect(newRequestKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(newRequestKey()).not.toBe(newRequestKey());
  });
});

describe('what was sent and not answered', () => {
  test('is sent with its key', () => {
    const { purchases } = open();
    purchases.keyOf('an', cart);
    purchases.sending({ paymentMethodId: 'card-ok' });

    expect(purchases.unanswered('an')).toEqual({ key: 'key-1', input: { paymentMethodId: 'card-ok' } });
  });

  test('is nothing before the button was pressed', () => {
    const { purchases } = open();
    purchases.keyOf('an', cart);

    expect(purchases.unanswered('an')).toBeNull();
  });

  test('is not shared with other users', () => {
    const { purchases } = open();
    purchases.keyOf('an', cart);
    purchases.sending({});

    expect(purchases.unanswered('binh')).toBeNull();
  });

  test('is forgotten after an hour, and with the answer', () => {
    const { purchases, clock } = open();
    purchases.keyOf('an', cart);
    purchases.sending({});
    clock.now = 3_600_000;
    const late = purchases.unanswered('an');
    clock.now = 0;
    purchases.settled();

    expect([late, purchases.unanswered('an')]).toEqual([null, null]);
  });
});

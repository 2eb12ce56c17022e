import { describe, expect, test } from '@jest/globals';
import { readQuantity } from '../design/read-quantity.ts';
import { buyableOf, leftOf, noticesOf } from '../pages/cart/line-notices.ts';
import { asChosen, nextPending, settled } from '../pages/cart/pending-quantities.ts';

const euros = (amount: number) => ({ amount, currency: 'EUR' as const });
const line = (productId: string, quantity: number, price: number) => ({
  productId,
  quantity,
  unitPrice: euros(price),
  lineTotal: euros(quantity * price),
});
const cart = { lines: [line('tea', 2, 500), line('bowl', 1, 1200)], itemCount: 3, total: euros(2200) };

describe('a number of pieces', () => {
  test.each([
    ['1', 1],
    [' 7 ', 7],
    ['99', 99],
  ])('%p is one', (text, quantity) => {
    expect(readQuantity(text)).toBe(quantity);
  });

  test.each(['', '0', '00', '-1', '1.5', '1e1', '100', '٣', 'two'])('%p is none', (text) => {
    expect(readQuantity(text)).toBeNull();
  });
});

describe('requested quantities', () => {
  test('is shown with its sums before the shop has answered', () => {
    expect(asChosen(cart, { tea: 5 })).toEqual({ lines: [line('tea', 5, 500), line('bowl', 1, 1200)], itemCount: 6, total: euros(3700) });
  });

  test('takes a line away when nothing is left of it', () => {
    expect(asChosen(cart, { bowl: 0 })).toEqual({ lines: [line('tea', 2, 500)], itemCount: 2, total: euros(1000) });
  });

  test('of what is not in the cart changes nothing', () => {
    expect(asChosen(cart, { lamp: 3 })).toEqual(cart);
  });

  test('is settled by its own answer, and not by that to an earlier quantity', () => {
    expect([settled({ tea: 5 }, 'tea', 5), settled({ tea: 5 }, 'tea', 4)]).toEqual([{}, { tea: 5 }]);
  });

  test('is sent one at a time', () => {
    expect([nextPending({}), nextPending({ tea: 5, bowl: 0 })]).toEqual([null, { productId: 'tea', quantity: 5 }]);
  });
});

describe('what there is to say of a line', () => {
  const line = { quantity: 5, notices: [], available: null, product: { availability: 'IN_STOCK' } } as const;

  test.each([
    ['nothing', line, []],
    ['that it was sold out meanwhile', { ...line, product: { availability: 'OUT_OF_STOCK' } }, ['OUT_OF_STOCK']],
    ['nothing of a shortage that is over', { ...line, notices: ['OUT_OF_STOCK'] }, []],
    [
      'both of price and of stock',
      { ...line, notices: ['PRICE_CHANGED'], product: { availability: 'LOW_STOCK' } },
      ['PRICE_CHANGED', 'LOW_STOCK'],
    ],
    ['what the cart knew, while the catalogue is away', { ...line, notices: ['LOW_STOCK'], product: null }, ['LOW_STOCK']],
    ['only that it is gone', { ...line, notices: ['NO_LONGER_SOLD', 'PRICE_CHANGED'], available: 2 }, ['NO_LONGER_SOLD']],
    ['how many are left, in place of that they are few', { ...line, available: 3, product: { availability: 'LOW_STOCK' } }, []],
    ['that none are left, whatever live updates say', { ...line, available: 0 }, ['OUT_OF_STOCK']],
  ] as const)('is %s', (_, given, notices) => {
    expect(noticesOf(given)).toEqual(notices);
  });

  test('is how many are left, when they are fewer than it asks for', () => {
    expect([3, 5, 8, null].map((available) => leftOf({ ...line, available }))).toEqual([3, null, null, null]);
    expect(leftOf({ ...line, available: 3, product: { availability: 'OUT_OF_STOCK' } })).toBeNull();
    expect(leftOf({ ...line, available: 3, notices: ['NO_LONGER_SOLD'] })).toBeNull();
  });

  test('keeps from the checkout what cannot be had, and nothing else', () => {
    const sold = { ...line, product: { availability: 'OUT_OF_STOCK' } } as const;

    expect([line, { ...line, notices: ['PRICE_CHANGED'] } as const, { ...line, available: 5 }].map(buyableOf)).toEqual([5, 5, 5]);
    expect([sold, { ...line, notices: ['NO_LONGER_SOLD'] } as const, { ...line, available: 0 }].map(buyableOf)).toEqual([0, 0, 0]);
    expect(buyableOf({ ...line, available: 2 })).toBe(2);
  });
});

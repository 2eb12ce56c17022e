import { describe, expect, test } from '@jest/globals';
import { readQuantity } from '../design/read-quantity.ts';
import { cannotBeHad, noticesOf } from '../pages/cart/line-notices.ts';
import { asWished, nextWish, settled } from '../pages/cart/wishes.ts';

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

describe('what is wished of a cart', () => {
  test('is shown with its sums before the shop has answered', () => {
    expect(asWished(cart, { tea: 5 })).toEqual({ lines: [line('tea', 5, 500), line('bowl', 1, 1200)], itemCount: 6, total: euros(3700) });
  });

  test('takes a line away when nothing is left of it', () => {
    expect(asWished(cart, { bowl: 0 })).toEqual({ lines: [line('tea', 2, 500)], itemCount: 2, total: euros(1000) });
  });

  test('of what is not in the cart changes nothing', () => {
    expect(asWished(cart, { lamp: 3 })).toEqual(cart);
  });

  test('is settled by its own answer, and not by that to an earlier wish', () => {
    expect([settled({ tea: 5 }, 'tea', 5), settled({ tea: 5 }, 'tea', 4)]).toEqual([{}, { tea: 5 }]);
  });

  test('is sent one at a time', () => {
    expect([nextWish({}), nextWish({ tea: 5, bowl: 0 })]).toEqual([null, { productId: 'tea', quantity: 5 }]);
  });
});

describe('what there is to say of a line', () => {
  test.each([
    ['nothing', null, 'IN_STOCK', []],
    ['that it was sold out meanwhile', null, 'OUT_OF_STOCK', ['OUT_OF_STOCK']],
    ['nothing of a shortage that is over', 'OUT_OF_STOCK', 'IN_STOCK', []],
    ['both of stock and of price', 'PRICE_CHANGED', 'LOW_STOCK', ['LOW_STOCK', 'PRICE_CHANGED']],
    ['what the cart knew, while the catalogue is away', 'LOW_STOCK', null, ['LOW_STOCK']],
    ['only that it is gone', 'NO_LONGER_SOLD', 'IN_STOCK', ['NO_LONGER_SOLD']],
  ] as const)('is %s', (_, notice, availability, said) => {
    expect(noticesOf({ notice, product: availability && { availability } })).toEqual(said);
  });

  test('keeps from the checkout what cannot be had, and nothing else', () => {
    const product = { availability: 'LOW_STOCK' } as const;

    expect(cannotBeHad({ notice: 'PRICE_CHANGED', product })).toBe(false);
    expect(cannotBeHad({ notice: null, product: { availability: 'OUT_OF_STOCK' } })).toBe(true);
    expect(cannotBeHad({ notice: 'NO_LONGER_SOLD', product: null })).toBe(true);
  });
});

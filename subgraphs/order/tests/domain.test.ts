import { describe, expect, test } from '@jest/globals';
import { orderStatuses } from '#kafka/contracts.ts';
import { parseInput } from '#platform/input.ts';
import { placeOrderInput } from '../commands/place-order.ts';
import { canMove, canSee, customerToList, isAsAgreed, orderNumber, readNumber, requestText, statusSince, totalOf } from '../domain.ts';
import { orderNotInStatus } from '../errors.ts';

const line = (quantity: number, amount: number) => ({ quantity, unitPrice: { amount } });
const customer = { kind: 'user', userId: 'ada', role: 'CUSTOMER' } as const;
const admin = { kind: 'user', userId: 'root', role: 'ADMIN' } as const;
const place = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' };
const address = { ...place, line2: null, region: null, phone: null };

const purchase = (changes: object = {}) => ({
  idempotencyKey: 'a-key-of-mine',
  cartVersion: 7,
  expectedTotal: { amount: 2599, currency: 'EUR' as const },
  paymentMethodId: 'card-ok',
  shippingAddress: address,
  ...changes,
});

const fieldsOf = (input: unknown) => {
  const parsed = parseInput(placeOrderInput, input);
  return parsed.ok ? [] : parsed.error.problems.map((problem) => problem.field);
};

describe('the total', () => {
  test('is the sum of the lines in minor units', () => {
    expect(totalOf([line(2, 1250), line(1, 99)])).toBe(2599);
  });

  test('of the largest cart there can be is a GraphQL Int', () => {
    expect(totalOf(Array.from({ length: 20 }, () => line(99, 1_000_000)))).toBeLessThanOrEqual(2 ** 31 - 1);
  });
});

describe('a cart', () => {
  const agreed = { cartVersion: 7, expectedTotal: { amount: 2599, currency: 'EUR' as const } };
  const lines = [line(2, 1250), line(1, 99)];

  test.each([
    ['is what was agreed to at the same version for the same total', { version: 7, lines }, true],
    ['is another at another version, though it costs the same', { version: 8, lines }, false],
    ['is another for a higher total', { version: 7, lines: [line(2, 1250), line(1, 100)] }, false],
    ['is another for a lower total', { version: 7, lines: [line(2, 1250)] }, false],
  ])('%s', (_, cart, expected) => {
    expect(isAsAgreed(cart, agreed)).toBe(expected);
  });
});

describe('an order', () => {
  test('is seen by its customer and by admins only', () => {
    expect(canSee(customer, { userId: 'ada' })).toBe(true);
    expect(canSee(admin, { userId: 'ada' })).toBe(true);
    expect(canSee(customer, { userId: 'eve' })).toBe(false);
    expect(canSee({ kind: 'guest' }, { userId: 'ada' })).toBe(false);
  });

  test('can be moved where the checkout has a row', () => {
    expect(canMove('PAID', 'shipped by admin')).toBe(true);
    expect(canMove('PENDING', 'shipped by admin')).toBe(false);
  });

  test('has a message why it cannot be moved', () => {
    for (const status of orderStatuses) {
      expect(orderNotInStatus(status)).toMatchObject({ __typename: 'OrderNotInStatus', code: 'ORDER_NOT_IN_STATUS', status });
      expect(orderNotInStatus(status).message).toMatch(/^This cannot be done: the order is .+\.$/);
    }
  });
});

describe('a spelled order number', () => {
  test.each(['M-7K3Q-92XD', 'm-7k3q-92xd', ' M 7K3Q 92XD ', '7k3q92xd', 'M7K3Q-92XD'])('is understood as %s', (said) => {
    expect(readNumber(said)).toBe('M-7K3Q-92XD');
  });

  test('may have letters where its digits look like letters', () => {
    expect(readNumber('M-OI1L-00AB')).toBe('M-0111-00AB');
  });

  test('may begin with the letter of all numbers, with it or without', () => {
    expect([readNumber('MABC-DEFG'), readNumber('M-MABC-DEFG')]).toEqual(['M-MABC-DEFG', 'M-MABC-DEFG']);
  });

  test('is read back as every number that is given out', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const number = orderNumber(new Uint8Array(8).fill(byte));
      expect(readNumber(number)).toBe(number);
    }
  });

  test.each(['', 'M', 'M-7K3Q', 'M-7K3Q-92XD1', 'M-7K3Q-92XU', 'X-7K3Q-92XD', '\u0000', "' OR 1=1", 'ÄÖÜẞ7K3Q'])(
    'is none when it is "%s"',
    (said) => {
      expect(readNumber(said)).toBe('');
    },
  );
});

describe('the moment since when an order is in its status', () => {
  const history = [1, 2].map((version) => ({ version, at: new Date(version) }));

  test('is that of its version, even when its history knows more', () => {
    expect([1, 2].map((version) => statusSince({ version }, history).getTime())).toEqual([1, 2]);
  });

  test('is missed loudly', () => {
    expect(() => statusSince({ version: 3 }, history)).toThrow('history does not know');
  });
});

describe('a list', () => {
  test("shows a customer the customer's own, and rejects another's", () => {
    expect(customerToList(customer, null)).toBe('ada');
    expect(customerToList(customer, 'ada')).toBe('ada');
    expect(customerToList(customer, 'eve')).toBe('forbidden');
  });

  test("shows an admin all customers', or one customer's", () => {
    expect(customerToList(admin, null)).toBeNull();
    expect(customerToList(admin, 'ada')).toBe('ada');
  });
});

describe('an order number', () => {
  test('is short and without letters that sound or look like others', () => {
    expect(orderNumber(Uint8Array.from([0, 1, 2, 3, 28, 29, 30, 31]))).toBe('M-0123-WXYZ');
    for (let byte = 0; byte < 256; byte += 1) expect(orderNumber(new Uint8Array(8).fill(byte))).toMatch(/^M-[^ILOU]{4}-[^ILOU]{4}$/);
  });
});

describe('two requests with one key', () => {
  test('are the same purchase when they buy the same, to the same address, with the same card', () => {
    expect(requestText(purchase())).toBe(requestText(purchase({ idempotencyKey: 'another' })));
  });

  test.each([
    ['the cart', { cartId: 'c1' }],
    ['the version of the cart', { cartVersion: 8 }],
    ['the total', { expectedTotal: { amount: 2600, currency: 'EUR' as const } }],
    ['the card', { paymentMethodId: 'card-declined' }],
    ['the address', { shippingAddress: { ...address, line2: 'c/o Babbage' } }],
    ['the region', { shippingAddress: { ...address, region: 'Surrey' } }],
    ['the telephone', { shippingAddress: { ...address, phone: '+44 20 7946 0000' } }],
  ])('are different purchases when they differ in %s', (_, changes) => {
    expect(requestText(purchase(changes))).not.toBe(requestText(purchase()));
  });
});

describe('the input of placeOrder', () => {
  test('is trimmed, and an empty second line counts as none', () => {
    const parsed = parseInput(
      placeOrderInput,
      purchase({ cartId: null, shippingAddress: { ...address, city: '  London ', line2: ' ', country: 'gb' } }),
    );

    expect(parsed).toEqual({ ok: true, value: purchase() });
  });

  test.each([
    ['idempotencyKey', purchase({ idempotencyKey: 'short' })],
    ['idempotencyKey', purchase({ idempotencyKey: 'x'.repeat(65) })],
    ['cartId', purchase({ cartId: 'not-an-id' })],
    ['cartVersion', purchase({ cartVersion: 0 })],
    ['cartVersion', purchase({ cartVersion: 1.5 })],
    ['expectedTotal.amount', purchase({ expectedTotal: { amount: -1, currency: 'EUR' } })],
    ['expectedTotal.currency', purchase({ expectedTotal: { amount: 1, currency: 'VND' } })],
    ['paymentMethodId', purchase({ paymentMethodId: '' })],
    ['shippingAddress.name', purchase({ shippingAddress: { ...address, name: ' ' } })],
    ['shippingAddress.name', purchase({ shippingAddress: { ...address, name: 'Ada\nBcc: everybody' } })],
    ['shippingAddress.line1', purchase({ shippingAddress: { ...address, line1: 'x'.repeat(201) } })],
    ['shippingAddress.city', purchase({ shippingAddress: { ...address, city: 'Lon\u0000don' } })],
    ['shippingAddress.city', purchase({ shippingAddress: { ...address, city: 'Lon\ud800don' } })],
    ['shippingAddress.postalCode', purchase({ shippingAddress: { ...address, postalCode: '' } })],
    ['shippingAddress.country', purchase({ shippingAddress: { ...address, country: 'XX' } })],
    ['shippingAddress.country', purchase({ shippingAddress: { ...address, country: 'England' } })],
  ])('names the field %s when it is wrong', (field, input) => {
    expect(fieldsOf(input)).toEqual([field]);
  });

  test('names every field at once', () => {
    expect(fieldsOf({ shippingAddress: {} })).toEqual(
      expect.arrayContaining(['idempotencyKey', 'paymentMethodId', 'shippingAddress.name']),
    );
  });
});

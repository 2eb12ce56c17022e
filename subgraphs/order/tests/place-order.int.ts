import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { traceIdOf, withTraceparent } from '#platform/tracing/trace-context.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import type { Cart } from '../cart-client.ts';
import { cancelOrder } from '../commands/cancel-order.ts';
import { placeOrder } from '../commands/place-order.ts';
import { findOrderPage } from '../queries/order-pages.ts';
import { findLines } from '../queries/orders.ts';
import { aCart, aCustomer, address, aPurchase, events, type OrderFixture, openOrderFixture, types } from './fixture.ts';

let shop: OrderFixture;
beforeAll(async () => {
  shop = await openOrderFixture();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.fakeCart.cart = aCart();
  shop.fakeCart.answer = undefined;
  shop.fakeCart.asked.length = 0;
});

const count = async (table: 'orders' | 'outbox' | 'order_lines' | 'order_history') =>
  (await shop.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n;

const orderIdOf = (outcome: object) => ('order' in outcome ? (outcome.order as { id: string }).id : JSON.stringify(outcome));

describe('placeOrder', () => {
  test('saves the order, its lines, its history and its event, all or nothing', async () => {
    const customer = aCustomer();
    const wakes = shop.wakes();
    const cart = aCart({ version: 7 });
    shop.fakeCart.cart = cart;

    const outcome = await placeOrder(
      shop.deps,
      { identity: customer, internalToken: 'token' },
      aPurchase({ cartId: cart.id, cartVersion: 7 }),
    );

    expect(outcome).toMatchObject({
      order: {
        number: expect.stringMatching(/^M-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
        userId: customer.userId,
        status: 'PENDING',
        version: 1,
        total: { amount: 2599, currency: 'EUR' },
        shippingAddress: address,
        cancelReason: null,
      },
    });
    const id = orderIdOf(outcome);
    expect(await shop.state(id)).toEqual((outcome as { order: unknown }).order);
    expect((await findLines(shop.deps, [id])).get(id)).toEqual(cart.lines);
    expect(await shop.history(id)).toEqual([{ version: 1, status: 'PENDING', at: expect.any(Date), cause: 'placed by customer' }]);
    expect(await shop.told(id)).toMatchObject([
      {
        type: 'order.created',
        key: id,
        data: { orderId: id, status: 'PENDING', version: 1, paymentMethodId: 'card-ok', cartId: cart.id, lines: cart.lines },
      },
    ]);
    expect(shop.wakes()).toBe(wakes + 1);
  });

  test("asks for the caller's own cart with the caller's token, in the trace of the request", async () => {
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;

    const outcome = await withTraceparent(traceparent, () =>
      placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'a-token' }, aPurchase()),
    );

    const [asked, ...others] = shop.fakeCart.asked;
    const [created] = await shop.told(orderIdOf(outcome));
    expect(asked).toMatchObject({ authorization: 'Bearer a-token', variables: { id: null } });
    expect(others).toEqual([]);
    expect(traceIdOf(String(asked?.traceparent))).toBe(traceIdOf(traceparent));
    expect(traceIdOf(created?.traceparent)).toBe(traceIdOf(traceparent));
  });

  test('wants a customer with an account', async () => {
    await expect(placeOrder(shop.deps, { identity: guest, internalToken: 'token' }, aPurchase())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  test('names what is wrong with the input, and calls no other service', async () => {
    const outcome = await placeOrder(
      shop.deps,
      { identity: aCustomer(), internalToken: 'token' },
      aPurchase({ shippingAddress: { ...address, country: 'XX' } }),
    );

    expect(outcome).toMatchObject({ __typename: 'InvalidInput', problems: [{ field: 'shippingAddress.country' }] });
    expect(shop.fakeCart.asked).toEqual([]);
  });

  const carts: [string, Parameters<typeof aPurchase>[0], () => Cart | null, string][] = [
    ['an empty cart', {}, () => aCart({ lines: [] }), 'CartEmpty'],
    ['a customer without a cart', {}, () => null, 'CartEmpty'],
    ["a cart that is not there, or another's", { cartId: newId() }, () => null, 'CartNotFound'],
  ];

  test.each(carts)('rejects %s, and keeps nothing', async (_, changes, cart, __typename) => {
    shop.fakeCart.cart = cart();
    const before = [await count('orders'), await count('outbox')];

    const outcome = await placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'token' }, aPurchase(changes));

    expect(outcome).toMatchObject({ __typename });
    expect([await count('orders'), await count('outbox')]).toEqual(before);
  });
});

describe('what a customer agreed to', () => {
  const dearer = () => {
    const cart = aCart();
    return { ...cart, lines: cart.lines.map((line) => ({ ...line, unitPrice: { amount: 5000, currency: 'EUR' as const } })) };
  };

  test.each([
    ['another price at another version', {}, () => ({ ...dearer(), version: 2 })],
    ['another price, though the version has not risen yet', {}, dearer],
    ['one line more', {}, () => ({ ...aCart({ version: 2 }), lines: [...aCart().lines, ...aCart().lines] })],
    ['one line fewer', {}, () => ({ ...aCart({ version: 2 }), lines: aCart().lines.slice(1) })],
    ['other things of the same price', {}, () => aCart({ version: 2 })],
    ['an earlier version', { cartVersion: 2 }, () => aCart({ version: 1 })],
  ])('is all that is bought: %s is returned, with the current cart, and nothing is saved', async (_, changes, now) => {
    const cart = now();
    shop.fakeCart.cart = cart;
    const before = [await count('orders'), await count('outbox')];

    const outcome = await placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'token' }, aPurchase(changes));

    expect(outcome).toEqual({ __typename: 'CartChanged', code: 'CART_CHANGED', message: expect.any(String), cart: { id: cart.id } });
    expect([await count('orders'), await count('outbox')]).toEqual(before);
  });

  test('can be ordered with the same key after a change was returned, as it is now', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    shop.fakeCart.cart = aCart({ version: 2 });
    await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);

    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, { ...purchase, cartVersion: 2 })).toHaveProperty(
      'order',
    );
  });

  test('and ordered is returned to a second attempt, though the cart is empty by then', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    const first = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase());
    shop.fakeCart.cart = { ...cart, version: 2, lines: cart.lines.slice(1) };

    const second = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase());

    expect(second).toMatchObject({ __typename: 'CartAlreadyOrdered' });
    expect(orderIdOf(second)).toBe(orderIdOf(first));
  });
});

describe('the cart subgraph', () => {
  const places = () => placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'token' }, aPurchase());

  test.each([
    [
      'answers an error',
      () => ({ status: 200, body: '{"data":{"cart":null},"errors":[{"message":"no","extensions":{"code":"UNAVAILABLE"}}]}' }),
    ],
    ['answers with another status', () => ({ status: 503, body: '' })],
    ['answers nonsense', () => ({ status: 200, body: '<html>' })],
    ['answers another shape', () => ({ status: 200, body: '{"data":{"cart":{"id":1}}}' })],
    ['never answers', () => null],
  ])('is asked twice and then given up when it %s; nothing is ordered', async (_, answer) => {
    shop.fakeCart.answer = answer;
    const before = [await count('orders'), await count('outbox'), await count('order_history')];

    await expect(places()).rejects.toMatchObject({ name: 'AppError', code: 'UNAVAILABLE' });

    expect(shop.fakeCart.asked).toHaveLength(2);
    expect([await count('orders'), await count('outbox'), await count('order_history')]).toEqual(before);
  });

  test('may fail once', async () => {
    let failed = false;
    shop.fakeCart.answer = () => {
      const body = failed ? JSON.stringify({ data: { cart: aCart() } }) : '{}';
      failed = true;
      return { status: 200, body };
    };

    expect(await places()).toHaveProperty('order');
  });
});

describe('an idempotency key', () => {
  test('gets the same order again, even when the cart is away or empty by then', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    const first = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);
    shop.fakeCart.cart = null;
    shop.fakeCart.asked.length = 0;
    await shop.handle(events.reserved(orderIdOf(first)));

    const again = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);

    expect(orderIdOf(again)).toBe(orderIdOf(first));
    expect(again).toMatchObject({ order: { status: 'AWAITING_PAYMENT', version: 2 } });
    expect(shop.fakeCart.asked).toEqual([]);
    expect(types(await shop.told(orderIdOf(first)))).toEqual(['order.created', 'order.awaiting-payment']);
  });

  test('that comes with another input is rejected', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);

    expect(
      await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, { ...purchase, paymentMethodId: 'card-declined' }),
    ).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, { ...purchase, cartId: newId() })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, { ...purchase, cartVersion: 2 })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
  });

  test("is the customer's: another's is another order", async () => {
    const purchase = aPurchase();
    const first = await shop.place(aCustomer(), purchase);

    expect((await shop.place(aCustomer(), purchase)).id).not.toBe(first.id);
  });

  test('makes one order of many requests at once', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase)),
    );

    expect(new Set(outcomes.map(orderIdOf)).size).toBe(1);
    expect(outcomes.filter((outcome) => '__typename' in outcome)).toEqual([]);
    expect(types(await shop.told(orderIdOf(outcomes[0] as object)))).toEqual(['order.created']);
  });

  test('gets its order also when the cart was emptied by it between the look and the question', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    const cart = aCart();
    let asked = 0;
    shop.fakeCart.answer = () => {
      asked += 1;
      return asked === 1 ? null : { status: 200, body: JSON.stringify({ data: { cart: asked === 2 ? cart : { ...cart, lines: [] } } }) };
    };

    // the first waits for its second attempt at the cart, while the second buys what is in it
    const slow = placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);
    await waitFor('the first question', () => asked === 1);
    const quick = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase);

    expect(quick).toHaveProperty('order');
    expect(orderIdOf(await slow)).toBe(orderIdOf(quick));
  });
});

describe('a cart as it stands', () => {
  test('becomes one order, however many keys arrive at once; the others get its id', async () => {
    const customer = aCustomer();

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase())),
    );

    expect(new Set(outcomes.map(orderIdOf)).size).toBe(1);
    expect(outcomes.filter((outcome) => '__typename' in outcome && outcome.__typename === 'CartAlreadyOrdered')).toHaveLength(9);
    expect((await findOrderPage(shop.deps, customer, { first: 100 })).edges).toHaveLength(1);
  });

  test('can be ordered again when its order was cancelled', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    const first = orderIdOf(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase()));
    await cancelOrder(shop.deps, customer, { orderId: first });
    shop.fakeCart.cart = { ...cart, version: 3, lastOrderId: first, lastOrderIdOfCaller: first };

    const second = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase({ cartVersion: 3 }));

    expect(second).not.toHaveProperty('__typename');
    expect(orderIdOf(second)).not.toBe(first);
  });

  test('can be ordered again when it has changed', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    const first = orderIdOf(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase()));
    shop.fakeCart.cart = { ...cart, version: 2, lastOrderId: first, lastOrderIdOfCaller: first };

    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase({ cartVersion: 2 }))).not.toHaveProperty(
      '__typename',
    );
  });

  test("does not show another customer's order", async () => {
    const cart = aCart();
    shop.fakeCart.cart = cart;
    await placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'token' }, aPurchase({ cartId: cart.id }));

    const outcome = await placeOrder(shop.deps, { identity: aCustomer(), internalToken: 'token' }, aPurchase({ cartId: cart.id }));

    expect(outcome).toEqual({ __typename: 'CartNotFound', code: 'CART_NOT_FOUND', message: expect.any(String) });
  });
});

describe('what is being bought already', () => {
  const more = (cart: Cart): Cart => ({ ...cart, version: 2, lines: [...cart.lines, ...aCart().lines] });
  const asMore = { cartVersion: 2, expectedTotal: { amount: 2 * 2599, currency: 'EUR' } };

  /** Answers with the first cart so many times, then with the second. */
  const answerInTurn = (times: number, before: Cart, after: Cart) => {
    let left = times;
    shop.fakeCart.cart = () => {
      left -= 1;
      return left >= 0 ? before : after;
    };
  };

  test('is not bought again with one thing more that was put in before the cart let go of it', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    const first = orderIdOf(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase()));
    const rest = { ...aCart(), id: cart.id, version: 3, lastOrderId: first, lastOrderIdOfCaller: first };
    answerInTurn(3, more(cart), rest);

    const told = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase(asMore));
    const placed = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase({ cartVersion: 3 }));

    expect(told).toMatchObject({ __typename: 'CartChanged', cart: { id: cart.id } });
    expect((await findLines(shop.deps, [orderIdOf(placed)])).get(orderIdOf(placed))).toEqual(rest.lines);
    expect((await findOrderPage(shop.deps, customer, { first: 100 })).edges).toHaveLength(2);
  });

  test('is not bought again by another key at the same time, whichever cart each of them was shown', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = () => (shop.fakeCart.asked.at(-1)?.authorization === 'Bearer more' ? more(cart) : cart);

    const outcomes = await Promise.allSettled([
      placeOrder(shop.deps, { identity: customer, internalToken: 'less' }, aPurchase()),
      placeOrder(shop.deps, { identity: customer, internalToken: 'more' }, aPurchase(asMore)),
    ]);

    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await findOrderPage(shop.deps, customer, { first: 100 })).edges).toHaveLength(1);
  });

  test('is waited for when it is of another cart of the same customer, which may have joined this one', async () => {
    const customer = aCustomer();
    const first = orderIdOf(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase()));
    const own = aCart();
    answerInTurn(2, own, { ...own, lastOrderIdOfCaller: first });

    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase())).not.toHaveProperty('__typename');
  });

  test('is not bought when it was cancelled before the cart let go of it', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    const first = orderIdOf(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase()));
    await cancelOrder(shop.deps, customer, { orderId: first });
    answerInTurn(2, cart, { ...cart, lines: [], version: 2, lastOrderId: first, lastOrderIdOfCaller: first });

    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase())).toMatchObject({
      __typename: 'CartEmpty',
    });
  });

  test('and never released is reported, and nothing is ordered', async () => {
    const customer = aCustomer();
    const cart = aCart();
    shop.fakeCart.cart = cart;
    await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase());
    shop.fakeCart.cart = more(cart);
    const before = [await count('orders'), await count('outbox')];

    await expect(placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase(asMore))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });

    expect([await count('orders'), await count('outbox')]).toEqual(before);
  });
});

describe('the database', () => {
  test.each([
    ['a quantity of 0', 'UPDATE order_lines SET quantity = 0 WHERE order_id = $1'],
    ['a quantity of 100', 'UPDATE order_lines SET quantity = 100 WHERE order_id = $1'],
    ['a line for nothing', 'UPDATE order_lines SET unit_price = 0 WHERE order_id = $1'],
    ['an order for nothing', 'UPDATE orders SET total_amount = 0 WHERE id = $1'],
    ['an unknown status', "UPDATE orders SET status = 'LOST', deadline_at = NULL WHERE id = $1"],
    ['a cancelled order without a reason', "UPDATE orders SET status = 'CANCELLED', deadline_at = NULL WHERE id = $1"],
    ['a reason for what is not cancelled', "UPDATE orders SET cancel_reason = 'TIMED_OUT' WHERE id = $1"],
    ['an unknown reason', "UPDATE orders SET status = 'CANCELLED', cancel_reason = 'MOOD', deadline_at = NULL WHERE id = $1"],
    ['an order that waits for ever', 'UPDATE orders SET deadline_at = NULL WHERE id = $1'],
    ['a paid order with a deadline', "UPDATE orders SET status = 'PAID' WHERE id = $1"],
    ['another currency', "UPDATE orders SET currency = 'XXX' WHERE id = $1"],
  ])('rejects %s', async (_, statement) => {
    const order = await shop.place();

    await expect(shop.database.query(statement, [order.id])).rejects.toThrow(/violates check constraint/);
  });

  test('has no drift between migrations and entities', async () => {
    expect((await shop.database.orm.schema.getUpdateSchemaSQL({ wrap: false })).trim()).toBe('');
  });
});

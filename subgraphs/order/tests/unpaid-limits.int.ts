import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelOrder } from '../commands/cancel-order.ts';
import { placeOrder } from '../commands/place-order.ts';
import { cancelOverdue } from '../overdue-orders.ts';
import { findOrderPage } from '../queries/order-pages.ts';
import { aCart, aCustomer, aPurchase, events, type OrderFixture, openOrderFixture } from './fixture.ts';

let shop: OrderFixture;
beforeAll(async () => {
  // an order of the fixture has three pieces
  shop = await openOrderFixture({ unpaidLimits: { maxOrders: 2, maxPieces: 8 } });
});
afterAll(() => shop.close());

const userError = (outcome: unknown) => outcome instanceof Error && JSON.parse(outcome.message.replace('not placed: ', ''));
const placed = (customer: ReturnType<typeof aCustomer>) => shop.place(customer).catch(userError);

describe('what an account holds without having paid for it', () => {
  test('is a maximum number of orders, which the user error has', async () => {
    const customer = aCustomer();
    await shop.place(customer);
    await shop.place(customer);

    expect(await placed(customer)).toEqual({
      __typename: 'UnpaidLimitReached',
      code: 'UNPAID_LIMIT_REACHED',
      message: '2 of your orders wait for their payment, and no more may. Nothing was ordered.',
      unpaidOrders: 2,
      unpaidPieces: 6,
      maxOrders: 2,
      maxPieces: 8,
    });
    expect((await findOrderPage(shop.deps, customer, { first: 10 })).edges).toHaveLength(2);
    expect(await placed(aCustomer())).toHaveProperty('id');
  });

  test('is so many pieces at most, in one order or in several', async () => {
    const customer = aCustomer();
    const cart = aCart();
    const large = { ...cart, lines: cart.lines.map((line) => ({ ...line, quantity: 5 })) };
    const purchase = () => aPurchase({ expectedTotal: { amount: 5 * 1349, currency: 'EUR' } });
    shop.fakeCart.cart = large;
    const alone = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase());
    const before = await shop.place(customer);
    shop.fakeCart.cart = { ...large, lastOrderIdOfCaller: before.id, lines: large.lines.map((line) => ({ ...line, quantity: 3 })) };
    const beside = await placeOrder(
      shop.deps,
      { identity: customer, internalToken: 'token' },
      aPurchase({ expectedTotal: { amount: 3 * 1349, currency: 'EUR' } }),
    );

    expect(alone).toMatchObject({ __typename: 'UnpaidLimitReached', unpaidOrders: 0, unpaidPieces: 0, maxPieces: 8 });
    expect(beside).toMatchObject({ __typename: 'UnpaidLimitReached', unpaidOrders: 1, unpaidPieces: 3 });
    expect(beside).toHaveProperty(
      'message',
      'Your orders that wait for their payment may hold 8 pieces together; they hold 3, and this one has 6. Nothing was ordered.',
    );
  });

  test('is less again with what is paid, cancelled or timed out', async () => {
    const customer = aCustomer();
    const [first, second] = [await shop.place(customer), await shop.place(customer)];
    await shop.handle(events.charged(first.id));
    const third = await shop.place(customer);
    await cancelOrder(shop.deps, customer, { orderId: second.id });
    const fourth = await shop.place(customer);
    const fifth = await placed(customer);
    await shop.database.query("UPDATE orders SET deadline_at = now() - interval '1 s' WHERE id = ANY($1::uuid[])", [[third.id, fourth.id]]);
    await cancelOverdue(shop.deps, 10);

    expect(fifth).toMatchObject({ __typename: 'UnpaidLimitReached', unpaidOrders: 2 });
    expect(await placed(customer)).toHaveProperty('id');
  });

  test('does not keep a repeated request from its order', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    const first = await shop.place(customer, purchase);
    await shop.place(customer);

    expect(await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, purchase)).toMatchObject({
      order: { id: first.id },
    });
  });

  test('is not more when several are placed at once, of several carts', async () => {
    const customer = aCustomer();
    const last = await shop.place(customer);
    let heard: string | null = last.id;
    shop.fakeCart.cart = () => aCart({ lastOrderIdOfCaller: heard });

    const outcomes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const outcome = await placeOrder(shop.deps, { identity: customer, internalToken: 'token' }, aPurchase());
        if (!('__typename' in outcome)) heard = outcome.order.id;
        return '__typename' in outcome ? outcome.__typename : 'placed';
      }),
    );

    expect(outcomes.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'UnpaidLimitReached'), 'placed']);
  });
});

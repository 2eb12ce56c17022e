import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';
import { addToCart } from '../commands/add-to-cart.ts';
import { copyProducts, forgetCustomers, holdOrdered, returnCancelled } from '../event-handlers.ts';
import { getCart } from '../queries.ts';
import { type CartFixture, cartOf, guest, openCartFixture, productEvent, quantities, someCustomer } from './fixture.ts';

let fixture: CartFixture;
let productId: string;
beforeAll(async () => {
  fixture = await openCartFixture('cart_facts');
  productId = await fixture.tellProduct();
});
afterAll(() => fixture.close());

describe('the copy of a product', () => {
  test('matches the newest event, in every order of arrival', async () => {
    const id = newId();
    const versions = [2, 3, 1].map((version) => productEvent({ productId: id, version, name: `Version ${version}` }));

    for (const event of [...versions, ...versions]) await fixture.handle((sql) => copyProducts(sql, [event]));

    const cart = cartOf(await addToCart(fixture.deps, guest, { productId: id }));
    expect(cart.lines.map((line) => line.name)).toEqual(['Version 3']);
  });

  test('matches the newest event of a batch', async () => {
    const id = newId();
    const versions = [2, 3, 1].map((version) => productEvent({ productId: id, version, name: `Version ${version}` }));

    await fixture.handle((sql) => copyProducts(sql, versions));

    const cart = cartOf(await addToCart(fixture.deps, guest, { productId: id }));
    expect(cart.lines.map((line) => line.name)).toEqual(['Version 3']);
  });
});

describe('the version of a cart', () => {
  const fill = async (copy: { productId: string }) => {
    const me = someCustomer();
    const guests = cartOf(await addToCart(fixture.deps, guest, { productId: copy.productId, quantity: 2 }));
    const own = cartOf(await addToCart(fixture.deps, me, { productId: copy.productId, quantity: 1 }));
    await addToCart(fixture.deps, me, { productId });
    return async () => {
      const [first, second] = [await getCart(fixture.deps, guest, guests.id), await getCart(fixture.deps, me, null)];
      return [(first?.version ?? 0) - guests.version, (second?.version ?? 0) - own.version - 1];
    };
  };

  test.each([
    ['price', { price: { amount: 50_000, currency: 'EUR' as const } }],
    ['name', { name: 'Pine table' }],
    ['end of its sale', { archived: true }],
  ])('rises with the %s of a product that is in it, once for each cart', async (_, changes) => {
    const id = await fixture.tellProduct();
    const risen = await fill({ productId: id });

    const events = [productEvent({ productId: id, version: 2, ...changes }), productEvent({ productId: id, version: 2, ...changes })];
    await fixture.handle((sql) => copyProducts(sql, events));
    await fixture.handle((sql) => copyProducts(sql, events));

    expect(await risen()).toEqual([1, 1]);
  });

  test('is unchanged by an event that does not match, and by an old one', async () => {
    const id = await fixture.tellProduct({ version: 2 });
    const risen = await fill({ productId: id });

    await fixture.tellProduct({ productId: id, version: 3, availability: 'LOW_STOCK', sku: 'TABLE-2' });
    await fixture.tellProduct({ productId: id, version: 1, price: { amount: 1, currency: 'EUR' } });
    await fixture.tellProduct({ price: { amount: 1, currency: 'EUR' } });

    expect(await risen()).toEqual([0, 0]);
  });

  test('rises once when several products of a cart change at once, and keeps the cart as young as it is', async () => {
    const ids = [await fixture.tellProduct(), await fixture.tellProduct()];
    const me = someCustomer();
    for (const id of ids) await addToCart(fixture.deps, me, { productId: id });
    const before = await getCart(fixture.deps, me, null);

    const events = ids.map((id) => productEvent({ productId: id, version: 2, name: 'Pine table' }));
    await fixture.handle((sql) => copyProducts(sql, events));

    const after = await getCart(fixture.deps, me, null);
    expect(after).toMatchObject({ version: (before?.version ?? 0) + 1, updatedAt: before?.updatedAt });
  });

  test('rises while customers change their carts, without a deadlock', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => fixture.tellProduct()));
    const people = Array.from({ length: 4 }, () => someCustomer());
    for (const me of people) for (const id of ids) await addToCart(fixture.deps, me, { productId: id });

    await Promise.all([
      ...people.flatMap((me) => [...ids].reverse().map((id) => addToCart(fixture.deps, me, { productId: id }))),
      ...[2, 3].map((version) =>
        fixture.handle((sql) =>
          copyProducts(
            sql,
            ids.map((id) => productEvent({ productId: id, version, price: { amount: version, currency: 'EUR' } })),
          ),
        ),
      ),
    ]);

    for (const me of people) expect((await getCart(fixture.deps, me, null))?.total.amount).toBe(4 * 2 * 3);
  });
});

describe('a closed account', () => {
  test('has no cart, also after a replay, and others keep theirs', async () => {
    const [gone, other] = [someCustomer(), someCustomer()];
    await addToCart(fixture.deps, gone, { productId });
    await addToCart(fixture.deps, other, { productId });
    const deleted = createEvent('user.deleted', gone.userId, { userId: gone.userId, version: 2 });

    for (const events of [[deleted], [deleted, deleted]]) await fixture.handle((sql) => forgetCustomers(sql, events));

    const { rows } = await fixture.database.query('SELECT user_id FROM carts WHERE user_id = ANY($1::uuid[])', [
      [gone.userId, other.userId],
    ]);
    expect(rows).toEqual([{ user_id: other.userId }]);
    expect(quantities(await getCart(fixture.deps, other, null))).toEqual([1]);
  });

  test('gets none from an order that is cancelled afterwards', async () => {
    const gone = someCustomer();
    await addToCart(fixture.deps, gone, { productId });
    const [orderId, userId] = [newId(), gone.userId];
    const total = { amount: 1, currency: 'EUR' } as const;
    const state = { orderId, number: 'M-1', userId, total };
    const lines = [{ productId, name: 'Oak table', quantity: 1, unitPrice: total }];
    const created = createEvent('order.created', orderId, {
      ...{ ...state, version: 1, status: 'PENDING', lines },
      ...{ paymentMethodId: 'card-ok', placedAt: new Date().toISOString() },
    });
    await fixture.handle((sql) => holdOrdered(sql, [created]));
    await fixture.handle((sql) => forgetCustomers(sql, [createEvent('user.deleted', userId, { userId, version: 2 })]));

    const cancelled = createEvent('order.cancelled', orderId, { ...state, version: 2, status: 'CANCELLED', reason: 'BY_CUSTOMER' });
    await fixture.handle((sql) => returnCancelled(sql, [cancelled]));

    expect((await fixture.database.query('SELECT FROM carts WHERE user_id = $1', [userId])).count).toBe(0);
    expect((await fixture.database.query('SELECT FROM held_lines WHERE order_id = $1', [orderId])).count).toBe(0);
  });
});

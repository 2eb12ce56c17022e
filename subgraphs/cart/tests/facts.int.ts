import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fact } from '#kafka/contracts.ts';
import { newId } from '#platform/ids.ts';
import { type CartParts, cartOf, guest, openCartParts, orderPaid, productFact, quantities, someCustomer } from './parts.ts';

let parts: CartParts;
let productId: string;
beforeAll(async () => {
  parts = await openCartParts('cart_facts');
  productId = await parts.tellProduct();
});
afterAll(() => parts.close());

const hearPaid = (...facts: Fact<'order.paid'>[]) => parts.hear((sql) => parts.service.takeOutBought(sql, facts));

describe('the copy of a product', () => {
  test('is as the newest fact says, in whichever order they come', async () => {
    const id = newId();
    const versions = [2, 3, 1].map((version) => productFact({ productId: id, version, name: `Version ${version}` }));

    for (const fact of [...versions, ...versions]) await parts.hear((sql) => parts.service.copyProducts(sql, [fact]));

    const cart = cartOf(await parts.service.addToCart(guest, { productId: id }));
    expect(cart.lines.map((line) => line.name)).toEqual(['Version 3']);
  });

  test('is as the newest fact of a batch says', async () => {
    const id = newId();
    const versions = [2, 3, 1].map((version) => productFact({ productId: id, version, name: `Version ${version}` }));

    await parts.hear((sql) => parts.service.copyProducts(sql, versions));

    const cart = cartOf(await parts.service.addToCart(guest, { productId: id }));
    expect(cart.lines.map((line) => line.name)).toEqual(['Version 3']);
  });
});

describe('the version of a cart', () => {
  const fill = async (copy: { productId: string }) => {
    const me = someCustomer();
    const guests = cartOf(await parts.service.addToCart(guest, { productId: copy.productId, quantity: 2 }));
    const own = cartOf(await parts.service.addToCart(me, { productId: copy.productId, quantity: 1 }));
    await parts.service.addToCart(me, { productId });
    return async () => {
      const [first, second] = [await parts.service.getCart(guest, guests.id), await parts.service.getCart(me, null)];
      return [(first?.version ?? 0) - guests.version, (second?.version ?? 0) - own.version - 1];
    };
  };

  test.each([
    ['price', { price: { amount: 50_000, currency: 'EUR' as const } }],
    ['name', { name: 'Pine table' }],
    ['end of its sale', { archived: true }],
  ])('rises with the %s of a product that is in it, once for each cart', async (_, changes) => {
    const id = await parts.tellProduct();
    const risen = await fill({ productId: id });

    const events = [productFact({ productId: id, version: 2, ...changes }), productFact({ productId: id, version: 2, ...changes })];
    await parts.hear((sql) => parts.service.copyProducts(sql, events));
    await parts.hear((sql) => parts.service.copyProducts(sql, events));

    expect(await risen()).toEqual([1, 1]);
  });

  test('stays with what nobody agrees to, and with news of old', async () => {
    const id = await parts.tellProduct({ version: 2 });
    const risen = await fill({ productId: id });

    await parts.tellProduct({ productId: id, version: 3, availability: 'LOW_STOCK', sku: 'TABLE-2' });
    await parts.tellProduct({ productId: id, version: 1, price: { amount: 1, currency: 'EUR' } });
    await parts.tellProduct({ price: { amount: 1, currency: 'EUR' } });

    expect(await risen()).toEqual([0, 0]);
  });

  test('rises once when several products of a cart change at once, and keeps the cart as young as it is', async () => {
    const ids = [await parts.tellProduct(), await parts.tellProduct()];
    const me = someCustomer();
    for (const id of ids) await parts.service.addToCart(me, { productId: id });
    const before = await parts.service.getCart(me, null);

    const events = ids.map((id) => productFact({ productId: id, version: 2, name: 'Pine table' }));
    await parts.hear((sql) => parts.service.copyProducts(sql, events));

    const after = await parts.service.getCart(me, null);
    expect(after).toMatchObject({ version: (before?.version ?? 0) + 1, updatedAt: before?.updatedAt });
  });

  test('rises while customers go on changing their carts, and nobody waits for anybody for ever', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => parts.tellProduct()));
    const people = Array.from({ length: 4 }, () => someCustomer());
    for (const me of people) for (const id of ids) await parts.service.addToCart(me, { productId: id });

    await Promise.all([
      ...people.flatMap((me) => [...ids].reverse().map((id) => parts.service.addToCart(me, { productId: id }))),
      ...[2, 3].map((version) =>
        parts.hear((sql) =>
          parts.service.copyProducts(
            sql,
            ids.map((id) => productFact({ productId: id, version, price: { amount: version, currency: 'EUR' } })),
          ),
        ),
      ),
    ]);

    for (const me of people) expect((await parts.service.getCart(me, null))?.total.amount).toBe(4 * 2 * 3);
  });
});

describe('a paid order', () => {
  test('takes what was bought out of the own cart, once', async () => {
    const me = someCustomer();
    const other = await parts.tellProduct();
    await parts.service.addToCart(me, { productId, quantity: 5 });
    const { id, version } = cartOf(await parts.service.addToCart(me, { productId: other, quantity: 1 }));
    const fact = orderPaid(me.userId, [
      { productId, quantity: 2 },
      { productId: other, quantity: 4 },
    ]);

    await hearPaid(fact);
    await hearPaid(fact, fact);

    const cart = await parts.service.getCart(me, id);
    expect(quantities(cart)).toEqual([3]);
    expect(cart?.version).toBe(version + 1);
  });

  test("empties the guest's cart it came from and leaves the own one alone", async () => {
    const me = someCustomer();
    const own = cartOf(await parts.service.addToCart(me, { productId, quantity: 5 }));
    const guests = cartOf(await parts.service.addToCart(guest, { productId, quantity: 2 }));

    await hearPaid(orderPaid(me.userId, [{ productId, quantity: 2 }], guests.id));

    expect(quantities(await parts.service.getCart(guest, guests.id))).toEqual([]);
    expect(await parts.service.getCart(me, null)).toEqual(own);
  });

  test("finds what came from a guest's cart in the own one after it was claimed", async () => {
    const me = someCustomer();
    const { id: cartId } = cartOf(await parts.service.addToCart(guest, { productId, quantity: 2 }));
    await parts.service.claimCart(me, { cartId });

    await hearPaid(orderPaid(me.userId, [{ productId, quantity: 2 }], cartId));

    expect(quantities(await parts.service.getCart(me, null))).toEqual([]);
  });

  test("never touches another customer's cart", async () => {
    const other = someCustomer();
    const { id } = cartOf(await parts.service.addToCart(other, { productId, quantity: 2 }));

    await hearPaid(orderPaid(newId(), [{ productId, quantity: 2 }], id));

    expect(quantities(await parts.service.getCart(other, null))).toEqual([2]);
  });

  test('sums two orders of one batch', async () => {
    const me = someCustomer();
    await parts.service.addToCart(me, { productId, quantity: 5 });

    await hearPaid(orderPaid(me.userId, [{ productId, quantity: 2 }]), orderPaid(me.userId, [{ productId, quantity: 2 }]));

    expect(quantities(await parts.service.getCart(me, null))).toEqual([1]);
  });

  test('takes everything out exactly once while the customer goes on adding', async () => {
    const me = someCustomer();
    await parts.service.addToCart(me, { productId, quantity: 40 });

    await Promise.all([
      ...Array.from({ length: 10 }, () => hearPaid(orderPaid(me.userId, [{ productId, quantity: 2 }]))),
      ...Array.from({ length: 10 }, () => parts.service.addToCart(me, { productId, quantity: 1 })),
    ]);

    expect(quantities(await parts.service.getCart(me, null))).toEqual([30]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { type CartParts, cartOf, guest, openCartParts, quantities, refusalOf, someAdmin, someCustomer } from './parts.ts';

let parts: CartParts;
let productId: string;
beforeAll(async () => {
  parts = await openCartParts('cart');
  productId = await parts.tellProduct();
});
afterAll(() => parts.close());

describe('putting in', () => {
  test('gives a guest a new cart with an id that cannot be guessed', async () => {
    const cart = cartOf(await parts.service.addToCart(guest, { productId, quantity: 2 }));

    expect(cart).toMatchObject({ version: 2, itemCount: 2, total: { amount: 25_000, currency: 'EUR' } });
    expect(cart.id).toMatch(/^[0-9a-f-]{14}4/);
    expect(await parts.service.getCart(guest, cart.id)).toEqual(cart);
  });

  test("uses the customer's own cart, one for each customer", async () => {
    const me = someCustomer();

    const first = cartOf(await parts.service.addToCart(me, { productId, quantity: 1 }));
    const second = cartOf(await parts.service.addToCart(me, { productId, quantity: 1 }));

    expect(second).toMatchObject({ id: first.id, version: first.version + 1, itemCount: 2 });
    expect(await parts.service.getCart(me, null)).toEqual(second);
  });

  test('loses none of ten adds at once', async () => {
    const me = someCustomer();

    await Promise.all(Array.from({ length: 10 }, () => parts.service.addToCart(me, { productId, quantity: 1 })));

    const cart = await parts.service.getCart(me, null);
    expect(quantities(cart)).toEqual([10]);
    expect(cart?.version).toBe(11);
  });

  test('holds the limit of a line under adds at once', async () => {
    const me = someCustomer();

    const results = await Promise.all(Array.from({ length: 6 }, () => parts.service.addToCart(me, { productId, quantity: 20 })));

    expect(results.map(refusalOf).filter((refusal) => refusal === 'CartLimitReached')).toHaveLength(2);
    expect(quantities(await parts.service.getCart(me, null))).toEqual([80]);
  });

  test('holds the limit of a cart under adds at once', async () => {
    const me = someCustomer();
    const products = await Promise.all(Array.from({ length: 24 }, () => parts.tellProduct()));

    const results = await Promise.all(products.map((id) => parts.service.addToCart(me, { productId: id, quantity: 1 })));

    const refused = results.filter((result) => refusalOf(result) === 'CartLimitReached');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ limit: 20 });
    expect((await parts.service.getCart(me, null))?.lines).toHaveLength(20);
  });

  test.each([0, -1, 1e9, 1.5])('refuses a quantity of %d and names the field', async (quantity) => {
    const result = await parts.service.addToCart(guest, { productId, quantity });

    expect(result).toMatchObject({ refusal: 'InvalidInput', problems: [{ field: 'quantity' }] });
  });

  test('refuses what is no id and names the field', async () => {
    const result = await parts.service.addToCart(guest, { productId: "'; DROP TABLE carts", cartId: 'mine', quantity: 1 });

    expect(result).toMatchObject({ refusal: 'InvalidInput', problems: [{ field: 'cartId' }, { field: 'productId' }] });
  });

  test('takes a product that was archived and is sold again, in whichever order both are told', async () => {
    const [inOrder, disordered] = [await parts.tellProduct(), await parts.tellProduct()];

    await parts.tellProduct({ productId: inOrder, version: 2, archived: true });
    await parts.tellProduct({ productId: inOrder, version: 3, archived: false });
    await parts.tellProduct({ productId: disordered, version: 3, archived: false });
    await parts.tellProduct({ productId: disordered, version: 2, archived: true });

    for (const id of [inOrder, disordered]) {
      const cart = cartOf(await parts.service.addToCart(someCustomer(), { productId: id, quantity: 1 }));
      expect(cart.itemCount).toBe(1);
    }
  });

  test('refuses products that it has not heard of or that are no longer sold', async () => {
    const archived = await parts.tellProduct({ archived: true });

    expect(refusalOf(await parts.service.addToCart(guest, { productId: newId() }))).toBe('ProductNotFound');
    expect(refusalOf(await parts.service.addToCart(guest, { productId: archived }))).toBe('ProductNotFound');
  });
});

describe('changing', () => {
  test('sets, takes out and clears, and the version rises only when something changed', async () => {
    const me = someCustomer();
    const other = await parts.tellProduct();
    const { version } = cartOf(await parts.service.addToCart(me, { productId, quantity: 1 }));

    const steps = [
      await parts.service.setCartQuantity(me, { productId, quantity: 5 }),
      await parts.service.setCartQuantity(me, { productId, quantity: 5 }),
      await parts.service.setCartQuantity(me, { productId: other, quantity: 2 }),
      await parts.service.removeFromCart(me, { productId }),
      await parts.service.removeFromCart(me, { productId }),
      await parts.service.setCartQuantity(me, { productId: other, quantity: 0 }),
      await parts.service.clearCart(me, {}),
    ].map(cartOf);

    expect(steps.map((cart) => [quantities(cart), cart.version - version])).toEqual([
      [[5], 1],
      [[5], 1],
      [[5, 2], 2],
      [[2], 3],
      [[2], 3],
      [[], 4],
      [[], 4],
    ]);
  });

  test('keeps lines in the order in which they were put in', async () => {
    const me = someCustomer();
    const [second, third] = [await parts.tellProduct(), await parts.tellProduct()];
    for (const id of [third, productId, second, third]) await parts.service.addToCart(me, { productId: id });

    const cart = await parts.service.getCart(me, null);

    expect(cart?.lines.map((line) => line.productId)).toEqual([third, productId, second]);
  });

  test('says CartNotFound where there is no cart', async () => {
    const me = someCustomer();

    const results = [
      await parts.service.clearCart(me, {}),
      await parts.service.removeFromCart(guest, { productId }),
      await parts.service.setCartQuantity(guest, { productId, quantity: 1 }),
      await parts.service.addToCart(me, { cartId: newId(), productId }),
    ];

    expect(results.map(refusalOf)).toEqual(['CartNotFound', 'CartNotFound', 'CartNotFound', 'CartNotFound']);
  });

  test('tells what changed since a line was put in', async () => {
    const me = someCustomer();
    const id = await parts.tellProduct({ version: 1 });
    await parts.service.addToCart(me, { productId: id });

    await parts.tellProduct({ productId: id, version: 2, price: { amount: 13_000, currency: 'EUR' } });

    expect((await parts.service.getCart(me, null))?.lines).toMatchObject([{ unitPrice: { amount: 13_000 }, notices: ['PRICE_CHANGED'] }]);
    expect(cartOf(await parts.service.addToCart(me, { productId: id })).lines).toMatchObject([{ quantity: 2, notices: [] }]);
  });
});

describe('strangers', () => {
  test("see no customer's cart and change none, admins included", async () => {
    const me = someCustomer();
    const cart = cartOf(await parts.service.addToCart(me, { productId }));
    const mine = cart.id;

    for (const stranger of [guest, someCustomer(), someAdmin()]) {
      expect(await parts.service.getCart(stranger, mine)).toBeNull();
      expect(await parts.service.findCarts(stranger, [mine])).toEqual([null]);
      expect(refusalOf(await parts.service.addToCart(stranger, { cartId: mine, productId }))).toBe('CartNotFound');
      expect(refusalOf(await parts.service.clearCart(stranger, { cartId: mine }))).toBe('CartNotFound');
    }
    expect(refusalOf(await parts.service.claimCart(someCustomer(), { cartId: mine }))).toBe('CartNotFound');
    expect(await parts.service.getCart(me, mine)).toEqual(cart);
  });

  test("of a customer are told nothing of the customer's cart; the customer and admins are", async () => {
    const me = someCustomer();
    await parts.service.addToCart(me, { productId });

    const seen = await Promise.all(
      [guest, someCustomer(), me, someAdmin()].map((identity) => parts.service.findCartsOfUsers(identity, [me.userId])),
    );

    expect(seen.map(([cart]) => cart !== null)).toEqual([false, false, true, true]);
  });

  test('give malformed ids in vain', async () => {
    await expect(parts.service.getCart(guest, 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await parts.service.findCarts(guest, ['x'])).toEqual([null]);
  });
});

describe('claiming', () => {
  test("adds the guest's lines to the customer's, once, and the guest's cart is gone", async () => {
    const me = someCustomer();
    const other = await parts.tellProduct();
    await parts.service.addToCart(me, { productId, quantity: 60 });
    const guests = cartOf(await parts.service.addToCart(guest, { productId, quantity: 30 }));
    await parts.service.addToCart(guest, { cartId: guests.id, productId: other, quantity: 3 });

    const first = cartOf(await parts.service.claimCart(me, { cartId: guests.id }));
    const again = cartOf(await parts.service.claimCart(me, { cartId: guests.id }));

    expect(quantities(first)).toEqual([90, 3]);
    expect(again).toEqual(first);
    expect(await parts.service.getCart(guest, guests.id)).toBeNull();
    expect(refusalOf(await parts.service.claimCart(someCustomer(), { cartId: guests.id }))).toBe('CartNotFound');
  });

  test("leaves in the guest's cart what is too much, names it, and takes it when there is room", async () => {
    const me = someCustomer();
    await parts.service.addToCart(me, { productId, quantity: 60 });
    const others = await Promise.all(Array.from({ length: 20 }, () => parts.tellProduct()));
    const { id: cartId } = cartOf(await parts.service.addToCart(guest, { productId, quantity: 60 }));
    for (const id of others.slice(0, 19)) await parts.service.addToCart(me, { productId: id });
    await parts.service.addToCart(guest, { cartId, productId: others[19], quantity: 7 });
    await parts.service.addToCart(guest, { cartId, productId: others[0], quantity: 2 });
    const claim = async () => {
      const result = await parts.service.claimCart(me, { cartId });
      if ('refusal' in result) throw new Error(result.refusal);
      return { version: result.cart.version, left: result.leftBehind.map((line) => [line.productId, line.quantity]) };
    };

    const first = await claim();
    const again = await claim();
    const guests = await parts.service.getCart(guest, cartId);
    await parts.service.setCartQuantity(me, { productId, quantity: 1 });
    await parts.service.removeFromCart(me, { productId: others[1] });
    const last = await claim();

    expect(first.left).toEqual([
      [productId, 21],
      [others[19], 7],
    ]);
    expect(again).toEqual(first);
    expect(guests?.lines.map((line) => [line.productId, line.quantity])).toEqual(first.left);
    expect(last.left).toEqual([]);
    const mine = await parts.service.getCart(me, null);
    expect(mine?.lines.find((line) => line.productId === productId)?.quantity).toBe(22);
    expect(mine?.lines.find((line) => line.productId === others[19])?.quantity).toBe(7);
    expect(mine?.lines.find((line) => line.productId === others[0])?.quantity).toBe(3);
    expect(await parts.service.getCart(guest, cartId)).toBeNull();
  });

  test('joins one cart once when asked twice at once', async () => {
    const me = someCustomer();
    const { id: cartId } = cartOf(await parts.service.addToCart(guest, { productId, quantity: 3 }));

    const results = await Promise.all([parts.service.claimCart(me, { cartId }), parts.service.claimCart(me, { cartId })]);

    expect(results.map((result) => quantities(cartOf(result)))).toEqual([[3], [3]]);
  });

  test('needs an account', async () => {
    const { id: cartId } = cartOf(await parts.service.addToCart(guest, { productId }));

    await expect(parts.service.claimCart(guest, { cartId })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test("sweeps guests' carts that nobody touched, and nobody else's", async () => {
  const me = someCustomer();
  const mine = cartOf(await parts.service.addToCart(me, { productId })).id;
  const old = cartOf(await parts.service.addToCart(guest, { productId })).id;
  const recent = cartOf(await parts.service.addToCart(guest, { productId })).id;
  await parts.database.query(`UPDATE carts SET updated_at = now() - interval '31 days' WHERE id = ANY($1::uuid[])`, [[mine, old]]);

  const removed = await parts.service.sweepCarts(new Date(Date.now() - 30 * 24 * 60 * 60 * 1000));

  expect(removed).toBe(1);
  expect((await parts.service.findCarts(me, [mine, old, recent])).map((cart) => cart !== null)).toEqual([true, false, true]);
});

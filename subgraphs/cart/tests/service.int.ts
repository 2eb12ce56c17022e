import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { addToCart } from '../commands/add-to-cart.ts';
import { claimCart } from '../commands/claim-cart.ts';
import { clearCart } from '../commands/clear-cart.ts';
import { removeFromCart } from '../commands/remove-from-cart.ts';
import { setCartQuantity } from '../commands/set-cart-quantity.ts';
import { findCarts, findCartsOfUsers, getCart } from '../queries.ts';
import { sweepCarts } from '../sweep.ts';
import { type CartFixture, cartOf, guest, openCartFixture, quantities, someAdmin, someCustomer, typeOf } from './fixture.ts';

let fixture: CartFixture;
let productId: string;
beforeAll(async () => {
  fixture = await openCartFixture('cart');
  productId = await fixture.tellProduct();
});
afterAll(() => fixture.close());

describe('putting in', () => {
  test('gives a guest a new cart with an id that cannot be guessed', async () => {
    const cart = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 2 }));

    expect(cart).toMatchObject({ version: 2, itemCount: 2, total: { amount: 25_000, currency: 'EUR' } });
    expect(cart.id).toMatch(/^[0-9a-f-]{14}4/);
    expect(await getCart(fixture.deps, guest, cart.id)).toEqual(cart);
  });

  test("uses the customer's own cart, one for each customer", async () => {
    const me = someCustomer();

    const first = cartOf(await addToCart(fixture.deps, me, { productId, quantity: 1 }));
    const second = cartOf(await addToCart(fixture.deps, me, { productId, quantity: 1 }));

    expect(second).toMatchObject({ id: first.id, version: first.version + 1, itemCount: 2 });
    expect(await getCart(fixture.deps, me, null)).toEqual(second);
  });

  test('loses none of ten adds at once', async () => {
    const me = someCustomer();

    await Promise.all(Array.from({ length: 10 }, () => addToCart(fixture.deps, me, { productId, quantity: 1 })));

    const cart = await getCart(fixture.deps, me, null);
    expect(quantities(cart)).toEqual([10]);
    expect(cart?.version).toBe(11);
  });

  test('holds the limit of a line under adds at once', async () => {
    const me = someCustomer();

    const results = await Promise.all(Array.from({ length: 6 }, () => addToCart(fixture.deps, me, { productId, quantity: 20 })));

    expect(results.map(typeOf).filter((userError) => userError === 'CartLimitReached')).toHaveLength(2);
    expect(quantities(await getCart(fixture.deps, me, null))).toEqual([80]);
  });

  test('holds the limit of a cart under adds at once', async () => {
    const me = someCustomer();
    const products = await Promise.all(Array.from({ length: 24 }, () => fixture.tellProduct()));

    const results = await Promise.all(products.map((id) => addToCart(fixture.deps, me, { productId: id, quantity: 1 })));

    const rejected = results.filter((result) => typeOf(result) === 'CartLimitReached');
    expect(rejected).toHaveLength(4);
    expect(rejected[0]).toMatchObject({ limit: 20 });
    expect((await getCart(fixture.deps, me, null))?.lines).toHaveLength(20);
  });

  test.each([0, -1, 1e9, 1.5])('rejects a quantity of %d and names the field', async (quantity) => {
    const result = await addToCart(fixture.deps, guest, { productId, quantity });

    expect(result).toMatchObject({ __typename: 'InvalidInput', problems: [{ field: 'quantity' }] });
  });

  test('rejects what is no id and names the field', async () => {
    const result = await addToCart(fixture.deps, guest, { productId: "'; DROP TABLE carts", cartId: 'mine', quantity: 1 });

    expect(result).toMatchObject({ __typename: 'InvalidInput', problems: [{ field: 'cartId' }, { field: 'productId' }] });
  });

  test('accepts a product that was archived and restored, in either order of the events', async () => {
    const [inOrder, disordered] = [await fixture.tellProduct(), await fixture.tellProduct()];

    await fixture.tellProduct({ productId: inOrder, version: 2, archived: true });
    await fixture.tellProduct({ productId: inOrder, version: 3, archived: false });
    await fixture.tellProduct({ productId: disordered, version: 3, archived: false });
    await fixture.tellProduct({ productId: disordered, version: 2, archived: true });

    for (const id of [inOrder, disordered]) {
      const cart = cartOf(await addToCart(fixture.deps, someCustomer(), { productId: id, quantity: 1 }));
      expect(cart.itemCount).toBe(1);
    }
  });

  test('rejects products that it does not know or that are no longer sold', async () => {
    const archived = await fixture.tellProduct({ archived: true });

    expect(typeOf(await addToCart(fixture.deps, guest, { productId: newId() }))).toBe('ProductNotFound');
    expect(typeOf(await addToCart(fixture.deps, guest, { productId: archived }))).toBe('ProductNotFound');
  });
});

describe('changing', () => {
  test('sets, takes out and clears, and the version rises only when something changed', async () => {
    const me = someCustomer();
    const other = await fixture.tellProduct();
    const { version } = cartOf(await addToCart(fixture.deps, me, { productId, quantity: 1 }));

    const steps = [
      await setCartQuantity(fixture.deps, me, { productId, quantity: 5 }),
      await setCartQuantity(fixture.deps, me, { productId, quantity: 5 }),
      await setCartQuantity(fixture.deps, me, { productId: other, quantity: 2 }),
      await removeFromCart(fixture.deps, me, { productId }),
      await removeFromCart(fixture.deps, me, { productId }),
      await setCartQuantity(fixture.deps, me, { productId: other, quantity: 0 }),
      await clearCart(fixture.deps, me, {}),
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
    const [second, third] = [await fixture.tellProduct(), await fixture.tellProduct()];
    for (const id of [third, productId, second, third]) await addToCart(fixture.deps, me, { productId: id });

    const cart = await getCart(fixture.deps, me, null);

    expect(cart?.lines.map((line) => line.productId)).toEqual([third, productId, second]);
  });

  test('returns CartNotFound where there is no cart', async () => {
    const me = someCustomer();

    const results = [
      await clearCart(fixture.deps, me, {}),
      await removeFromCart(fixture.deps, guest, { productId }),
      await setCartQuantity(fixture.deps, guest, { productId, quantity: 1 }),
      await addToCart(fixture.deps, me, { cartId: newId(), productId }),
    ];

    expect(results.map(typeOf)).toEqual(['CartNotFound', 'CartNotFound', 'CartNotFound', 'CartNotFound']);
  });

  test('reports what changed since a line was added', async () => {
    const me = someCustomer();
    const id = await fixture.tellProduct({ version: 1 });
    await addToCart(fixture.deps, me, { productId: id });

    await fixture.tellProduct({ productId: id, version: 2, price: { amount: 13_000, currency: 'EUR' } });

    expect((await getCart(fixture.deps, me, null))?.lines).toMatchObject([{ unitPrice: { amount: 13_000 }, notices: ['PRICE_CHANGED'] }]);
    expect(cartOf(await addToCart(fixture.deps, me, { productId: id })).lines).toMatchObject([{ quantity: 2, notices: [] }]);
  });
});

describe('strangers', () => {
  test("see no customer's cart and change none, admins included", async () => {
    const me = someCustomer();
    const cart = cartOf(await addToCart(fixture.deps, me, { productId }));
    const mine = cart.id;

    for (const stranger of [guest, someCustomer(), someAdmin()]) {
      expect(await getCart(fixture.deps, stranger, mine)).toBeNull();
      expect(await findCarts(fixture.database, stranger, [mine])).toEqual([null]);
      expect(typeOf(await addToCart(fixture.deps, stranger, { cartId: mine, productId }))).toBe('CartNotFound');
      expect(typeOf(await clearCart(fixture.deps, stranger, { cartId: mine }))).toBe('CartNotFound');
    }
    expect(typeOf(await claimCart(fixture.deps, someCustomer(), { cartId: mine }))).toBe('CartNotFound');
    expect(await getCart(fixture.deps, me, mine)).toEqual(cart);
  });

  test("of a customer cannot see the customer's cart; the customer and admins can", async () => {
    const me = someCustomer();
    await addToCart(fixture.deps, me, { productId });

    const seen = await Promise.all(
      [guest, someCustomer(), me, someAdmin()].map((identity) => findCartsOfUsers(fixture.deps, identity, [me.userId])),
    );

    expect(seen.map(([cart]) => cart !== null)).toEqual([false, false, true, true]);
  });

  test('give malformed ids in vain', async () => {
    await expect(getCart(fixture.deps, guest, 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await findCarts(fixture.database, guest, ['x'])).toEqual([null]);
  });
});

describe('claiming', () => {
  test("adds the guest's lines to the customer's, once, and the guest's cart is gone", async () => {
    const me = someCustomer();
    const other = await fixture.tellProduct();
    await addToCart(fixture.deps, me, { productId, quantity: 60 });
    const guests = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 30 }));
    await addToCart(fixture.deps, guest, { cartId: guests.id, productId: other, quantity: 3 });

    const first = cartOf(await claimCart(fixture.deps, me, { cartId: guests.id }));
    const again = cartOf(await claimCart(fixture.deps, me, { cartId: guests.id }));

    expect(quantities(first)).toEqual([90, 3]);
    expect(again).toEqual(first);
    expect(await getCart(fixture.deps, guest, guests.id)).toBeNull();
    expect(typeOf(await claimCart(fixture.deps, someCustomer(), { cartId: guests.id }))).toBe('CartNotFound');
  });

  test("leaves in the guest's cart what is too much, names it, and takes it when there is room", async () => {
    const me = someCustomer();
    await addToCart(fixture.deps, me, { productId, quantity: 60 });
    const others = await Promise.all(Array.from({ length: 20 }, () => fixture.tellProduct()));
    const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 60 }));
    for (const id of others.slice(0, 19)) await addToCart(fixture.deps, me, { productId: id });
    await addToCart(fixture.deps, guest, { cartId, productId: others[19], quantity: 7 });
    await addToCart(fixture.deps, guest, { cartId, productId: others[0], quantity: 2 });
    const claim = async () => {
      const result = await claimCart(fixture.deps, me, { cartId });
      if ('__typename' in result) throw new Error(result.__typename);
      return { version: result.cart.version, left: result.leftBehind.map((line) => [line.productId, line.quantity]) };
    };

    const first = await claim();
    const again = await claim();
    const guests = await getCart(fixture.deps, guest, cartId);
    await setCartQuantity(fixture.deps, me, { productId, quantity: 1 });
    await removeFromCart(fixture.deps, me, { productId: others[1] });
    const last = await claim();

    expect(first.left).toEqual([
      [productId, 21],
      [others[19], 7],
    ]);
    expect(again).toEqual(first);
    expect(guests?.lines.map((line) => [line.productId, line.quantity])).toEqual(first.left);
    expect(last.left).toEqual([]);
    const mine = await getCart(fixture.deps, me, null);
    expect(mine?.lines.find((line) => line.productId === productId)?.quantity).toBe(22);
    expect(mine?.lines.find((line) => line.productId === others[19])?.quantity).toBe(7);
    expect(mine?.lines.find((line) => line.productId === others[0])?.quantity).toBe(3);
    expect(await getCart(fixture.deps, guest, cartId)).toBeNull();
  });

  test('joins one cart once when asked twice at once', async () => {
    const me = someCustomer();
    const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 3 }));

    const results = await Promise.all([claimCart(fixture.deps, me, { cartId }), claimCart(fixture.deps, me, { cartId })]);

    expect(results.map((result) => quantities(cartOf(result)))).toEqual([[3], [3]]);
  });

  test('needs an account', async () => {
    const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId }));

    await expect(claimCart(fixture.deps, guest, { cartId })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test('sweeps unused carts of guests, and no others', async () => {
  const me = someCustomer();
  const mine = cartOf(await addToCart(fixture.deps, me, { productId })).id;
  const old = cartOf(await addToCart(fixture.deps, guest, { productId })).id;
  const recent = cartOf(await addToCart(fixture.deps, guest, { productId })).id;
  await fixture.database.query(`UPDATE carts SET updated_at = now() - interval '31 days' WHERE id = ANY($1::uuid[])`, [[mine, old]]);

  const removed = await sweepCarts(fixture.database, new Date(Date.now() - 30 * 24 * 60 * 60 * 1000));

  expect(removed).toBe(1);
  expect((await findCarts(fixture.database, me, [mine, old, recent])).map((cart) => cart !== null)).toEqual([true, false, true]);
});

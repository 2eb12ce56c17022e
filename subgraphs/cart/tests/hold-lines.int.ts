import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { addToCart } from '../commands/add-to-cart.ts';
import { claimCart } from '../commands/claim-cart.ts';
import { clearCart } from '../commands/clear-cart.ts';
import { removeFromCart } from '../commands/remove-from-cart.ts';
import { setCartQuantity } from '../commands/set-cart-quantity.ts';
import { holdOrdered } from '../event-handlers.ts';
import { findCarts, getCart } from '../queries.ts';
import { type CartFixture, cartOf, guest, openCartFixture, quantities, someCustomer, someOrder } from './fixture.ts';

let fixture: CartFixture;
let productId: string;
let other: string;
beforeAll(async () => {
  fixture = await openCartFixture('cart_holds');
  productId = await fixture.tellProduct();
  other = await fixture.tellProduct({ name: 'Pine table' });
});
afterAll(() => fixture.close());

type Me = ReturnType<typeof someCustomer>;
const add = (me: Me, id: string, quantity: number) => addToCart(fixture.deps, me, { productId: id, quantity });
const cartOfMe = (me: Me) => getCart(fixture.deps, me, null);
const heldRows = async (orderId: string) =>
  (await fixture.database.query('SELECT product_id, quantity FROM held_lines WHERE order_id = $1', [orderId])).rows;

/** A customer who has ordered all that is in the cart. */
async function ordered(quantity = 2) {
  const me = someCustomer();
  const cart = cartOf(await add(me, productId, quantity));
  const order = someOrder(me.userId, [{ productId, quantity }], cart.id);
  await fixture.handleOrders(order.created);
  return { me, cart, order };
}

describe('what is being bought', () => {
  test('is not in the cart, and the version has risen, once', async () => {
    const { me, cart, order } = await ordered();
    await fixture.handleOrders(order.created, order.created);

    expect(await cartOfMe(me)).toMatchObject({ lines: [], total: { amount: 0 }, version: cart.version + 1 });
  });

  test('leaves what was put in meanwhile, and does not hold what was taken out meanwhile', async () => {
    const me = someCustomer();
    await add(me, productId, 5);
    const { id } = cartOf(await add(me, other, 1));
    const order = someOrder(
      me.userId,
      [
        { productId, quantity: 2 },
        { productId: other, quantity: 4 },
      ],
      id,
    );
    await removeFromCart(fixture.deps, me, { productId: other });
    await fixture.handleOrders(order.created);

    expect(quantities(await cartOfMe(me))).toEqual([3]);
    expect(await heldRows(order.id)).toEqual([{ product_id: productId, quantity: 2 }]);
  });

  test('is returned with the next read of the cart, by the cart and by its buyer', async () => {
    const { me, cart, order } = await ordered();
    const { id: guests } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 1 }));
    const seen = await findCarts(fixture.database, me, [cart.id, guests]);
    const byOthers = await findCarts(fixture.database, someCustomer(), [guests]);

    expect(seen.map((one) => [one?.lastOrderId, one?.lastOrderIdOfCaller])).toEqual([
      [order.id, order.id],
      [null, order.id],
    ]);
    expect(byOthers.map((one) => [one?.lastOrderId, one?.lastOrderIdOfCaller])).toEqual([[null, null]]);
    expect(await cartOfMe(me)).toMatchObject({ lastOrderId: order.id, lastOrderIdOfCaller: order.id });
  });

  test("leaves the guest's cart it was ordered from, and the own one alone", async () => {
    const me = someCustomer();
    const own = cartOf(await add(me, productId, 5));
    const guests = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 2 }));

    await fixture.handleOrders(someOrder(me.userId, [{ productId, quantity: 2 }], guests.id).created);

    expect(quantities(await getCart(fixture.deps, guest, guests.id))).toEqual([]);
    expect(await cartOfMe(me)).toMatchObject({ lines: own.lines, version: own.version });
  });

  test("is found in the own cart when the guest's was claimed meanwhile", async () => {
    const me = someCustomer();
    const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 2 }));
    await claimCart(fixture.deps, me, { cartId });

    await fixture.handleOrders(someOrder(me.userId, [{ productId, quantity: 2 }], cartId).created);

    expect(quantities(await cartOfMe(me))).toEqual([]);
  });

  test("never leaves another customer's cart", async () => {
    const stranger = someCustomer();
    const { id } = cartOf(await add(stranger, productId, 2));

    await fixture.handleOrders(someOrder(newId(), [{ productId, quantity: 2 }], id).created);

    expect(quantities(await cartOfMe(stranger))).toEqual([2]);
  });

  test('leaves the cart exactly once while the customer goes on adding', async () => {
    const me = someCustomer();
    await add(me, productId, 40);
    const orders = Array.from({ length: 10 }, () => someOrder(me.userId, [{ productId, quantity: 2 }]));

    await Promise.all([...orders.map(({ created }) => fixture.handleOrders(created)), ...orders.map(() => add(me, productId, 1))]);

    expect(quantities(await cartOfMe(me))).toEqual([30]);
  });

  test('of several orders in one batch is held for each by itself', async () => {
    const me = someCustomer();
    await add(me, productId, 5);
    const [first, second] = [2, 2].map((quantity) => someOrder(me.userId, [{ productId, quantity }]));

    await fixture.handle((sql) =>
      holdOrdered(
        sql,
        [first, second].flatMap((order) => order?.created ?? []),
      ),
    );
    await fixture.handleOrders(...[first, second].flatMap((order) => order?.cancelled ?? []));

    expect(quantities(await cartOfMe(me))).toEqual([5]);
  });
});

describe('a paid order', () => {
  test('leaves nothing behind: what was held is forgotten, and stays forgotten when it is cancelled afterwards', async () => {
    const { me, order } = await ordered();
    await fixture.handleOrders(order.paid, order.paid, order.cancelled);

    expect(quantities(await cartOfMe(me))).toEqual([]);
    expect(await heldRows(order.id)).toEqual([]);
  });

  test('whose event arrives first takes its lines out, once', async () => {
    const me = someCustomer();
    await add(me, productId, 3);
    const order = someOrder(me.userId, [{ productId, quantity: 2 }]);
    await fixture.handleOrders(order.paid, order.created, order.paid);

    expect(quantities(await cartOfMe(me))).toEqual([1]);
    expect(await heldRows(order.id)).toEqual([]);
  });
});

describe('a cancelled order', () => {
  test('gives its lines back, once, on top of what was put in meanwhile', async () => {
    const { me, cart, order } = await ordered();
    await add(me, other, 1);
    await add(me, productId, 3);
    await fixture.handleOrders(order.cancelled, order.cancelled);

    const back = await cartOfMe(me);
    expect(back?.lines.map((line) => [line.productId, line.quantity])).toEqual([
      [other, 1],
      [productId, 5],
    ]);
    expect(back?.version).toBe(cart.version + 4);
    expect(await heldRows(order.id)).toEqual([]);
  });

  test('gives them back in their order, at the price of when they were put in', async () => {
    const dearer = await fixture.tellProduct();
    const me = someCustomer();
    await add(me, other, 1);
    const { id } = cartOf(await add(me, dearer, 1));
    const order = someOrder(
      me.userId,
      [
        { productId: other, quantity: 1 },
        { productId: dearer, quantity: 1 },
      ],
      id,
    );
    await fixture.handleOrders(order.created);
    await fixture.tellProduct({ productId: dearer, version: 2, price: { amount: 99_000, currency: 'EUR' } });
    await fixture.handleOrders(order.cancelled);

    expect((await cartOfMe(me))?.lines).toMatchObject([{ productId: other }, { productId: dearer, notices: ['PRICE_CHANGED'] }]);
  });

  test('whose event arrives first takes nothing out any more, and is recorded', async () => {
    const me = someCustomer();
    const { id } = cartOf(await add(me, productId, 2));
    const order = someOrder(me.userId, [{ productId, quantity: 2 }], id);
    await fixture.handleOrders(order.cancelled, order.created);

    expect(await cartOfMe(me)).toMatchObject({ itemCount: 2, lastOrderId: order.id, lastOrderIdOfCaller: order.id });
  });

  test("gives back to the guest's cart it came from, or to the own one when that was claimed or is gone", async () => {
    const [kept, claimed, gone] = [someCustomer(), someCustomer(), someCustomer()];
    const returned = [];
    for (const me of [kept, claimed, gone]) {
      const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 2 }));
      const order = someOrder(me.userId, [{ productId, quantity: 2 }], cartId);
      await fixture.handleOrders(order.created);
      if (me === claimed) await claimCart(fixture.deps, me, { cartId });
      if (me === gone) await fixture.database.query('DELETE FROM carts WHERE id = $1', [cartId]);
      await fixture.handleOrders(order.cancelled);
      returned.push([quantities(await getCart(fixture.deps, guest, cartId)), quantities(await cartOfMe(me)) ?? []]);
    }

    expect(returned).toEqual([
      [[2], []],
      [undefined, [2]],
      [undefined, [2]],
    ]);
  });

  test('gives back into a cart that was emptied meanwhile', async () => {
    const { me, order } = await ordered();
    await add(me, other, 1);
    await clearCart(fixture.deps, me, {});
    await fixture.handleOrders(order.cancelled);

    expect(quantities(await cartOfMe(me))).toEqual([2]);
  });
});

describe('what finds no room when it comes back', () => {
  test('waits, pieces and lines, and comes as soon as there is room', async () => {
    const { me, order } = await ordered(3);
    const ids = await Promise.all(Array.from({ length: 20 }, () => fixture.tellProduct()));
    for (const id of ids) await add(me, id, 1);
    await fixture.handleOrders(order.cancelled);
    const full = await cartOfMe(me);
    await removeFromCart(fixture.deps, me, { productId: ids[0] });
    const free = await cartOfMe(me);

    expect(full?.lines).toHaveLength(20);
    expect(full?.lines.some((line) => line.productId === productId)).toBe(false);
    expect(full).toMatchObject({ itemCount: 20, waiting: [{ productId, quantity: 3, name: expect.any(String) }] });
    expect(free?.waiting).toEqual([]);
    expect(free?.lines.find((line) => line.productId === productId)?.quantity).toBe(3);
    expect(await heldRows(order.id)).toEqual([]);
  });

  test('is bought never twice: pieces over 99 come when the cart was ordered', async () => {
    const { me, order } = await ordered(60);
    const cart = cartOf(await add(me, productId, 60));
    await fixture.handleOrders(order.cancelled);
    const full = quantities(await cartOfMe(me));
    await fixture.handleOrders(someOrder(me.userId, [{ productId, quantity: 99 }], cart.id).created);

    expect([full, quantities(await cartOfMe(me))]).toEqual([[99], [21]]);
  });

  test('is counted over all orders that it comes back from', async () => {
    const { me, cart, order } = await ordered(60);
    await add(me, productId, 60);
    const second = someOrder(me.userId, [{ productId, quantity: 60 }], cart.id);
    await fixture.handleOrders(second.created);
    await add(me, productId, 99);
    await fixture.handleOrders(order.cancelled, second.cancelled);

    expect((await cartOfMe(me))?.waiting).toMatchObject([{ productId, quantity: 120 }]);
  });

  test("in a guest's cart goes on waiting in the customer's, which that joins", async () => {
    const me = someCustomer();
    const { id: cartId } = cartOf(await addToCart(fixture.deps, guest, { productId, quantity: 60 }));
    const order = someOrder(me.userId, [{ productId, quantity: 60 }], cartId);
    await fixture.handleOrders(order.created);
    await addToCart(fixture.deps, guest, { cartId, productId, quantity: 99 });
    await fixture.handleOrders(order.cancelled);
    await claimCart(fixture.deps, me, { cartId });
    const full = await cartOfMe(me);
    await fixture.handleOrders(someOrder(me.userId, [{ productId, quantity: 99 }], full?.id ?? '').created);

    expect(quantities(full)).toEqual([99]);
    expect(full?.waiting).toMatchObject([{ productId, quantity: 60 }]);
    expect(quantities(await cartOfMe(me))).toEqual([60]);
  });

  test.each([
    ['sets another quantity', (me: Me) => setCartQuantity(fixture.deps, me, { productId, quantity: 1 }), [1]],
    ['takes the product out', (me: Me) => removeFromCart(fixture.deps, me, { productId }), []],
    ['empties the cart', (me: Me) => clearCart(fixture.deps, me, {}), []],
  ])('is not wanted by who %s', async (_, change, expected) => {
    const { me, order } = await ordered(60);
    await add(me, productId, 60);
    await fixture.handleOrders(order.cancelled);
    await change(me);

    expect(quantities(await cartOfMe(me))).toEqual(expected);
    expect(await heldRows(order.id)).toEqual([]);
  });
});

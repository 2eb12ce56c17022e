import type { Identity } from '#platform/auth.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { deleteLines, lockCart } from './cart-lines.ts';
import type { CartDependencies } from './dependencies.ts';
import { type CartNotFound, cartNotFound } from './errors.ts';
import { type Cart, findCarts } from './queries.ts';
import { dropWaiting, takeInWaiting } from './waiting-lines.ts';

/**
 * What the commands of a cart share: one transaction, whose `work` resolves to the id of the cart or to a user error. Resolves to the cart
 * as it is at the end of the transaction.
 */
export function changeCart<UserError extends { __typename: string }>(
  { database }: CartDependencies,
  identity: Identity,
  work: (sql: Sql) => Promise<string | UserError>,
): Promise<{ cart: Cart } | UserError | CartNotFound> {
  return database.transaction(async (sql) => {
    const result = await work(sql);
    if (typeof result !== 'string') return result;
    const [cart] = await findCarts(sql, identity, [result]);
    return cart ? { cart } : cartNotFound;
  });
}

/** Takes a product out of the cart, or everything (null); what waited for room comes in. Without a cart id from the customer's own. */
export function takeFromCart(deps: CartDependencies, identity: Identity, givenId: string | undefined, productId: string | null) {
  return changeCart<CartNotFound>(deps, identity, async (sql) => {
    const cartId = await lockCart(sql, identity, givenId);
    if (cartId === null) return cartNotFound;
    await deleteLines(sql, cartId, productId);
    await dropWaiting(sql, cartId, productId);
    await takeInWaiting(sql, cartId);
    return cartId;
  });
}

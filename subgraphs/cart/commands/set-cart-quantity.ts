import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { findProductCopy, lockCart, lockOrCreateCart, type StoredLine, selectLines, writeLines } from '../cart-lines.ts';
import { changeCart, takeFromCart } from '../change-cart.ts';
import type { CartDependencies } from '../dependencies.ts';
import { mostPieces, setPieces } from '../domain.ts';
import {
  type CartLimitReached,
  type CartNotFound,
  cartLimitReached,
  cartNotFound,
  type ProductNotFound,
  productNotFound,
} from '../errors.ts';
import type { Cart } from '../queries.ts';
import { dropWaiting } from '../waiting-lines.ts';

const setCartQuantityInput = z.object({
  cartId: inputField.id().optional(),
  productId: inputField.id(),
  quantity: inputField.wholeNumber(0, mostPieces),
});

export type SetCartQuantityResult = { cart: Cart } | CartNotFound | ProductNotFound | CartLimitReached | InvalidInput;

export async function setCartQuantity(deps: CartDependencies, identity: Identity, input: unknown): Promise<SetCartQuantityResult> {
  const parsed = parseInput(setCartQuantityInput, input);
  if (!parsed.ok) return parsed.error;
  const { cartId: givenId, productId, quantity } = parsed.value;
  if (quantity === 0) return takeFromCart(deps, identity, givenId, productId);
  const product = await findProductCopy(deps.database, productId);
  if (product === null || product.archived) return productNotFound;
  return changeCart<CartNotFound | CartLimitReached>(deps, identity, async (sql) => {
    const isOwn = givenId === undefined && identity.kind === 'user';
    const cartId = isOwn ? await lockOrCreateCart(sql, identity) : await lockCart(sql, identity, givenId);
    if (cartId === null) return cartNotFound;
    return setLine(sql, cartId, { productId, quantity, priceWhenAdded: product.price });
  });
}

/** A line that is there keeps the price of when it was put in. */
async function setLine(sql: Sql, cartId: string, given: StoredLine): Promise<string | CartLimitReached> {
  const lines = await selectLines(sql, cartId);
  const known = lines.find((line) => line.productId === given.productId);
  if (known?.quantity === given.quantity) return cartId;
  await dropWaiting(sql, cartId, given.productId);
  const pieces = setPieces(lines, given.productId, given.quantity);
  if (typeof pieces !== 'number') return cartLimitReached(pieces);
  await writeLines(sql, cartId, [{ ...given, ...known, quantity: pieces }]);
  return cartId;
}

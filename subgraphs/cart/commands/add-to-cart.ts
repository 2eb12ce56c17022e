import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { findProductCopy, lockCart, lockOrCreateCart, selectLines, writeLines } from '../cart-lines.ts';
import { changeCart } from '../change-cart.ts';
import type { CartDependencies } from '../dependencies.ts';
import { addPieces, mostPieces } from '../domain.ts';
import {
  type CartLimitReached,
  type CartNotFound,
  cartLimitReached,
  cartNotFound,
  type ProductNotFound,
  productNotFound,
} from '../errors.ts';
import type { Cart } from '../queries.ts';

const addToCartInput = z.object({
  cartId: inputField.id().optional(),
  productId: inputField.id(),
  quantity: inputField.wholeNumber(1, mostPieces).default(1),
});

export type AddToCartResult = { cart: Cart } | CartNotFound | ProductNotFound | CartLimitReached | InvalidInput;

export async function addToCart(deps: CartDependencies, identity: Identity, input: unknown): Promise<AddToCartResult> {
  const parsed = parseInput(addToCartInput, input);
  if (!parsed.ok) return parsed.error;
  const { cartId: givenId, productId, quantity } = parsed.value;
  const product = await findProductCopy(deps.database, productId);
  if (product === null || product.archived) return productNotFound;
  return changeCart<CartNotFound | CartLimitReached>(deps, identity, async (sql) => {
    const cartId = givenId === undefined ? await lockOrCreateCart(sql, identity) : await lockCart(sql, identity, givenId);
    if (cartId === null) return cartNotFound;
    const pieces = addPieces(await selectLines(sql, cartId), productId, quantity);
    if (typeof pieces !== 'number') return cartLimitReached(pieces);
    await writeLines(sql, cartId, [{ productId, quantity: pieces, priceWhenAdded: product.price }]);
    return cartId;
  });
}

import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { takeFromCart } from '../change-cart.ts';
import type { CartDependencies } from '../dependencies.ts';
import type { CartNotFound } from '../errors.ts';
import type { Cart } from '../queries.ts';

const removeFromCartInput = z.object({ cartId: inputField.id().optional(), productId: inputField.id() });

export type RemoveFromCartResult = { cart: Cart } | CartNotFound | InvalidInput;

export async function removeFromCart(deps: CartDependencies, identity: Identity, input: unknown): Promise<RemoveFromCartResult> {
  const parsed = parseInput(removeFromCartInput, input);
  if (!parsed.ok) return parsed.error;
  return takeFromCart(deps, identity, parsed.value.cartId, parsed.value.productId);
}

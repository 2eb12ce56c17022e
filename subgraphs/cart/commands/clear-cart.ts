import { z } from 'zod';
import type { Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { takeFromCart } from '../change-cart.ts';
import type { CartDependencies } from '../dependencies.ts';
import type { CartNotFound } from '../errors.ts';
import type { Cart } from '../queries.ts';

const clearCartInput = z.object({ cartId: inputField.id().optional() });

export type ClearCartResult = { cart: Cart } | CartNotFound | InvalidInput;

export async function clearCart(deps: CartDependencies, identity: Identity, input: unknown): Promise<ClearCartResult> {
  const parsed = parseInput(clearCartInput, input);
  return parsed.ok ? takeFromCart(deps, identity, parsed.value.cartId, null) : parsed.error;
}

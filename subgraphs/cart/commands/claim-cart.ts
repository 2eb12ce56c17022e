import { z } from 'zod';
import { assertUser, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { joinCarts } from '../cart-lines.ts';
import type { CartDependencies } from '../dependencies.ts';
import { type CartNotFound, cartNotFound } from '../errors.ts';
import { type Cart, type CartLine, findCarts } from '../queries.ts';
import { moveWaiting } from '../waiting-lines.ts';

const claimCartInput = z.object({ cartId: inputField.id() });

export type ClaimCartResult = { cart: Cart; leftBehind: CartLine[] } | CartNotFound | InvalidInput;

/** @throws AppError UNAUTHENTICATED for a guest. */
export async function claimCart(deps: CartDependencies, identity: Identity, input: unknown): Promise<ClaimCartResult> {
  const { userId, role } = assertUser(identity);
  const parsed = parseInput(claimCartInput, input);
  if (!parsed.ok) return parsed.error;
  const { cartId } = parsed.value;
  return deps.database.transaction(async (sql) => {
    const ownId = await joinWhole(sql, { kind: 'user', userId, role }, cartId);
    const [cart = null, guests = null] = ownId === null ? [] : await findCarts(sql, identity, [ownId, cartId]);
    if (cart === null) return cartNotFound;
    // the customer's own cart counts as claimed, and leaves nothing behind
    return { cart, leftBehind: guests?.userId === null ? guests.lines : [] };
  });
}

/** As `joinCarts`, with what waits for room in the guest's cart. */
async function joinWhole(sql: Sql, identity: Identity & { kind: 'user' }, guestCartId: string): Promise<string | null> {
  const ownId = await joinCarts(sql, identity, guestCartId);
  if (ownId !== null && ownId !== guestCartId) await moveWaiting(sql, guestCartId, ownId);
  return ownId;
}

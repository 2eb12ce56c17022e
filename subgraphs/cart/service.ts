import { assertUser, type Identity, isAdmin } from '#platform/auth.ts';
import { assertId, type InvalidInput, parseInput } from '#platform/input.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { type Cart, type CartLine, findCarts, findCartsOfUsers } from './carts.ts';
import {
  deleteLines,
  findProductCopy,
  joinCarts,
  lockCart,
  lockOrCreateCart,
  type StoredLine,
  selectLines,
  writeLines,
} from './change-cart.ts';
import { addPieces, type Limit, mostLines, setPieces } from './domain.ts';
import { copyProducts, forgetCustomers, type ProductState, sweepCarts } from './event-handlers.ts';
import { dropWaiting, forgetPaid, holdOrdered, moveWaiting, returnCancelled, takeInWaiting } from './hold-lines.ts';
import { addToCartInput, claimCartInput, clearCartInput, removeFromCartInput, setCartQuantityInput } from './inputs.ts';

export type CartNotFound = { __typename: 'CartNotFound'; code: 'CART_NOT_FOUND'; message: string };
export type ProductNotFound = { __typename: 'ProductNotFound'; code: 'PRODUCT_NOT_FOUND'; message: string };
export type CartLimitReached = { __typename: 'CartLimitReached'; code: 'CART_LIMIT_REACHED'; message: string; limit: number };
type UserError = CartNotFound | ProductNotFound | CartLimitReached;

export type AddToCartResult = { cart: Cart } | UserError | InvalidInput;
export type SetCartQuantityResult = { cart: Cart } | UserError | InvalidInput;
export type RemoveFromCartResult = { cart: Cart } | CartNotFound | InvalidInput;
export type ClearCartResult = { cart: Cart } | CartNotFound | InvalidInput;
export type ClaimCartResult = { cart: Cart; leftBehind: CartLine[] } | CartNotFound | InvalidInput;

const cartNotFound: CartNotFound = {
  __typename: 'CartNotFound',
  code: 'CART_NOT_FOUND',
  message: 'There is no such cart, or it is not yours.',
};
const productNotFound: ProductNotFound = {
  __typename: 'ProductNotFound',
  code: 'PRODUCT_NOT_FOUND',
  message: 'There is no such product, or it is no longer sold.',
};

export type CartService = ReturnType<typeof createCartService>;

/** The use cases of carts. A guest's cart is for whoever knows its id, a customer's for that customer alone. */
export function createCartService({ database }: { database: Database }) {
  /** One transaction; answers the cart as it is at its end. */
  function change<R extends { __typename: string }>(
    identity: Identity,
    work: (sql: Sql) => Promise<string | R>,
  ): Promise<{ cart: Cart } | R | CartNotFound> {
    return database.transaction(async (sql) => {
      const result = await work(sql);
      if (typeof result !== 'string') return result;
      const [cart] = await findCarts(sql, identity, [result]);
      return cart ? { cart } : cartNotFound;
    });
  }

  return {
    /** The cart with the id, or without one the caller's own; null when there is none or it is another customer's. */
    async getCart(identity: Identity, id: string | null): Promise<Cart | null> {
      if (id !== null) return (await findCarts(database, identity, [assertId(id, 'id')]))[0] ?? null;
      return identity.kind === 'guest' ? null : ((await findCartsOfUsers(database, [identity.userId]))[0] ?? null);
    },

    findCarts: (identity: Identity, ids: readonly string[]) => findCarts(database, identity, ids),

    /** For the customer and for admins; null for everybody else. */
    async findCartsOfUsers(identity: Identity, userIds: readonly string[]): Promise<(Cart | null)[]> {
      const visible = userIds.filter((userId) => mayKnow(identity, userId));
      const carts = visible.length === 0 ? [] : await findCartsOfUsers(database, visible);
      return userIds.map((userId) => carts.find((cart) => cart?.userId === userId) ?? null);
    },

    async addToCart(identity: Identity, input: unknown): Promise<AddToCartResult> {
      const parsed = parseInput(addToCartInput, input);
      if (!parsed.ok) return parsed.error;
      const { cartId: givenId, productId, quantity } = parsed.value;
      const product = await findProductCopy(database, productId);
      if (product === null || product.archived) return productNotFound;
      return change<UserError>(identity, async (sql) => {
        const cartId = givenId === undefined ? await lockOrCreateCart(sql, identity) : await lockCart(sql, identity, givenId);
        if (cartId === null) return cartNotFound;
        const pieces = addPieces(await selectLines(sql, cartId), productId, quantity);
        if (typeof pieces !== 'number') return limitReached(pieces);
        await writeLines(sql, cartId, [{ productId, quantity: pieces, priceWhenAdded: product.price }]);
        return cartId;
      });
    },

    async setCartQuantity(identity: Identity, input: unknown): Promise<SetCartQuantityResult> {
      const parsed = parseInput(setCartQuantityInput, input);
      if (!parsed.ok) return parsed.error;
      const { cartId: givenId, productId, quantity } = parsed.value;
      if (quantity === 0) return change<CartNotFound>(identity, (sql) => takeFrom(sql, identity, givenId, productId));
      const product = await findProductCopy(database, productId);
      if (product === null || product.archived) return productNotFound;
      return change<UserError>(identity, async (sql) => {
        const isOwn = givenId === undefined && identity.kind === 'user';
        const cartId = isOwn ? await lockOrCreateCart(sql, identity) : await lockCart(sql, identity, givenId);
        if (cartId === null) return cartNotFound;
        return setLine(sql, cartId, { productId, quantity, priceWhenAdded: product.price });
      });
    },

    async removeFromCart(identity: Identity, input: unknown): Promise<RemoveFromCartResult> {
      const parsed = parseInput(removeFromCartInput, input);
      if (!parsed.ok) return parsed.error;
      const { cartId: givenId, productId } = parsed.value;
      return change<CartNotFound>(identity, (sql) => takeFrom(sql, identity, givenId, productId));
    },

    async clearCart(identity: Identity, input: unknown): Promise<ClearCartResult> {
      const parsed = parseInput(clearCartInput, input);
      if (!parsed.ok) return parsed.error;
      const { cartId: givenId } = parsed.value;
      return change<CartNotFound>(identity, (sql) => takeFrom(sql, identity, givenId, null));
    },

    /** @throws AppError UNAUTHENTICATED for a guest. */
    async claimCart(identity: Identity, input: unknown): Promise<ClaimCartResult> {
      const { userId, role } = assertUser(identity);
      const parsed = parseInput(claimCartInput, input);
      if (!parsed.ok) return parsed.error;
      const { cartId } = parsed.value;
      return database.transaction(async (sql) => {
        const ownId = await joinWhole(sql, { kind: 'user', userId, role }, cartId);
        const [cart = null, guests = null] = ownId === null ? [] : await findCarts(sql, identity, [ownId, cartId]);
        if (cart === null) return cartNotFound;
        // the customer's own cart counts as claimed, and leaves nothing behind
        return { cart, leftBehind: guests?.userId === null ? guests.lines : [] };
      });
    },

    copyProducts: (sql: Sql, events: readonly { readonly data: ProductState }[]) =>
      copyProducts(
        sql,
        events.map((event) => event.data),
      ),

    holdOrdered,
    forgetPaid,
    returnCancelled,
    forgetCustomers,

    /** Removes guests' carts that nobody touched since `before`; resolves to how many. */
    sweepCarts: (before: Date) => sweepCarts(database, before),
  };
}

function mayKnow(identity: Identity, userId: string): boolean {
  return isAdmin(identity) || (identity.kind === 'user' && identity.userId === userId);
}

/** A line that is there keeps the price of when it was put in. */
async function setLine(sql: Sql, cartId: string, given: StoredLine): Promise<string | CartLimitReached> {
  const lines = await selectLines(sql, cartId);
  const known = lines.find((line) => line.productId === given.productId);
  if (known?.quantity === given.quantity) return cartId;
  await dropWaiting(sql, cartId, given.productId);
  const pieces = setPieces(lines, given.productId, given.quantity);
  if (typeof pieces !== 'number') return limitReached(pieces);
  await writeLines(sql, cartId, [{ ...given, ...known, quantity: pieces }]);
  return cartId;
}

/** As `joinCarts`, with what waits for room in the guest's cart. */
async function joinWhole(sql: Sql, identity: Identity & { kind: 'user' }, guestCartId: string): Promise<string | null> {
  const ownId = await joinCarts(sql, identity, guestCartId);
  if (ownId !== null && ownId !== guestCartId) await moveWaiting(sql, guestCartId, ownId);
  return ownId;
}

async function takeFrom(sql: Sql, identity: Identity, givenId: string | undefined, productId: string | null) {
  const cartId = await lockCart(sql, identity, givenId);
  if (cartId === null) return cartNotFound;
  await deleteLines(sql, cartId, productId);
  await dropWaiting(sql, cartId, productId);
  await takeInWaiting(sql, cartId);
  return cartId;
}

function limitReached({ limit }: Limit): CartLimitReached {
  const message = limit === mostLines ? `A cart holds at most ${limit} different products.` : `A line holds at most ${limit} pieces.`;
  return { __typename: 'CartLimitReached', code: 'CART_LIMIT_REACHED', message, limit };
}

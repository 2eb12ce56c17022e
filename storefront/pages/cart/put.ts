import type { AddToCartInput, AddToCartMutation } from '../../../schema/operations/storefront.types.ts';
import { mostPieces } from '../../design/read-quantity.ts';
import type { Sent } from '../../graph/send.ts';
import type { Shop } from '../../shop.ts';

/** `unknown`: there was no answer, so it may be in the cart or not. */
export type PutFailure = 'unknown' | 'gone' | 'lineFull' | 'cartFull' | 'failed';
export type Put = { readonly ok: true; readonly inCart: number } | { readonly ok: false; readonly why: PutFailure };

type Lines = readonly { readonly productId: string; readonly quantity: number }[];
const piecesOf = (lines: Lines, productId: string) => lines.find((line) => line.productId === productId)?.quantity ?? 0;

type Parts = {
  guestCart: Pick<Shop['guestCart'], 'current' | 'keep'>;
  isGuest(): boolean;
  /** Runs one at a time over all tabs: two of them would begin two carts. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Sends the mutation once. Never rejects. */
  send(input: AddToCartInput): Promise<Sent<AddToCartMutation>>;
  /** The lines of a guest's cart, or of the customer's own without an id, by the shop's own word; null when it does not say. Never rejects. */
  look(cartId: string | undefined): Promise<Lines | null>;
};

/**
 * Adds products to the visitor's cart. Adding is not idempotent, so a request without an answer is not simply repeated: the next
 * press first looks whether the one before has arrived.
 */
export function createPutter({ guestCart, isGuest, alone, send, look }: Parts) {
  let lost: { productId: string; quantity: number; before: number } | null = null;

  const named = () => {
    const cartId = isGuest() ? guestCart.current() : null;
    return cartId === null ? {} : { cartId };
  };

  const piecesThere = async (productId: string): Promise<number | null> => {
    const { cartId } = named();
    if (isGuest() && cartId === undefined) return 0;
    const lines = await look(cartId);
    return lines && piecesOf(lines, productId);
  };

  const add = async (productId: string, quantity: number): Promise<Put> => {
    const { cartId } = named();
    const sent = await send({ ...named(), productId, quantity });
    if (!sent.ok) return { ok: false, why: whyUnanswered(sent.code) };
    const answer = sent.data.addToCart;
    if (answer.__typename === 'AddToCartSuccess') {
      if (isGuest()) guestCart.keep(answer.cart.id);
      return { ok: true, inCart: piecesOf(answer.cart.lines, productId) };
    }
    if (answer.__typename === 'CartNotFound' && cartId !== undefined) {
      // bought, claimed in another browser, or forgotten by the shop: a new one begins
      guestCart.keep(null);
      return add(productId, quantity);
    }
    return { ok: false, why: whyNot(answer) };
  };

  const put = async (productId: string, quantity: number, before: number): Promise<Put> => {
    if (lost?.productId === productId && lost.quantity === quantity) {
      const inCart = await piecesThere(productId);
      if (inCart === null) return { ok: false, why: 'unknown' };
      const arrived = inCart >= lost.before + quantity;
      lost = null;
      if (arrived) return { ok: true, inCart };
    }
    const done = await add(productId, quantity);
    lost = !done.ok && done.why === 'unknown' ? { productId, quantity, before } : null;
    return done;
  };

  /** `before` is how many of it the page knew to be in the cart. Never rejects. */
  return (productId: string, quantity: number, before: number) => alone(() => put(productId, quantity, before));
}

const whyUnanswered = (code: string): PutFailure => (code === 'OFFLINE' || code === 'UNAVAILABLE' ? 'unknown' : 'failed');

function whyNot(userError: Exclude<AddToCartMutation['addToCart'], { __typename: 'AddToCartSuccess' }>): PutFailure {
  if (userError.__typename === 'ProductNotFound') return 'gone';
  if (userError.__typename === 'CartLimitReached') return userError.limit === mostPieces ? 'lineFull' : 'cartFull';
  return 'failed';
}

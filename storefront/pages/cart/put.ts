import type { AddToCartInput, AddToCartMutation } from '../../../schema/operations/storefront.types.ts';
import { mostPieces } from '../../design/read-quantity.ts';
import type { Sent } from '../../graph/send.ts';
import type { Shop } from '../../shop.ts';

/** `unknown`: there was no answer, so it may be in the cart or not. */
export type PutFailure = 'unknown' | 'gone' | 'lineFull' | 'cartFull' | 'failed';
export type Put = { readonly ok: true; readonly inCart: number } | { readonly ok: false; readonly why: PutFailure };

type Lines = readonly { readonly productId: string; readonly quantity: number }[];
const piecesOf = (lines: Lines, productId: string) => lines.find((line) => line.productId === productId)?.quantity ?? 0;

type PutterDependencies = {
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
export class Putter {
  readonly #deps: PutterDependencies;
  #lost: { productId: string; quantity: number; before: number } | null = null;

  constructor(deps: PutterDependencies) {
    this.#deps = deps;
  }

  /** `before` is how many of it the page knew to be in the cart. Never rejects. */
  put(productId: string, quantity: number, before: number): Promise<Put> {
    return this.#deps.alone(() => this.#put(productId, quantity, before));
  }

  async #put(productId: string, quantity: number, before: number): Promise<Put> {
    const lost = this.#lost;
    if (lost?.productId === productId && lost.quantity === quantity) {
      const inCart = await this.#piecesThere(productId);
      if (inCart === null) return { ok: false, why: 'unknown' };
      this.#lost = null;
      if (inCart >= lost.before + quantity) return { ok: true, inCart };
    }
    const done = await this.#add(productId, quantity);
    this.#lost = !done.ok && done.why === 'unknown' ? { productId, quantity, before } : null;
    return done;
  }

  async #add(productId: string, quantity: number): Promise<Put> {
    const { guestCart, isGuest, send } = this.#deps;
    const named = this.#named();
    const sent = await send({ ...named, productId, quantity });
    if (!sent.ok) return { ok: false, why: whyUnanswered(sent.code) };
    const answer = sent.data.addToCart;
    if (answer.__typename === 'AddToCartSuccess') {
      if (isGuest()) guestCart.keep(answer.cart.id);
      return { ok: true, inCart: piecesOf(answer.cart.lines, productId) };
    }
    if (answer.__typename === 'CartNotFound' && named.cartId !== undefined) {
      // bought, claimed in another browser, or forgotten by the shop: a new one begins
      guestCart.keep(null);
      return this.#add(productId, quantity);
    }
    return { ok: false, why: whyNot(answer) };
  }

  async #piecesThere(productId: string): Promise<number | null> {
    const { cartId } = this.#named();
    if (this.#deps.isGuest() && cartId === undefined) return 0;
    const lines = await this.#deps.look(cartId);
    return lines && piecesOf(lines, productId);
  }

  #named(): { cartId?: string } {
    const cartId = this.#deps.isGuest() ? this.#deps.guestCart.current() : null;
    return cartId === null ? {} : { cartId };
  }
}

const whyUnanswered = (code: string): PutFailure => (code === 'OFFLINE' || code === 'UNAVAILABLE' ? 'unknown' : 'failed');

function whyNot(userError: Exclude<AddToCartMutation['addToCart'], { __typename: 'AddToCartSuccess' }>): PutFailure {
  if (userError.__typename === 'ProductNotFound') return 'gone';
  if (userError.__typename === 'CartLimitReached') return userError.limit === mostPieces ? 'lineFull' : 'cartFull';
  return 'failed';
}

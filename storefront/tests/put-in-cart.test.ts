import { describe, expect, test } from '@jest/globals';
import type { AddToCartInput, AddToCartMutation } from '../../schema/operations/storefront.types.ts';
import type { Sent } from '../graph/send.ts';
import { Putter } from '../pages/cart/put.ts';

type Answer = Sent<AddToCartMutation>;
/** What a mutation answers. */
const answered = (answer: object): Answer => ({ ok: true, data: { addToCart: { message: '', ...answer } } as AddToCartMutation });
const lost: Answer = { ok: false, code: 'OFFLINE', traceId: null };

type Setting = { answers?: readonly Answer[]; arrives?: boolean; guest?: boolean; kept?: string | null };

/** The carts of a shop, in memory. */
function createCarts(guest: boolean) {
  const carts = new Map<string, Map<string, number>>([['known', new Map()]]);
  const linesOf = (id: string) => [...(carts.get(id) ?? [])].map(([productId, quantity]) => ({ productId, quantity }));
  return {
    linesOf,
    add({ cartId, productId, quantity }: AddToCartInput): Answer {
      if (typeof cartId === 'string' && !carts.has(cartId)) return answered({ __typename: 'CartNotFound', code: 'CART_NOT_FOUND' });
      const id = String(cartId ?? (guest ? `cart-${String(carts.size)}` : 'own'));
      const lines = carts.get(id) ?? new Map<string, number>();
      const product = String(productId);
      carts.set(id, lines.set(product, (lines.get(product) ?? 0) + (quantity ?? 1)));
      return answered({ __typename: 'AddToCartSuccess', cart: { id, lines: linesOf(id) } });
    },
  };
}

/** `answers` come instead of the shop's own, in turn; `arrives`: whether the shop executed the request all the same. */
function open({ answers = [], arrives = false, guest = true, kept = null }: Setting = {}) {
  const carts = createCarts(guest);
  const seen: AddToCartInput[] = [];
  const queue = [...answers];
  let cartId = kept;
  const putter = new Putter({
    guestCart: {
      current: () => cartId,
      keep(id) {
        cartId = id;
      },
    },
    isGuest: () => guest,
    alone: (work) => work(),
    look: async (id) => carts.linesOf(id ?? 'own'),
    async send(input) {
      seen.push(input);
      const instead = queue.shift();
      if (!instead) return carts.add(input);
      if (arrives) carts.add(input);
      return instead;
    },
  });
  return { put: (...line: Parameters<Putter['put']>) => putter.put(...line), seen, kept: () => cartId };
}

describe('putting into the cart', () => {
  test('begins a cart for a guest, and goes on with it', async () => {
    const { put, seen, kept } = open();
    await put('tea', 1, 0);

    expect(await put('tea', 2, 1)).toEqual({ ok: true, inCart: 3 });
    expect(seen.map(({ cartId }) => cartId)).toEqual([undefined, 'cart-1']);
    expect(kept()).toBe('cart-1');
  });

  test('begins another one when the shop has the old one no more', async () => {
    const { put, kept } = open({ kept: 'forgotten' });

    expect(await put('tea', 1, 0)).toEqual({ ok: true, inCart: 1 });
    expect(kept()).toBe('cart-1');
  });

  test('leaves the cart of a guest alone for a logged-in user', async () => {
    const { put, seen, kept } = open({ guest: false, kept: 'known' });
    await put('tea', 1, 0);

    expect([seen[0]?.cartId, kept()]).toEqual([undefined, 'known']);
  });

  test('does not put it in twice when only the answer was lost', async () => {
    const { put, seen } = open({ kept: 'known', answers: [lost], arrives: true });

    expect(await put('tea', 2, 0)).toEqual({ ok: false, why: 'unknown' });
    expect(await put('tea', 2, 0)).toEqual({ ok: true, inCart: 2 });
    expect(seen).toHaveLength(1);
  });

  test('puts it in at the second press when the first did not arrive', async () => {
    const { put, seen } = open({ kept: 'known', answers: [lost] });
    await put('tea', 2, 0);

    expect(await put('tea', 2, 0)).toEqual({ ok: true, inCart: 2 });
    expect(seen).toHaveLength(2);
  });

  test.each([
    [{ __typename: 'ProductNotFound', code: 'PRODUCT_NOT_FOUND' }, 'gone'],
    [{ __typename: 'CartLimitReached', code: 'CART_LIMIT_REACHED', limit: 99 }, 'lineFull'],
    [{ __typename: 'CartLimitReached', code: 'CART_LIMIT_REACHED', limit: 20 }, 'cartFull'],
    [{ __typename: 'InvalidInput', code: 'INVALID_INPUT' }, 'failed'],
  ])('has the reason: %j', async (answer, why) => {
    const { put } = open({ answers: [answered(answer)] });

    expect(await put('tea', 1, 0)).toEqual({ ok: false, why });
  });
});

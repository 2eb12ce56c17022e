import type { Cache, DataFields } from '@urql/exchange-graphcache';
import { gql } from 'urql';

type Told = { readonly id: string; readonly status: string; readonly lines?: readonly { readonly quantity: number }[] };

export type BoughtPieces = (told: Told) => number;

/**
 * How many pieces an order takes out of its customer's cart by what is told of it now: those of its lines when it has just been paid before
 * our eyes, else none. An order that was paid long ago has done so long ago. Whoever places an order tells so: it may be paid before more is told.
 */
export function createBoughtPieces(): BoughtPieces {
  const unpaid = new Set<string>();
  return ({ id, status, lines = [] }) => {
    if (status === 'PENDING' || status === 'AWAITING_PAYMENT') unpaid.add(id);
    else if (unpaid.delete(id) && status === 'PAID') return lines.reduce((sum, { quantity }) => sum + quantity, 0);
    return 0;
  };
}

/** The shop takes what was bought out of the cart a moment after the order is paid; the cart that is shown does so at once, and asks nobody. */
export function takeOutOfCart(boughtPieces: BoughtPieces): (result: DataFields, args: unknown, cache: Cache) => void {
  return (result, _args, cache) => {
    const told = result['orderStatus'] as Told | null | undefined;
    const pieces = told ? boughtPieces(told) : 0;
    const cart = cache.resolve('Query', 'cart');
    if (pieces === 0 || typeof cart !== 'string') return;
    const count = cache.resolve(cart, 'itemCount');
    if (typeof count !== 'number') return;
    cache.invalidate(cart, 'lines');
    cache.invalidate(cart, 'total');
    cache.writeFragment(cartCount, { __typename: 'Cart', id: cart.slice('Cart:'.length), itemCount: Math.max(0, count - pieces) });
  };
}

const cartCount = gql`
  fragment CartCount on Cart {
    id
    itemCount
  }
`;

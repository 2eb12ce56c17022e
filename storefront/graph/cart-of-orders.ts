import type { Cache, DataFields } from '@urql/exchange-graphcache';
import { gql } from 'urql';

type LiveOrder = { readonly id: string; readonly status: string; readonly lines?: readonly { readonly quantity: number }[] };

export type ReturnedPieces = (order: LiveOrder) => number;

/**
 * How many pieces an order gives back to its customer's cart by its newest update: those of its lines when it has just been cancelled
 * before our eyes, without having been paid, else none. An order that was cancelled long ago has done so long ago. The answer to placing an
 * order counts as an update: it may be cancelled before the next one.
 */
export function createReturnedPieces(): ReturnedPieces {
  const underWay = new Set<string>();
  return ({ id, status, lines = [] }) => {
    if (status === 'PENDING' || status === 'AWAITING_PAYMENT') underWay.add(id);
    else if (underWay.delete(id) && status === 'CANCELLED') return lines.reduce((sum, { quantity }) => sum + quantity, 0);
    return 0;
  };
}

/** The cart subgraph drops ordered lines a moment later; the cart on the page is emptied at once, without a request. */
export function takeOutOfCart(cache: Cache): void {
  countCart(cache, () => 0);
}

/** What comes back with a cancelled order is in the cart that is shown at once, too. */
export function returnToCart(returnedPieces: ReturnedPieces): (result: DataFields, args: unknown, cache: Cache) => void {
  return (result, _args, cache) => {
    const order = result['orderStatus'] as LiveOrder | null | undefined;
    const pieces = order ? returnedPieces(order) : 0;
    if (pieces > 0) countCart(cache, (count) => count + pieces);
  };
}

/** The count in the header is known, all else of the cart is asked for by the page that shows it. */
function countCart(cache: Cache, next: (count: number) => number): void {
  const cart = cache.resolve('Query', 'cart');
  if (typeof cart !== 'string') return;
  const count = cache.resolve(cart, 'itemCount');
  if (typeof count !== 'number') return;
  for (const field of ['lines', 'total', 'version']) cache.invalidate(cart, field);
  cache.writeFragment(cartCount, { __typename: 'Cart', id: cart.slice('Cart:'.length), itemCount: next(count) });
}

const cartCount = gql`
  fragment CartCount on Cart {
    id
    itemCount
  }
`;

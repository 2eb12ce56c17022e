import { useMemo } from 'react';
import type { UseQueryArgs } from 'urql';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useGuestCart, useSession } from '../../shop.ts';
import { Cart } from './operations.ts';

/** The id by which a change of the cart names it: that of a guest's cart; none for a customer, and for a guest who has no cart yet. */
export function useCartId(): { cartId?: string } {
  const session = useSession();
  const guestCart = useGuestCart();
  const cartId = session ? null : guestCart;
  return useMemo(() => (cartId === null ? {} : { cartId }), [cartId]);
}

/** The cart of the current visitor; `cart` is null when there is none and undefined while it is loading. No request for a guest without a cart. */
export function useWholeCart(requestPolicy: NonNullable<UseQueryArgs['requestPolicy']> = 'cache-first') {
  const session = useSession();
  const { cartId } = useCartId();
  const pause = !session && cartId === undefined;
  const { data, ...rest } = useShopQuery(Cart, cartId === undefined ? {} : { id: cartId }, { pause, requestPolicy });
  return { ...rest, loading: !pause && rest.loading, cart: pause ? null : data?.cart };
}

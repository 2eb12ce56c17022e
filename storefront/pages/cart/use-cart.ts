import cartCount from '../../../schema/operations/storefront/cart-count.graphql';
import type { CartCountQuery, CartCountQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useGuestCart, useSession } from '../../shop.ts';

const CartCount = registered<CartCountQuery, CartCountQueryVariables>(cartCount);

/** The number of items in the cart of the current visitor. No request for a guest without a cart. */
export function useCartCount(): number {
  const session = useSession();
  const guestCart = useGuestCart();
  const { data } = useShopQuery(CartCount, session || guestCart === null ? {} : { id: guestCart }, {
    pause: !session && guestCart === null,
  });
  return data?.cart?.itemCount ?? 0;
}

import cartCount from '../../../schema/operations/storefront/cart-count.graphql';
import type { CartCountQuery, CartCountQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useGuestCart, useSession } from '../../shop.ts';

const CartCount = registered<CartCountQuery, CartCountQueryVariables>(cartCount);

/** How many pieces are in the cart of whoever is here. A guest who has no cart yet asks nobody. */
export function useCartCount(): number {
  const session = useSession();
  const guestCart = useGuestCart();
  const { data } = useShopQuery(CartCount, session || guestCart === null ? {} : { id: guestCart }, {
    pause: !session && guestCart === null,
  });
  return data?.cart?.itemCount ?? 0;
}

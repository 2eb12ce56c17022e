import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useClient } from 'urql';
import { useGuestCart, useSession, useShop } from '../../shop.ts';
import { claimGuestCart } from './claim-guest-cart.ts';

const Joining = createContext(false);

/** Whether what a guest collected is on its way into the customer's own cart, so that this one is not yet all there is. */
export const useCartIsJoining = (): boolean => useContext(Joining);

const againAfterMs = 5000;

/** As soon as there is both somebody logged in and the cart of a guest, the one gets the other; again and again until it is done. */
export function JoinCart({ children }: { children: ReactNode }) {
  const client = useClient();
  const { guestCart } = useShop();
  const session = useSession();
  const cartId = useGuestCart();
  const both = session !== null && cartId !== null ? `${session.user.id} ${cartId}` : null;
  const [tried, setTried] = useState<string | null>(null);

  useEffect(() => {
    if (both === null) return;
    let isOver = false;
    let timer: number | undefined;
    const claim = async () => {
      await claimGuestCart(client, guestCart);
      if (isOver) return;
      // without an answer the customer goes on with what is there
      setTried(both);
      if (guestCart.current() !== null) timer = window.setTimeout(() => void claim(), againAfterMs);
    };
    void claim();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [both, client, guestCart]);

  return <Joining value={both !== null && both !== tried}>{children}</Joining>;
}

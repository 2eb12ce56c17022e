import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useClient } from 'urql';
import { useGuestCart, useSession, useShop } from '../../shop.ts';
import { claimGuestCart, type LeftBehind } from './claim-guest-cart.ts';

type Joining = {
  /** Whether what a guest collected is on its way into the customer's own cart, so that this one is not yet all there is. */
  readonly isJoining: boolean;
  /** What did not fit. */
  readonly leftBehind: LeftBehind;
  /** Tries again to put it in. */
  again(): Promise<void>;
};

const nothing: Joining = { isJoining: false, leftBehind: [], again: () => Promise.resolve() };
const JoiningContext = createContext<Joining>(nothing);

export const useJoining = (): Joining => useContext(JoiningContext);

const againAfterMs = 5000;

/** As soon as there is both somebody logged in and the cart of a guest, the one gets the other; again and again until the shop has answered. */
export function JoinCart({ children }: { children: ReactNode }) {
  const client = useClient();
  const { guestCart } = useShop();
  const session = useSession();
  const cartId = useGuestCart();
  const both = session !== null && cartId !== null ? `${session.user.id} ${cartId}` : null;
  const [tried, setTried] = useState<string | null>(null);
  const [left, setLeft] = useState<{ of: string; lines: LeftBehind } | null>(null);

  useEffect(() => {
    if (both === null) return;
    let isOver = false;
    let timer: number | undefined;
    const claim = async () => {
      const lines = await claimGuestCart(client, guestCart);
      if (isOver) return;
      // without an answer the customer goes on with what is there
      setTried(both);
      if (lines === null) timer = window.setTimeout(() => void claim(), againAfterMs);
      else setLeft({ of: both, lines });
    };
    void claim();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [both, client, guestCart]);

  const joining = useMemo(
    (): Joining => ({
      isJoining: both !== null && both !== tried,
      leftBehind: both !== null && left?.of === both ? left.lines : [],
      async again() {
        const lines = await claimGuestCart(client, guestCart);
        if (both !== null && lines !== null) setLeft({ of: both, lines });
      },
    }),
    [both, tried, left, client, guestCart],
  );
  return <JoiningContext value={joining}>{children}</JoiningContext>;
}

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Client, useClient } from 'urql';
import claimFile from '../../../schema/operations/storefront/claim-cart.graphql';
import type { ClaimCartMutation, ClaimCartMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { type Shop, useGuestCart, useSession, useShop } from '../../shop.ts';

const ClaimCart = registered<ClaimCartMutation, ClaimCartMutationVariables>(claimFile);

/** What did not fit into the customer's cart, and waits in the guest's. */
type LeftBehind = Extract<ClaimCartMutation['claimCart'], { __typename: 'ClaimCartSuccess' }>['leftBehind'];

/**
 * Merges the guest's cart into the cart of the logged-in user. Never rejects. Resolves to what did not fit; the guest's cart is kept
 * then, as it is when the shop does not answer (null), and forgotten when all of it has joined or it is gone. Claiming twice changes nothing.
 */
async function claimGuestCart(client: Client, guestCart: Pick<Shop['guestCart'], 'current' | 'keep'>): Promise<LeftBehind | null> {
  const cartId = guestCart.current();
  if (cartId === null) return [];
  const sent = await send(client, ClaimCart, { input: { cartId } });
  if (!sent.ok) return null;
  const left = sent.data.claimCart.__typename === 'ClaimCartSuccess' ? sent.data.claimCart.leftBehind : [];
  // any user error means that there is nothing to claim; another guest cart may have been started meanwhile
  if (left.length === 0 && guestCart.current() === cartId) guestCart.keep(null);
  return left;
}

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

/** Claims the guest's cart as soon as a user is logged in; retried until the shop has answered. */
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
    const over = new AbortController();
    const claim = async () => {
      while (!over.signal.aborted) {
        const lines = await claimGuestCart(client, guestCart);
        if (over.signal.aborted) return;
        // without an answer the customer goes on with what is there
        setTried(both);
        if (lines !== null) return setLeft({ of: both, lines });
        await new Promise((resolve) => window.setTimeout(resolve, againAfterMs));
      }
    };
    void claim();
    return () => over.abort();
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

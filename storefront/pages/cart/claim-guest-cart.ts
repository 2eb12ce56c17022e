import type { Client } from 'urql';
import claimFile from '../../../schema/operations/storefront/claim-cart.graphql';
import type { ClaimCartMutation, ClaimCartMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import type { Shop } from '../../shop.ts';

const ClaimCart = registered<ClaimCartMutation, ClaimCartMutationVariables>(claimFile);

/** What did not fit into the customer's cart, and waits in the guest's. */
export type LeftBehind = Extract<ClaimCartMutation['claimCart'], { __typename: 'ClaimCartSuccess' }>['leftBehind'];

/**
 * What a guest collected joins the cart of whoever is logged in now. Never rejects. Resolves to what did not fit; the guest's cart is kept
 * then, as it is when the shop does not answer (null), and forgotten when all of it has joined or it is gone. Claiming twice changes nothing.
 */
export async function claimGuestCart(client: Client, guestCart: Pick<Shop['guestCart'], 'current' | 'keep'>): Promise<LeftBehind | null> {
  const cartId = guestCart.current();
  if (cartId === null) return [];
  const sent = await send(client, ClaimCart, { input: { cartId } });
  if (!sent.ok) return null;
  const left = sent.data.claimCart.__typename === 'ClaimCartSuccess' ? sent.data.claimCart.leftBehind : [];
  // any user error says that there is nothing to claim; another cart may have been begun meanwhile
  if (left.length === 0 && guestCart.current() === cartId) guestCart.keep(null);
  return left;
}

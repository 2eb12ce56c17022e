import type { Client } from 'urql';
import claimFile from '../../../schema/operations/storefront/claim-cart.graphql';
import type { ClaimCartMutation, ClaimCartMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import type { Shop } from '../../shop.ts';

const ClaimCart = registered<ClaimCartMutation, ClaimCartMutationVariables>(claimFile);

/**
 * What a guest collected joins the cart of whoever is logged in now. Never rejects; forgets the guest's cart when it has joined or is gone, and
 * keeps it when the shop does not answer. Claiming twice changes nothing.
 */
export async function claimGuestCart(client: Client, guestCart: Pick<Shop['guestCart'], 'current' | 'keep'>): Promise<void> {
  const cartId = guestCart.current();
  if (cartId === null) return;
  const sent = await send(client, ClaimCart, { input: { cartId } });
  // any refusal says that there is nothing to claim; another cart may have been begun meanwhile
  if (sent.ok && guestCart.current() === cartId) guestCart.keep(null);
}

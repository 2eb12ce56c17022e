import { useState } from 'react';
import { type Client, useClient } from 'urql';
import { send, within } from '../../graph/send.ts';
import { useShop } from '../../shop.ts';
import { AddToCart, Cart } from './operations.ts';
import { Putter } from './put.ts';

const lookMs = 10_000;

/** Puts products into the cart; see Putter. */
export function usePutter() {
  const client = useClient();
  const { guestCart, sessions } = useShop();
  const [putter] = useState(
    () =>
      new Putter({
        guestCart,
        isGuest: () => sessions.current() === null,
        alone: (work) => ('locks' in navigator ? navigator.locks.request('marigold.cart', work) : work()),
        send: (input) => send(client, AddToCart, { input }),
        look: (cartId) => linesOf(client, cartId),
      }),
  );
  return putter;
}

async function linesOf(client: Client, cartId: string | undefined) {
  const asked = client.query(Cart, cartId === undefined ? {} : { id: cartId }, { requestPolicy: 'network-only' }).toPromise();
  const answer = await within(lookMs, asked);
  return answer === null || answer.error || !answer.data ? null : (answer.data.cart?.lines ?? []);
}

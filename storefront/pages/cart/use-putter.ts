import { useState } from 'react';
import { useClient } from 'urql';
import { useShop } from '../../shop.ts';
import { createPutter } from './put.ts';

/** Puts products into the cart; see createPutter. */
export function usePutter() {
  const client = useClient();
  const { guestCart, sessions } = useShop();
  const [put] = useState(() =>
    createPutter({
      client,
      guestCart,
      isGuest: () => sessions.current() === null,
      alone: (work) => ('locks' in navigator ? navigator.locks.request('marigold.cart', work) : work()),
    }),
  );
  return put;
}

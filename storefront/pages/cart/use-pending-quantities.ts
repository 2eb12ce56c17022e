import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import type { SetCartQuantityMutation } from '../../../schema/operations/storefront.types.ts';
import { mostPieces } from '../../design/read-quantity.ts';
import { type Sent, send } from '../../graph/send.ts';
import { useShop } from '../../shop.ts';
import { SetCartQuantity } from './operations.ts';
import { nextPending, type PendingQuantities, settled, without } from './pending-quantities.ts';
import { useCartId } from './use-whole-cart.ts';

export type Trouble = 'offline' | 'gone' | 'lineFull' | 'cartFull' | 'failed';
const settleMs = 350;
const againAfterMs = 3000;

/**
 * Changes of quantities: shown at once, sent one after the other when typing has paused, and retried as long as the shop does
 * not answer. To set a quantity twice is to set it once.
 */
export function usePendingQuantities() {
  const client = useClient();
  const { guestCart } = useShop();
  const named = useCartId();
  const [pending, setPending] = useState<PendingQuantities>({});
  const [troubles, setTroubles] = useState<Readonly<Record<string, Trouble>>>({});
  const [isSending, setSending] = useState(false);
  const isOffline = Object.values(troubles).includes('offline');

  useEffect(() => {
    const next = nextPending(pending);
    if (next === null || isSending) return;
    const fulfil = async () => {
      window.clearTimeout(timer);
      setSending(true);
      const sent = await send(client, SetCartQuantity, { input: { ...named, ...next } });
      const trouble = troubleOf(sent);
      setTroubles((all) => (trouble === null ? omit(all, next.productId) : { ...all, [next.productId]: trouble }));
      if (sent.ok && sent.data.setCartQuantity.__typename === 'CartNotFound' && named.cartId !== undefined) guestCart.keep(null);
      if (trouble === null) setPending((all) => settled(all, next.productId, next.quantity));
      else if (trouble !== 'offline') setPending((all) => without(all, next.productId));
      setSending(false);
    };
    const inMs = next.quantity === 0 ? 0 : settleMs;
    const timer = window.setTimeout(fulfil, isOffline ? againAfterMs : inMs);
    window.addEventListener('online', fulfil);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('online', fulfil);
    };
  }, [pending, isSending, client, guestCart, named, isOffline]);

  const latest = useRef({ pending, named, client });
  useEffect(() => {
    latest.current = { pending, named, client };
  });
  useEffect(
    () => () => {
      // a change is sent even when the user leaves the page at once
      const left = latest.current;
      for (const [productId, quantity] of Object.entries(left.pending)) {
        void send(left.client, SetCartQuantity, { input: { ...left.named, productId, quantity } });
      }
    },
    [],
  );

  return {
    pending,
    troubles,
    /** `quantity` 0 takes it out. */
    setQuantity: (productId: string, quantity: number) => {
      setTroubles((all) => (all[productId] === 'offline' ? all : omit(all, productId)));
      setPending((all) => ({ ...all, [productId]: quantity }));
    },
  };
}

function omit<T>(all: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return key in all ? Object.fromEntries(Object.entries(all).filter(([one]) => one !== key)) : all;
}

function troubleOf(sent: Sent<SetCartQuantityMutation>): Trouble | null {
  if (!sent.ok) return sent.code === 'OFFLINE' || sent.code === 'UNAVAILABLE' ? 'offline' : 'failed';
  const answer = sent.data.setCartQuantity;
  switch (answer.__typename) {
    case 'SetCartQuantitySuccess':
      return null;
    case 'ProductNotFound':
      return 'gone';
    case 'CartLimitReached':
      return answer.limit === mostPieces ? 'lineFull' : 'cartFull';
    default:
      return 'failed';
  }
}

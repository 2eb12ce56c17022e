import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import type { PlaceOrderInput } from '../../../schema/operations/storefront.types.ts';
import { ButtonLink } from '../../design/button.tsx';
import { Empty } from '../../design/problem.tsx';
import { send } from '../../graph/send.ts';
import { commonMessages } from '../../messages/common.ts';
import { useMessages } from '../../messages/language.ts';
import { checkoutMessages } from './messages.ts';
import { PlaceOrder, usePurchases } from './use-purchases.ts';

/** The cart is empty. Perhaps because it was bought and the answer got lost: then the same request, with its key, finds its order. */
export function NothingToPay({ userId }: { userId: string }) {
  const w = useMessages(checkoutMessages);
  const { toShop } = useMessages(commonMessages);
  const client = useClient();
  const purchases = usePurchases();
  const [, navigate] = useLocation();
  const [lost] = useState(() => purchases.unanswered(userId));
  const [isLooking, setLooking] = useState(lost !== null);

  useEffect(() => {
    if (lost === null) return;
    const over = new AbortController();
    const look = async () => {
      // an empty cart buys nothing, whatever the shop knows of the key
      const input = { ...(lost.input as Omit<PlaceOrderInput, 'idempotencyKey'>), idempotencyKey: lost.key };
      const sent = await send(client, PlaceOrder, { input });
      if (sent.ok) purchases.settled();
      if (over.signal.aborted) return;
      if (sent.ok && sent.data.placeOrder.__typename === 'PlaceOrderSuccess') {
        navigate(`/orders/${sent.data.placeOrder.order.id}`, { replace: true });
      } else setLooking(false);
    };
    void look();
    return () => over.abort();
  }, [lost, client, purchases, navigate]);

  if (isLooking) return <p role="status">{w.looking}</p>;
  return (
    <Empty
      title={w.empty}
      hint={w.emptyHint}
      action={
        <>
          <ButtonLink href="/">{toShop}</ButtonLink>
          <ButtonLink href="/orders" look="text">
            {w.toOrders}
          </ButtonLink>
        </>
      }
    />
  );
}

import { useEffect, useRef, useState } from 'react';
import { useSubscription } from 'urql';
import liveFile from '../../../schema/operations/storefront/orders-live.graphql';
import type { OrdersLiveSubscription, OrdersLiveSubscriptionVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { useSession } from '../../shop.ts';
import { unknownOrders } from './updates.ts';

const OrdersLive = registered<OrdersLiveSubscription, OrdersLiveSubscriptionVariables>(liveFile);

/** Keeps the list of orders up to date: updates go into the cache. `onNew` when there is one that the list does not show. */
export function useOrdersLive(listed: readonly string[], onNew: () => void): void {
  const [updated, setUpdated] = useState<ReadonlySet<string>>(new Set());
  const userId = useSession()?.user.id;
  const askedFor = useRef(new Set<string>());
  useSubscription<OrdersLiveSubscription>({ query: OrdersLive }, (_, { orders }) => {
    if (orders && orders.customer?.id === userId)
      setUpdated((before) => (before.has(orders.id) ? before : new Set([...before, orders.id])));
    return { orders };
  });
  useEffect(() => {
    if (listed.length === 0 && updated.size === 0) return;
    const unknown = unknownOrders(updated, listed, askedFor.current);
    if (unknown.length === 0) return;
    for (const id of unknown) askedFor.current.add(id);
    onNew();
  }, [updated, listed, onNew]);
}

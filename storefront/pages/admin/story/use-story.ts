import { useEffect, useRef } from 'react';
import { useClient } from 'urql';
import movesFile from '../../../../schema/operations/admin/order-moves.graphql';
import storyFile from '../../../../schema/operations/admin/order-story.graphql';
import type {
  OrderMovesSubscription,
  OrderMovesSubscriptionVariables,
  OrderStoryQuery,
  OrderStoryQueryVariables,
} from '../../../../schema/operations/admin.types.ts';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';

const OrderStory = registered<OrderStoryQuery, OrderStoryQueryVariables>(storyFile);
const OrderMoves = registered<OrderMovesSubscription, OrderMovesSubscriptionVariables>(movesFile);

export type Story = NonNullable<OrderStoryQuery['order']>;

/** An event causes others: books, mails and stock follow a moment later. */
const followMs = [0, 600, 2500];

/** The data of an order, updated while the page is open: by its subscription, and by polling what has none. */
export function useStory(id: string) {
  const client = useClient();
  const query = useShopQuery(OrderStory, { id }, { requestPolicy: 'cache-and-network' });
  const again = useRef(query.again);
  useEffect(() => {
    again.current = query.again;
  });
  usePolled(() => {
    if (!query.refreshing) query.again();
  }, 5000);

  useEffect(() => {
    const timers: number[] = [];
    const { unsubscribe } = client.subscription(OrderMoves, { orderId: id, sinceVersion: null }).subscribe(({ data }) => {
      if (!data?.orderStatus) return;
      timers.splice(0).forEach(window.clearTimeout);
      timers.push(...followMs.map((ms) => window.setTimeout(() => again.current(), ms)));
    });
    return () => {
      unsubscribe();
      timers.forEach(window.clearTimeout);
    };
  }, [client, id]);

  return query;
}

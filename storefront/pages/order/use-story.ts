import { useEffect, useReducer, useState } from 'react';
import { useClient } from 'urql';
import statusFile from '../../../schema/operations/storefront/order-status.graphql';
import type { OrderStatusSubscription, OrderStatusSubscriptionVariables } from '../../../schema/operations/storefront.types.ts';
import { codeOf } from '../../graph/client.ts';
import { registered } from '../../graph/registered.ts';
import { useConnection } from '../../shop.ts';
import { emptyStory, type LiveOrder, learn, nextShown, type Story } from './timeline.ts';

const OrderStatus = registered<OrderStatusSubscription, OrderStatusSubscriptionVariables>(statusFile);

type Received = { readonly order: LiveOrder; readonly receivedAtMs: number };

/** An order by its subscription. `problem` is the code with which the subscription ended before the first update. */
export function useStory(orderId: string): { story: Story; problem: string | null; again(): void } {
  const client = useClient();
  const [story, receive] = useReducer((known: Story, { order, receivedAtMs }: Received) => learn(known, order, receivedAtMs), emptyStory);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another subscription
  useEffect(() => {
    const { unsubscribe } = client.subscription(OrderStatus, { orderId, sinceVersion: null }).subscribe(({ data, error }) => {
      // partial data is shown when a subgraph was unavailable
      if (data?.orderStatus) receive({ order: data.orderStatus, receivedAtMs: Date.now() });
      else if (error) setProblem(codeOf(error));
    });
    return unsubscribe;
  }, [client, orderId, attempt]);

  const again = () => {
    setProblem(null);
    setAttempt((before) => before + 1);
  };
  return { story, problem, again };
}

const oneByOneMs = 320;

/** How many of the known steps are shown: what was missed while the connection was away comes one by one. */
export function useShown(known: number): number {
  const connection = useConnection();
  const [shown, setShown] = useState(0);
  const [wasAway, setWasAway] = useState(false);
  const isBehind = shown < known;
  if (connection === 'offline' && shown > 0 && !wasAway) setWasAway(true);
  const next = nextShown(shown, known, wasAway);
  // the first of them at once
  const [isPausing, setPausing] = useState(false);
  if (isBehind && !isPausing) {
    setShown(next);
    if (next < known) setPausing(true);
    else setWasAway(connection === 'offline');
  }
  useEffect(() => {
    if (!isPausing) return;
    const timer = window.setTimeout(() => setPausing(false), oneByOneMs);
    return () => window.clearTimeout(timer);
  }, [isPausing]);
  return isBehind && !isPausing ? next : shown;
}

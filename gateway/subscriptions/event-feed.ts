import type { Fact, FactRead } from '#kafka/contracts.ts';
import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import { readFact } from '#kafka/facts.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import type { orderFields, productFields } from '../events.ts';
import { orderKey } from './follow-order.ts';
import { adminKey, customerKey } from './follow-orders.ts';
import { productKey } from './follow-products.ts';
import type { OrderNews, ProductNews } from './news.ts';
import type { Switchboard } from './switchboard.ts';

export type FactFeedOptions = {
  eventLog: EventLog;
  orders: Switchboard<OrderNews>;
  products: Switchboard<ProductNews>;
  logger: Logger;
};

export type FactFeed = {
  /** Null when it hears, else why not, without addresses. */
  problem(): Promise<string | null>;
  stop(): Promise<void>;
};

type OrderFact = FactRead<Extract<Fact, { data: { status: string } }>['type'], (typeof orderFields)[number] | 'reason'>;
type ProductFact = FactRead<Extract<Fact, { data: { availability: string } }>['type'], (typeof productFields)[number]>;

const paceMs = 10;
const retryMs = 1_000;

/**
 * Hears what happens from now on, once for the whole gateway, and tells it to the switchboards. Each gateway process is a group of
 * its own, because its subscribers are.
 */
export function startFactFeed({ eventLog, orders, products, logger }: FactFeedOptions): FactFeed {
  const group = `gateway-${newId()}`;
  let subscription: Subscription | null = null;
  let hasJoined = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function subscribe(): Promise<void> {
    try {
      subscription = await eventLog.subscribe({
        group,
        memberId: group,
        topics: ['checkout', 'catalogue'],
        from: 'end',
        paceMs,
        handle: async (deliveries) => {
          for (const delivery of deliveries) hear(delivery);
        },
        onJoined() {
          hasJoined = true;
          orders.loseTrack();
          products.loseTrack();
        },
      });
      if (stopped) await subscription.stop();
    } catch (error) {
      logger.warn({ error }, 'the event log cannot be subscribed to; it is tried again');
      if (!stopped) timer = setTimeout(() => void subscribe(), retryMs).unref();
    }
  }

  function hear(delivery: Delivery): void {
    const type = delivery.headers['ce_type'] ?? '';
    if (!(type.startsWith('order.') || type.startsWith('product.'))) return;
    try {
      tell(readFact(delivery));
    } catch (error) {
      const { topic, partition, offset } = delivery;
      logger.warn({ error, type, topic, partition, offset }, 'a fact that cannot be told to subscribers');
    }
  }

  function tell(fact: Fact): void {
    if (isOrderFact(fact)) {
      const news = orderNewsOf(fact);
      orders.tell([orderKey(news.value.id), customerKey(fact.data.userId), adminKey], news);
    }
    if (isProductFact(fact)) {
      const { productId: id, version, availability } = fact.data;
      products.tell([productKey(id)], { value: { id, version, availability }, traceparent: fact.traceparent });
    }
  }

  const subscribing = subscribe();
  return {
    async problem() {
      if ((await eventLog.problem()) !== null) return 'the event log cannot be reached';
      return hasJoined ? (subscription?.problem() ?? null) : 'the event log is not heard yet';
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await subscribing;
      await subscription?.stop();
    },
  };
}

function isOrderFact(fact: Fact): fact is Fact & OrderFact {
  return fact.type.startsWith('order.');
}

function isProductFact(fact: Fact): fact is Fact & ProductFact {
  return fact.type.startsWith('product.');
}

function orderNewsOf({ data, time, traceparent }: OrderFact): OrderNews {
  const { orderId: id, number, status, version, total, userId } = data;
  const cancelReason = 'reason' in data ? data.reason : null;
  return { value: { id, number, status, statusSince: time, version, total, cancelReason, customer: { id: userId } }, traceparent };
}

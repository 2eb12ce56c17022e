import type { DomainEvent, EventView } from '#kafka/contracts.ts';
import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import { readEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import type { orderFields, productFields } from './events.ts';
import { orderKey } from './follow-order.ts';
import { adminKey, customerKey } from './follow-orders.ts';
import { productKey } from './follow-products.ts';
import type { SubscriberRegistry } from './subscriber-registry.ts';
import type { OrderUpdate, ProductUpdate } from './updates.ts';

export type EventFeedOptions = {
  eventLog: EventLog;
  orders: SubscriberRegistry<OrderUpdate>;
  products: SubscriberRegistry<ProductUpdate>;
  logger: Logger;
};

export type EventFeed = {
  /** Null when it subscribes, else why not, without addresses. */
  unhealthyReason(): Promise<string | null>;
  stop(): Promise<void>;
};

type OrderEvent = EventView<Extract<DomainEvent, { data: { status: string } }>['type'], (typeof orderFields)[number] | 'reason'>;
type ProductEvent = EventView<Extract<DomainEvent, { data: { availability: string } }>['type'], (typeof productFields)[number]>;

const minFetchIntervalMs = 10;
const retryMs = 1_000;

/**
 * Subscribes to new events, once for the whole gateway, and passes them to the registries. Each gateway process is a group of
 * its own, because its subscribers are.
 */
export function startEventFeed({ eventLog, orders, products, logger }: EventFeedOptions): EventFeed {
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
        minFetchIntervalMs,
        handle: async (deliveries) => {
          for (const delivery of deliveries) receive(delivery);
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

  function receive(delivery: Delivery): void {
    const type = delivery.headers['ce_type'] ?? '';
    if (!(type.startsWith('order.') || type.startsWith('product.'))) return;
    try {
      push(readEvent(delivery));
    } catch (error) {
      const { topic, partition, offset } = delivery;
      logger.warn({ error, type, topic, partition, offset }, 'an event cannot be sent to subscribers; skipping it');
    }
  }

  function push(event: DomainEvent): void {
    if (isOrderEvent(event)) {
      const update = orderUpdateOf(event);
      orders.push([orderKey(update.value.id), customerKey(event.data.userId), adminKey], update);
    }
    if (isProductEvent(event)) {
      const { productId: id, version, availability } = event.data;
      products.push([productKey(id)], { value: { id, version, availability }, traceparent: event.traceparent });
    }
  }

  const subscribing = subscribe();
  return {
    async unhealthyReason() {
      if ((await eventLog.unhealthyReason()) !== null) return 'the event log cannot be reached';
      return hasJoined ? (subscription?.unhealthyReason() ?? null) : 'the event log is not received yet';
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await subscribing;
      await subscription?.stop();
    },
  };
}

function isOrderEvent(event: DomainEvent): event is DomainEvent & OrderEvent {
  return event.type.startsWith('order.');
}

function isProductEvent(event: DomainEvent): event is DomainEvent & ProductEvent {
  return event.type.startsWith('product.');
}

function orderUpdateOf({ data, time, traceparent }: OrderEvent): OrderUpdate {
  const { orderId: id, number, status, version, total, userId } = data;
  const cancelReason = 'reason' in data ? data.reason : null;
  return { value: { id, number, status, statusSince: time, version, total, cancelReason, customer: { id: userId } }, traceparent };
}

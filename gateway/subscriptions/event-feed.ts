import type { DomainEvent, EventView } from '#kafka/contracts.ts';
import type { Delivery, EventLog } from '#kafka/event-log.ts';
import { readEvent } from '#kafka/events.ts';
import type { Logger } from '#platform/logger.ts';
import { EventTail } from '../runtime/event-tail.ts';
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

type OrderEvent = EventView<Extract<DomainEvent, { data: { status: string } }>['type'], (typeof orderFields)[number] | 'reason'>;
type ProductEvent = EventView<Extract<DomainEvent, { data: { availability: string } }>['type'], (typeof productFields)[number]>;

/** Subscribes to new events, once for the whole gateway, and passes them to the registries. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #tail: EventTail;
  #hasJoined = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#tail = new EventTail({
      ...options,
      name: 'gateway',
      topics: ['checkout', 'catalogue'],
      handle: (delivery) => this.#receive(delivery),
      onJoined: () => {
        this.#hasJoined = true;
        options.orders.loseTrack();
        options.products.loseTrack();
      },
    });
  }

  /** Null when it subscribes, else why not, without addresses. */
  async unhealthyReason(): Promise<string | null> {
    if ((await this.#options.eventLog.unhealthyReason()) !== null) return 'the event log cannot be reached';
    return this.#hasJoined ? this.#tail.unhealthyReason() : 'the event log is not received yet';
  }

  stop(): Promise<void> {
    return this.#tail.stop();
  }

  #receive(delivery: Delivery): void {
    const type = delivery.headers['ce_type'] ?? '';
    if (!(type.startsWith('order.') || type.startsWith('product.'))) return;
    try {
      this.#push(readEvent(delivery));
    } catch (error) {
      const { topic, partition, offset } = delivery;
      this.#options.logger.warn({ error, type, topic, partition, offset }, 'an event cannot be sent to subscribers; skipping it');
    }
  }

  #push(event: DomainEvent): void {
    const { orders, products } = this.#options;
    if (isOrderEvent(event)) {
      const update = orderUpdateOf(event);
      orders.push([orderKey(update.value.id), customerKey(event.data.userId), adminKey], update);
    }
    if (isProductEvent(event)) {
      const { productId: id, version, availability } = event.data;
      products.push([productKey(id)], { value: { id, version, availability }, traceparent: event.traceparent });
    }
  }
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

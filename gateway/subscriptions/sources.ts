import type { Logger } from '#platform/logger.ts';
import { EventFeed } from './event-feed.ts';
import { followOrder } from './follow-order.ts';
import { followOrders } from './follow-orders.ts';
import { followProducts } from './follow-products.ts';
import type { SubscriptionLimits } from './limits.ts';
import type { SubscriptionOptions } from './options.ts';
import { createOrderReader } from './order-reader.ts';
import { createProductReader } from './product-reader.ts';
import type { Source } from './source.ts';
import { createSubgraphReader } from './subgraph-reader.ts';
import { createSubscriberRegistry } from './subscriber-registry.ts';
import type { OrderUpdate, ProductUpdate } from './updates.ts';

export type Sources = {
  /** By the field of `Subscription`; null where there is no event log to receive from. */
  readonly byField: Readonly<Record<string, Source>> | null;
  /** How many listeners wait for update. */
  listening(): number;
  unhealthyReason(): Promise<string | null>;
  stop(): Promise<void>;
};

/** The sources of all subscription fields, fed by the one event-log subscription of the gateway. */
export function openSources(
  { eventLog, clients }: Pick<SubscriptionOptions, 'eventLog' | 'clients'>,
  limits: SubscriptionLimits,
  logger: Logger,
): Sources {
  if (eventLog === null)
    return { byField: null, listening: () => 0, unhealthyReason: async () => 'there is no event log', stop: () => Promise.resolve() };
  const orders = createSubscriberRegistry<OrderUpdate>();
  const products = createSubscriberRegistry<ProductUpdate>();
  const reader = createSubgraphReader({ clients, ...limits, logger });
  const orderReader = createOrderReader(reader);
  const feed = new EventFeed({ eventLog, orders, products, logger });
  return {
    byField: {
      orderStatus: followOrder(orders, orderReader),
      orders: followOrders(orders, orderReader),
      productAvailability: followProducts(products, createProductReader(reader)),
    },
    listening: () => orders.size() + products.size(),
    unhealthyReason: () => feed.unhealthyReason(),
    stop: () => feed.stop(),
  };
}

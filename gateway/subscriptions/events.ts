/** What subscribers are shown of an order. */
export const orderFields = ['orderId', 'number', 'userId', 'version', 'status', 'total'] as const;
/** What subscribers are shown of a product. */
export const productFields = ['productId', 'version', 'availability'] as const;

const orderEvents = [
  'order.created',
  'order.awaiting-payment',
  'order.paid',
  'order.shipped',
  'order.delivered',
  'order.refunded',
] as const;
const productEvents = ['product.created', 'product.updated', 'product.archived', 'product.availability-changed'] as const;

/** The events that the gateway subscribes to. It has no database, so neither inbox nor handlers: subscriptions/event-feed.ts passes them to subscribers, protection/session-feed.ts handles ended sessions. */
export const subscribes = [
  ...orderEvents.map((type) => ({ type, reads: orderFields })),
  { type: 'order.cancelled', reads: [...orderFields, 'reason'] },
  ...productEvents.map((type) => ({ type, reads: productFields })),
  { type: 'user.sessions-ended', reads: ['sessionIds', 'until'] },
] as const;

/** The gateway only listens. */
export const publishes = [] as const;

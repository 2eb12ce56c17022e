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

/** What the gateway hears for its subscribers. It keeps nothing, so it has neither inbox nor handlers: subscriptions/event-feed.ts passes it on, and protection/session-feed.ts what concerns tokens. */
export const subscribes = [
  ...orderEvents.map((type) => ({ type, reads: orderFields })),
  { type: 'order.cancelled', reads: [...orderFields, 'reason'] },
  ...productEvents.map((type) => ({ type, reads: productFields })),
  { type: 'user.sessions-ended', reads: ['sessionIds', 'until'] },
] as const;

/** The gateway only listens. */
export const publishes = [] as const;

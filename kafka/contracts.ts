import { z } from 'zod';
import type { TopicName } from './topics.ts';

const id = z.uuid();
const version = z.int().min(1);
const minorUnits = z.int().min(0).max(2_147_483_647);
const money = z.object({ amount: minorUnits, currency: z.enum(['EUR']) });
const quantity = z.int().min(1);
const timestamp = z.iso.datetime();

const orderLine = z.object({ productId: id, name: z.string(), quantity, unitPrice: money });
const stockLine = z.object({ productId: id, quantity });
/** As people read it: Visa ending in 4242. */
const card = z.string();

export const orderStatuses = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];
export const cancelReasons = ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'PAYMENT_DECLINED', 'TIMED_OUT', 'BY_CUSTOMER'] as const;
export type CancelReason = (typeof cancelReasons)[number];
export const availabilities = ['IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK'] as const;
export type Availability = (typeof availabilities)[number];

/** What every event of order carries: enough to show the order's progress to its customer without a query. */
const orderState = <Status extends OrderStatus>(status: Status) =>
  z.object({ orderId: id, number: z.string(), userId: id, version, status: z.literal(status), total: money });

const productState = z.object({
  productId: id,
  version,
  sku: z.string(),
  name: z.string(),
  slug: z.string(),
  category: z.string(),
  price: money,
  availability: z.enum(availabilities),
  imageUrl: z.string().nullable(),
  archived: z.boolean(),
});

const accountState = z.object({ userId: id, version, email: z.string(), username: z.string() });

/** Which mail goes to an unverified address: a verification link, a notice to the owner of an existing account, or none, because its limit is reached. */
const addressMail = z.enum(['link', 'in-use', 'none']).optional();

type Contract = { publisher: string; topic: TopicName; about: string; data: z.ZodObject };

/** Every event of the shop. An optional field may be added; anything else is a new type, published beside the old one. */
export const contracts = {
  'order.created': {
    publisher: 'order',
    topic: 'checkout',
    about: 'An order was placed; nothing is reserved yet.',
    data: orderState('PENDING').extend({
      paymentMethodId: z.string(),
      cartId: id.optional(),
      lines: z.array(orderLine).min(1),
      placedAt: timestamp,
    }),
  },
  'order.awaiting-payment': {
    publisher: 'order',
    topic: 'checkout',
    about: 'The stock is reserved; the charge is awaited.',
    data: orderState('AWAITING_PAYMENT'),
  },
  'order.paid': {
    publisher: 'order',
    topic: 'checkout',
    about: 'The order is paid: a sale.',
    data: orderState('PAID').extend({
      cartId: id.optional(),
      lines: z.array(orderLine).min(1),
      placedAt: timestamp,
      card: card.optional(),
      paidAt: timestamp.optional(),
    }),
  },
  'order.cancelled': {
    publisher: 'order',
    topic: 'checkout',
    about: 'The order ended without a sale.',
    data: orderState('CANCELLED').extend({
      reason: z.enum(cancelReasons),
      cartId: id.optional(),
      // who cancelled it, if a person did
      by: z.enum(['CUSTOMER', 'ADMIN']).optional(),
      // the card that was charged or declined
      card: card.optional(),
      // when it was paid before, so that money goes back
      paidAt: timestamp.optional(),
      // what kept it from being carried out; available: how many there were, when there were too few
      failedLines: z.array(stockLine.extend({ name: z.string(), available: z.int().min(0).optional() })).optional(),
    }),
  },
  'order.shipped': { publisher: 'order', topic: 'checkout', about: 'The parcel has left.', data: orderState('SHIPPED') },
  'order.delivered': { publisher: 'order', topic: 'checkout', about: 'The parcel has arrived.', data: orderState('DELIVERED') },
  'order.refunded': {
    publisher: 'order',
    topic: 'checkout',
    about: 'The sale is undone: money and goods go back.',
    data: orderState('REFUNDED').extend({ card: card.optional(), paidAt: timestamp.optional() }),
  },
  'inventory.reserved': {
    publisher: 'product',
    topic: 'checkout',
    about: 'All lines of the order are held.',
    data: z.object({ orderId: id, lines: z.array(stockLine).min(1) }),
  },
  'inventory.reservation-failed': {
    publisher: 'product',
    topic: 'checkout',
    about: 'Not all lines could be held, so none is.',
    data: z.object({
      orderId: id,
      reason: z.enum(['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT']),
      productIds: z.array(id).min(1),
      // of which there were too few, with how many there were
      shortages: z.array(z.object({ productId: id, requested: quantity, available: z.int().min(0) })).optional(),
    }),
  },
  'inventory.released': {
    publisher: 'product',
    topic: 'checkout',
    about: 'What was held or sold for the order is available again.',
    data: z.object({ orderId: id, lines: z.array(stockLine).min(1) }),
  },
  'payment.succeeded': {
    publisher: 'payment',
    topic: 'checkout',
    about: 'The order was charged, once.',
    data: z.object({ orderId: id, paymentId: id, amount: money, card: card.optional() }),
  },
  'payment.failed': {
    publisher: 'payment',
    topic: 'checkout',
    about: 'The charge was declined; nothing was taken.',
    data: z.object({
      orderId: id,
      paymentId: id,
      code: z.enum(['CARD_DECLINED', 'INSUFFICIENT_FUNDS', 'UNKNOWN_METHOD']),
      message: z.string(),
      card: card.optional(),
    }),
  },
  'payment.refunded': {
    publisher: 'payment',
    topic: 'checkout',
    about: 'A charge was given back in full.',
    data: z.object({ orderId: id, paymentId: id, refundId: id, amount: money }),
  },
  'product.created': { publisher: 'product', topic: 'catalogue', about: 'A product was added to the catalogue.', data: productState },
  'product.updated': { publisher: 'product', topic: 'catalogue', about: 'The details of a product changed.', data: productState },
  'product.archived': { publisher: 'product', topic: 'catalogue', about: 'A product is no longer sold.', data: productState },
  'product.availability-changed': {
    publisher: 'product',
    topic: 'catalogue',
    about: 'A product went from one level of availability to another.',
    data: productState,
  },
  'user.registered': {
    publisher: 'user',
    topic: 'accounts',
    about: 'An account was opened.',
    data: accountState.extend({ addressMail }),
  },
  'user.email-changed': {
    publisher: 'user',
    topic: 'accounts',
    about: 'The email address of an account changed.',
    // the previous address, so that its owner is notified as well
    data: accountState.extend({ previousEmail: z.string().optional(), addressMail }),
  },
  'user.password-reset-issued': {
    publisher: 'user',
    topic: 'password-resets',
    about: 'A link to set a new password is to be mailed; its token can be read by the subgraph mail alone.',
    data: accountState.extend({ sealedToken: z.string(), expiresAt: timestamp }),
  },
  'user.log-in-paused': {
    publisher: 'user',
    topic: 'password-resets',
    about: 'The password of an account was written wrong so often that new places have to wait before they try again.',
    data: accountState.extend({ failures: z.number().int().positive(), pauseSeconds: z.number().int().positive() }),
  },
  'user.deleted': {
    publisher: 'user',
    topic: 'accounts',
    about: 'An account is closed; a tombstone follows.',
    data: z.object({ userId: id, version }),
  },
  'user.sessions-ended': {
    publisher: 'user',
    topic: 'sessions',
    about: 'Access tokens of these sessions are worth nothing any more, though they look good until then.',
    data: z.object({ userId: id, sessionIds: z.array(id).min(1), until: timestamp }),
  },
} as const satisfies Record<string, Contract>;

export type EventType = keyof typeof contracts;
export const eventTypes = Object.keys(contracts) as EventType[];
export type EventData<Type extends EventType> = z.output<(typeof contracts)[Type]['data']>;

/** Something that happened. `key` is the id whose order matters: of the order, the product or the user. */
export type DomainEvent<Type extends EventType = EventType> = {
  [T in Type]: {
    /** UUID v7; the same event has the same id however often it is delivered. */
    readonly id: string;
    readonly type: T;
    readonly key: string;
    /** ISO 8601. */
    readonly time: string;
    /** W3C trace context of the request that caused it. */
    readonly traceparent: string | undefined;
    readonly data: EventData<T>;
  };
}[Type];

/** An event as a subscriber sees it: only the declared fields of its data; tsc rejects access to others. */
export type EventView<Type extends EventType, Field extends string> = {
  [T in Type]: Omit<DomainEvent<T>, 'data'> & { readonly data: Pick<EventData<T>, Field & keyof EventData<T>> };
}[Type];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(contracts, type);
}

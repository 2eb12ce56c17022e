import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderStatus } from '#kafka/contracts.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';

export type FakeOrder = {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  status: OrderStatus;
  statusSince: string;
  version: number;
  cancelReason: 'TIMED_OUT' | null;
  readonly history: { version: number; status: OrderStatus; at: string; cause: string }[];
};

/** Two customers. */
export const ada = newId();
export const eve = newId();

const price = { amount: 2500, currency: 'EUR' as const };
export const total = { amount: 5000, currency: 'EUR' as const };
const paymentMethodId = 'card-visa';

/** The order subgraph as subscriptions see it, without a database. With `told: false` the event of a change is not published. */
export function createFakeOrders(eventLog: EventLog) {
  const orders = new Map<string, FakeOrder>();
  const productId = newId();

  async function save(order: FakeOrder, told: boolean): Promise<FakeOrder> {
    order.statusSince = new Date().toISOString();
    order.history.push({ version: order.version, status: order.status, at: order.statusSince, cause: 'test' });
    if (told) await push(order);
    return order;
  }

  /** Publishes the event of the order's present status. */
  async function push({ id: orderId, number, userId, version, status, statusSince }: FakeOrder): Promise<void> {
    const state = { orderId, number, userId, version, total };
    const lines = [{ productId, name: 'Lamp', quantity: 2, unitPrice: price }];
    const placedAt = new Date().toISOString();
    const event = {
      PENDING: () => createEvent('order.created', orderId, { ...state, status: 'PENDING', paymentMethodId, lines, placedAt }),
      AWAITING_PAYMENT: () => createEvent('order.awaiting-payment', orderId, { ...state, status: 'AWAITING_PAYMENT' }),
      PAID: () => createEvent('order.paid', orderId, { ...state, status: 'PAID', lines, placedAt }),
      SHIPPED: () => createEvent('order.shipped', orderId, { ...state, status: 'SHIPPED' }),
      DELIVERED: () => createEvent('order.delivered', orderId, { ...state, status: 'DELIVERED' }),
      CANCELLED: () => createEvent('order.cancelled', orderId, { ...state, status: 'CANCELLED', reason: 'TIMED_OUT' }),
      REFUNDED: () => createEvent('order.refunded', orderId, { ...state, status: 'REFUNDED' }),
    }[status]();
    await eventLog.publish([toMessage({ ...event, time: statusSince })]);
  }

  return {
    productId,
    push,
    all: () => [...orders.values()],
    place(userId: string, told = true): Promise<FakeOrder> {
      const id = newId();
      const order: FakeOrder = {
        id,
        number: `M-${id.slice(-6)}`,
        userId,
        status: 'PENDING',
        statusSince: '',
        version: 1,
        cancelReason: null,
        history: [],
      };
      orders.set(id, order);
      return save(order, told);
    },
    move(order: FakeOrder, status: OrderStatus, told = true): Promise<FakeOrder> {
      order.status = status;
      order.version += 1;
      if (status === 'CANCELLED') order.cancelReason = 'TIMED_OUT';
      return save(order, told);
    },
    find(id: string, identity: Identity): FakeOrder | null {
      const order = orders.get(id);
      const mayBeSeen = isAdmin(identity) || (identity.kind === 'user' && identity.userId === order?.userId);
      return order && mayBeSeen ? structuredClone(order) : null;
    },
  };
}

export type FakeOrders = ReturnType<typeof createFakeOrders>;

/** Some time between 0 and `mostMs`, so that what runs beside it may come before or after. */
export function aTimestamp(mostMs: number): Promise<void> {
  return sleep(Math.random() * mostMs);
}

import type { OrderStatus } from '../../../../schema/operations/admin.types.ts';

export type DomainEvent = {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly traceId: string | null;
  readonly note: string | null;
};

export type Knot = DomainEvent & {
  /** After the event before it, in ms; null for the first one. */
  readonly gapMs: number | null;
  /** Since the first one, in ms. */
  readonly sinceStartMs: number;
  readonly tone: 'done' | 'failed' | 'waiting';
};

const failed = ['order.cancelled', 'order.refunded', 'inventory.reservation-failed', 'payment.failed'];
const moved = ['order.paid', 'order.shipped', 'order.delivered', 'inventory.reserved', 'payment.succeeded'];

/** The events of an order as one line. Services have clocks of their own: what seems to come before its cause comes with it. */
export function timelineOf(events: readonly DomainEvent[]): readonly Knot[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const sorted = [...byId.values()].sort(
    (one, other) => Date.parse(one.at) - Date.parse(other.at) || Date.parse(one.recordedAt) - Date.parse(other.recordedAt),
  );
  const startMs = sorted[0] ? Date.parse(sorted[0].at) : 0;
  return sorted.map((event, at) => {
    const before = sorted[at - 1];
    const ms = Date.parse(event.at);
    return {
      ...event,
      gapMs: before ? Math.max(0, ms - Date.parse(before.at)) : null,
      sinceStartMs: ms - startMs,
      tone: failed.includes(event.type) ? 'failed' : moved.includes(event.type) ? 'done' : 'waiting',
    };
  });
}

export const acts = ['ship', 'deliver', 'refund', 'cancel'] as const;
export type Act = (typeof acts)[number];

const possible: Readonly<Record<OrderStatus, readonly Act[]>> = {
  PENDING: ['cancel'],
  AWAITING_PAYMENT: ['cancel'],
  PAID: ['ship', 'refund', 'cancel'],
  SHIPPED: ['deliver', 'refund'],
  DELIVERED: [],
  CANCELLED: [],
  REFUNDED: [],
};

/** What an admin can do with an order in this status; the graph decides. */
export const actsIn = (status: OrderStatus): readonly Act[] => possible[status];

type Names = Readonly<Record<string, string>>;

/** The note of an event for people: the graph has a reason, a code of the bank or an amount. Unknown values are shown unchanged. */
export function noteInMessages(
  note: string,
  names: readonly Names[],
  money: (sum: { amount: number; currency: string }) => string,
): string {
  const sum = /^(\d+)\.(\d\d) ([A-Z]{3})$/.exec(note);
  if (sum) return money({ amount: Number(`${sum[1]}${sum[2]}`), currency: sum[3] ?? '' });
  return names.find((some) => Object.hasOwn(some, note))?.[note] ?? note;
}

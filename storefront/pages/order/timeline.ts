import type { CancelReason, OrderStatus, OrderStatusSubscription, PaymentStatus } from '../../../schema/operations/storefront.types.ts';

/** The order as one update of its subscription carries it: always complete. */
export type LiveOrder = NonNullable<OrderStatusSubscription['orderStatus']>;

/** A change of status. `cause` is null until the history contains the change. */
export type Step = { readonly version: number; readonly status: OrderStatus; readonly at: string; readonly cause: string | null };

/** The state of the order page. */
export type Story = {
  /** The latest version received; null before the first. */
  readonly order: LiveOrder | null;
  /** One for each version received, oldest first. */
  readonly steps: readonly Step[];
  /** By how much this clock is ahead of the shop's, at most, in ms: an event cannot come before it happened. */
  readonly clockLeadMs: number;
};

export const emptyStory: Story = { order: null, steps: [], clockLeadMs: Number.POSITIVE_INFINITY };

/**
 * Adds an update, in whatever order and however often updates come: a version is one step, and nothing known is lost. What the
 * history knows of later versions is left to their own updates.
 */
export function learn(story: Story, update: LiveOrder, receivedAtMs: number): Story {
  const steps = new Map(story.steps.map((step) => [step.version, step]));
  if (!steps.has(update.version))
    steps.set(update.version, { version: update.version, status: update.status, at: update.statusSince, cause: null });
  for (const { version, status, at, cause } of update.history) {
    if (version <= update.version) steps.set(version, { version, status, at, cause });
  }
  const isNewest = story.order === null || update.version >= story.order.version;
  return {
    order: isNewest ? update : story.order,
    steps: [...steps.values()].sort((one, other) => one.version - other.version),
    clockLeadMs: Math.min(story.clockLeadMs, receivedAtMs - Date.parse(update.statusSince)),
  };
}

/** The part of the shop that caused a change, for customers. */
export type Part = 'checkout' | 'stockroom' | 'payment' | 'clock' | 'you' | 'shop';
export type Tone = 'done' | 'failed';
export type Knot = Step & { readonly part: Part | null; readonly tone: Tone; readonly gapMs: number | null };

/** The steps as knots of a line, each with the time since the one before it, in ms. */
export function knotsOf(steps: readonly Step[]): readonly Knot[] {
  return steps.map((step, at) => {
    const before = steps[at - 1];
    return {
      ...step,
      part: step.cause === null ? null : partOf(step.cause),
      tone: isEnded(step.status) ? 'failed' : 'done',
      gapMs: before ? Math.max(0, Date.parse(step.at) - Date.parse(before.at)) : null,
    };
  });
}

function partOf(cause: string): Part {
  if (cause.startsWith('placed')) return 'checkout';
  if (cause.startsWith('inventory.')) return 'stockroom';
  if (cause.startsWith('payment.')) return 'payment';
  if (cause.startsWith('deadline')) return 'clock';
  return cause.endsWith('by customer') ? 'you' : 'shop';
}

/** What an order in this status waits for; null when nothing more happens to it. */
export type Awaited = 'stock' | 'money' | 'parcel' | 'arrival';
const awaited: Readonly<Partial<Record<OrderStatus, Awaited>>> = {
  PENDING: 'stock',
  AWAITING_PAYMENT: 'money',
  PAID: 'parcel',
  SHIPPED: 'arrival',
};
export const awaitedIn = (status: OrderStatus): Awaited | null => awaited[status] ?? null;

/** While the shop processes it by itself, and the customer waits. */
export const isChecking = (status: OrderStatus): boolean => status === 'PENDING' || status === 'AWAITING_PAYMENT';
export const canCancel = (status: OrderStatus): boolean => isChecking(status) || status === 'PAID';

/** Before the parcel was delivered, or instead of it. */
export const isEnded = (status: OrderStatus): boolean => status === 'CANCELLED' || status === 'REFUNDED';

/** The checkout has deadlines: whatever seems to have waited longer than this was measured by another clock. */
const longestWaitMs = 600_000;

/**
 * How long the customer has waited, in ms, by the shop's clock: from the order's placement until the checkout ended, or until now. A clock
 * that cannot be right is set by the last event.
 */
export function waitedMs({ steps, clockLeadMs }: Story, nowMs: number): number {
  const [first] = steps;
  const end = steps.find((step) => !isChecking(step.status));
  if (!first) return 0;
  const startMs = Date.parse(first.at);
  if (end) return Math.max(0, Date.parse(end.at) - startMs);
  const isRight = clockLeadMs >= 0 && clockLeadMs <= longestWaitMs;
  return Math.max(0, nowMs - (isRight ? 0 : clockLeadMs) - startMs);
}

/** How an order that was cancelled or refunded ended, and what becomes of the money. */
export type Ending = {
  readonly reason: CancelReason | 'UNKNOWN' | 'BY_SHOP' | 'REFUNDED';
  readonly money: 'untouched' | 'comesBack' | 'cameBack' | 'untouchedOrComesBack';
  readonly wasPaid: boolean;
};

const neverCharged: readonly Ending['reason'][] = ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'PAYMENT_DECLINED'];
const charged: readonly PaymentStatus[] = ['CAPTURED'];
const notCharged: readonly PaymentStatus[] = ['DECLINED', 'VOIDED'];

/** Null for an order that is neither cancelled nor refunded. */
export function endingOf({ order, steps }: Story): Ending | null {
  if (order?.status === 'REFUNDED') return { reason: 'REFUNDED', money: moneyOf('REFUNDED', true, order.payment?.status), wasPaid: true };
  if (order?.status !== 'CANCELLED') return null;
  const byShop = steps.some(({ status, cause }) => status === 'CANCELLED' && cause === 'cancelled by admin');
  const reason = byShop ? 'BY_SHOP' : (order.cancelReason ?? 'UNKNOWN');
  const wasPaid = steps.some((step) => step.status === 'PAID');
  return { reason, money: moneyOf(reason, wasPaid, order.payment?.status), wasPaid };
}

function moneyOf(reason: Ending['reason'], wasPaid: boolean, payment: PaymentStatus | undefined): Ending['money'] {
  if (payment === 'REFUNDED') return 'cameBack';
  if (wasPaid || (payment && charged.includes(payment))) return 'comesBack';
  if (neverCharged.includes(reason) || (payment && notCharged.includes(payment))) return 'untouched';
  // the charge may have been on its way when the order ended
  return 'untouchedOrComesBack';
}

type Pieces = { readonly productId: string; readonly quantity: number };

/** How much of an order the cart holds now, `waits` when something of it came back and finds no room there; null while that is not known. */
export type Held = 'all' | 'some' | 'waits' | 'none';
type InCart = { readonly lines: readonly Pieces[]; readonly waiting: readonly Pieces[] };
export function heldOf(ordered: readonly Pieces[], cart: InCart | null | undefined): Held | null {
  if (cart === undefined) return null;
  const inCart = new Map(cart?.lines.map(({ productId, quantity }) => [productId, quantity]));
  if (ordered.some((line) => cart?.waiting.some(({ productId }) => productId === line.productId))) return 'waits';
  if (ordered.every(({ productId, quantity }) => (inCart.get(productId) ?? 0) >= quantity)) return 'all';
  return ordered.some(({ productId }) => inCart.has(productId)) ? 'some' : 'none';
}

/** `card`, `checkout`: the cart can be bought as it is. `cart`: it is to be looked at first. `shop`: it holds nothing of the order. */
export type WayBack = 'card' | 'checkout' | 'cart' | 'shop';
export function wayBackFrom(reason: Ending['reason'], held: Held | null, canBeBought: boolean): WayBack {
  if (held === 'none') return 'shop';
  if (held !== 'all' || !canBeBought) return 'cart';
  if (reason === 'PAYMENT_DECLINED') return 'card';
  return reason === 'TIMED_OUT' ? 'checkout' : 'cart';
}

/**
 * How many knots are shown, when so many were shown and so many are known. One at a time after an outage, so that each is seen; all at once
 * when the page is new or nothing was missed.
 */
export function nextShown(shown: number, known: number, wasAway: boolean): number {
  return wasAway && shown > 0 && known > shown ? shown + 1 : known;
}

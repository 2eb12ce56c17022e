import type { CancelReason, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import { Throughput } from './throughput.ts';

export const statuses = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const;

/** The fields of an order that an update carries. */
export type OrderUpdate = {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly statusSince: string;
  readonly version: number;
  readonly cancelReason: CancelReason | null;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly customer: { readonly id: string; readonly username?: string | null } | null;
};
/** Additional fields of a query response. */
export type Known = OrderUpdate & { readonly placedAt: string };

export type Card = {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  /** Since when it has been in this status, in ms since 1970 by the shop's clock. */
  readonly sinceMs: number;
  readonly version: number;
  readonly cancelReason: CancelReason | null;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly customerId: string | null;
  /** Null until an answer has named them. */
  readonly customerName: string | null;
  readonly placedAtMs: number | null;
};

export type Counts = Readonly<Record<OrderStatus, number>>;
/** How many were cancelled for which reason; a reason without any may be left out. */
export type ReasonCounts = Readonly<Partial<Record<CancelReason, number>>>;

/** How many cards of one status are kept; the counts include the others. */
export const keptPerStatus = 300;

export type Board = {
  /** Events as they come. Those that are known already, as after a new connection, change nothing. Returns the ids of the orders that moved. */
  applyUpdates(events: readonly OrderUpdate[]): readonly string[];
  /** Orders as an answer gives them, without their counts. */
  applyOrders(orders: readonly Known[]): void;
  /** How many there are, and the newest orders as they were at that moment; events that are newer than the answer are added to it. */
  count(counts: Counts, newest: readonly Known[], reasons?: ReasonCounts): void;
  cards(): Iterable<Card>;
  /** Null before the first answer. */
  counts(): Counts | null;
  /** They add up to the count of what is cancelled. */
  reasons(): ReasonCounts;
  /** An update came for an unknown order: it left an unknown column. The next response corrects the counts. */
  isUncertain(): boolean;
  readonly throughput: Throughput;
};

/** The state of the board: the newest cards of each status and the total counts. */
export function createBoard(): Board {
  return new BoardState();
}

class BoardState implements Board {
  readonly throughput = new Throughput();
  readonly #cards = new Map<string, Card>();
  #counts: Record<OrderStatus, number> | null = null;
  #reasons: Partial<Record<CancelReason, number>> = {};
  /** The newest order that the counts hold was placed then. */
  #countedUntilMs = Number.NEGATIVE_INFINITY;
  #isUncertain = false;

  applyUpdates(events: readonly OrderUpdate[]): string[] {
    const moved: string[] = [];
    for (const event of events) {
      const known = this.#cards.get(event.id);
      if (known && known.version >= event.version) continue;
      const next = toCard(event, known);
      this.#move(known, next);
      this.#keep(next);
      moved.push(next.id);
    }
    if (moved.length > 0) trim(this.#cards);
    return moved;
  }

  applyOrders(orders: readonly Known[]): void {
    for (const order of orders) {
      const known = this.#cards.get(order.id);
      const placedAtMs = Date.parse(order.placedAt);
      const customerName = order.customer?.username ?? known?.customerName ?? null;
      const newer = known && known.version >= order.version ? known : toCard(order, known);
      this.#keep({ ...newer, placedAtMs, customerName });
    }
    trim(this.#cards);
  }

  count(answer: Counts, newest: readonly Known[], reasons: ReasonCounts = {}): void {
    this.#counts = { ...answer };
    this.#reasons = { ...reasons };
    const seen = new Set(newest.map(({ id }) => id));
    const until = Math.max(Number.NEGATIVE_INFINITY, ...newest.map(({ placedAt }) => Date.parse(placedAt)));
    for (const order of newest) {
      const known = this.#cards.get(order.id);
      if (known === undefined || known.version <= order.version) continue;
      this.#add(order, -1);
      this.#add(known, 1);
    }
    for (const card of this.#cards.values()) {
      if (!seen.has(card.id) && card.placedAtMs !== null && card.placedAtMs > until) this.#add(card, 1);
    }
    this.#countedUntilMs = until;
    this.#isUncertain = false;
    this.applyOrders(newest);
  }

  cards(): Iterable<Card> {
    return this.#cards.values();
  }

  counts(): Record<OrderStatus, number> | null {
    return this.#counts ? { ...this.#counts } : null;
  }

  reasons(): Partial<Record<CancelReason, number>> {
    return { ...this.#reasons };
  }

  isUncertain(): boolean {
    return this.#isUncertain;
  }

  #keep(card: Card): void {
    this.#cards.set(card.id, card);
    this.throughput.see(card);
  }

  #add({ status, cancelReason }: Pick<Card, 'status' | 'cancelReason'>, by: 1 | -1): void {
    if (this.#counts === null) return;
    this.#counts[status] = Math.max(0, this.#counts[status] + by);
    if (cancelReason !== null) this.#reasons[cancelReason] = Math.max(0, (this.#reasons[cancelReason] ?? 0) + by);
  }

  /** Moves one between the columns; what was not seen before is new, or was counted somewhere else. */
  #move(known: Card | undefined, next: Card): void {
    if (this.#counts === null) return;
    if (known) {
      this.#add(known, -1);
      this.#add(next, 1);
    } else if (next.version === 1) {
      if (next.sinceMs > this.#countedUntilMs) this.#add(next, 1);
    } else this.#isUncertain = true;
  }
}

/** `known`: what was known of the order before. */
export function toCard(update: OrderUpdate, known: Card | undefined): Card {
  const sinceMs = Date.parse(update.statusSince);
  return {
    id: update.id,
    number: update.number,
    status: update.status,
    sinceMs,
    version: update.version,
    cancelReason: update.cancelReason,
    total: update.total,
    customerId: update.customer?.id ?? known?.customerId ?? null,
    customerName: update.customer?.username ?? known?.customerName ?? null,
    placedAtMs: update.version === 1 ? sinceMs : (known?.placedAtMs ?? null),
  };
}

type StatusCount = { readonly status: OrderStatus; readonly cancelReason?: CancelReason | null; readonly count: number };

/** As the graph counts: cancelled ones by their reason. */
export function toCounts(counted: readonly StatusCount[]): { counts: Counts; reasons: ReasonCounts } {
  const counts = { PENDING: 0, AWAITING_PAYMENT: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0, REFUNDED: 0 };
  const reasons: Partial<Record<CancelReason, number>> = {};
  for (const { status, cancelReason, count } of counted) {
    counts[status] += count;
    if (cancelReason) reasons[cancelReason] = (reasons[cancelReason] ?? 0) + count;
  }
  return { counts, reasons };
}

/** Forgets the oldest of every status that has too many. */
function trim(cards: Map<string, Card>): void {
  if (cards.size <= keptPerStatus) return;
  for (const column of columnsOf(cards.values()).values()) {
    if (column.length <= keptPerStatus * 1.2) continue;
    for (const { id } of column.slice(keptPerStatus)) cards.delete(id);
  }
}

/** The cards of every status, the one that came last first. */
export function columnsOf(cards: Iterable<Card>): ReadonlyMap<OrderStatus, readonly Card[]> {
  const columns = new Map<OrderStatus, Card[]>(statuses.map((status) => [status, []]));
  for (const card of cards) columns.get(card.status)?.push(card);
  for (const column of columns.values()) column.sort((one, other) => other.sinceMs - one.sinceMs || (one.id < other.id ? 1 : -1));
  return columns;
}

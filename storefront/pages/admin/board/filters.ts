import type { CancelReason, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import type { Card } from './board.ts';

export type BoardFilters = {
  /** Part of a number, or of the customer's name. */
  readonly text: string;
  /** Null: all of them. */
  readonly status: OrderStatus | null;
  /** Only what has not moved for this many minutes; 0 for everything. */
  readonly minAgeMinutes: number;
  readonly reason: CancelReason | null;
};

export const noBoardFilters: BoardFilters = { text: '', status: null, minAgeMinutes: 0, reason: null };
export const ages = [0, 1, 10, 60, 1440] as const;

export const isFiltering = (filters: BoardFilters): boolean =>
  filters.text.trim() !== '' || filters.minAgeMinutes > 0 || filters.reason !== null;

/** Whether a card is shown. The reason is asked of what was cancelled only. */
export function fits(card: Card, filters: BoardFilters, nowMs: number): boolean {
  const text = filters.text.trim().toLowerCase();
  if (text !== '' && !card.number.toLowerCase().includes(text) && !card.customerName?.toLowerCase().includes(text)) return false;
  if (filters.minAgeMinutes > 0 && nowMs - card.sinceMs < filters.minAgeMinutes * 60_000) return false;
  return filters.reason === null || card.status !== 'CANCELLED' || card.cancelReason === filters.reason;
}

/** A whole order number as people say it, however they write it; null when it is none. */
export function readNumber(text: string): string | null {
  const letters = text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  const found = /^M([0-9A-Z]{4})([0-9A-Z]{4})$/.exec(letters);
  return found ? `M-${found[1]}-${found[2]}` : null;
}

/** How many were cancelled for which reason, the most frequent first. */
export function byReason(cards: readonly Card[]): readonly { reason: CancelReason; count: number }[] {
  const counts = new Map<CancelReason, number>();
  for (const { cancelReason } of cards) if (cancelReason) counts.set(cancelReason, (counts.get(cancelReason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count);
}

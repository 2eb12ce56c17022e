import { plainCharacters } from '#platform/text.ts';
import type { CancelReason, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import type { Card, ReasonCounts } from './board.ts';

export type BoardFilters = {
  /** Parts of a number, of the recipient's name, or of the customer's name or e-mail address. */
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

/** Whether a card that moved just now is shown, before the shop has answered. The reason is asked of what was cancelled only. */
export function fits(card: Card, filters: BoardFilters, nowMs: number): boolean {
  if (!hasWords(card, filters.text)) return false;
  if (filters.minAgeMinutes > 0 && nowMs - card.sinceMs < filters.minAgeMinutes * 60_000) return false;
  return filters.reason === null || card.status !== 'CANCELLED' || card.cancelReason === filters.reason;
}

/** Whether each word is part of the number, with or without its hyphens, or of the customer's name: what of the shop's search can be told of a card. */
function hasWords({ number, customerName }: Card, text: string): boolean {
  const written = `${number} ${number.replaceAll('-', '')}`.toLowerCase();
  const name = plainCharacters(customerName ?? '').toLowerCase();
  const words = plainCharacters(text).toLowerCase().split(' ');
  return words.every((word) => written.includes(word) || name.includes(word));
}

/** Normalizes a complete order number in any notation; null when it is none. */
export function readNumber(text: string): string | null {
  const letters = plainCharacters(text)
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '');
  const found = /^M([0-9A-Z]{4})([0-9A-Z]{4})$/.exec(letters);
  return found ? `M-${found[1]}-${found[2]}` : null;
}

/** How many were cancelled for which reason, the most frequent first. */
export function byReason(reasons: ReasonCounts): readonly { reason: CancelReason; count: number }[] {
  return Object.entries(reasons)
    .map(([reason, count]) => ({ reason: reason as CancelReason, count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
}

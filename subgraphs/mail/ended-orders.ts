import type { CancelReason, EventData } from '#kafka/contracts.ts';

/** Sentences about an order that was paid, cancelled or refunded, from the data of its event. */

type Cancelled = Omit<EventData<'order.cancelled'>, 'orderId' | 'userId' | 'number' | 'version' | 'status'>;
type FailedLine = NonNullable<Cancelled['failedLines']>[number];

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** In the usual notation: €1,234.50. */
export function formatMoney(minorUnits: number): string {
  return euros.format(minorUnits / 100);
}

/** "with Visa ending in 4242 on 27 November 2026", as far as it is known; empty when nothing is. */
export function paidHow({ card, paidAt }: { card?: string | undefined; paidAt?: string | undefined }): string {
  const parts = [card && `with ${card}`, paidAt && `on ${days.format(new Date(paidAt))}`];
  return parts.filter(Boolean).join(' ');
}

/** Where a refund goes, after the card was named if it is known. */
export function refundedTo({ card }: { card?: string | undefined }): string {
  return card === undefined ? 'the card you paid with' : 'that card';
}

export function whyCancelled({ reason, by, card }: Pick<Cancelled, 'reason' | 'by' | 'card'>): string {
  if (reason === 'BY_CUSTOMER') return by === 'ADMIN' ? 'It was cancelled by the shop.' : 'You cancelled it.';
  if (reason === 'PAYMENT_DECLINED') return card ? `The payment with ${card} was declined.` : 'The payment was declined.';
  return reasons[reason];
}

const reasons: Readonly<Record<Exclude<CancelReason, 'BY_CUSTOMER' | 'PAYMENT_DECLINED'>, string>> = {
  OUT_OF_STOCK: 'Some of the items you ordered were out of stock.',
  PRICE_CHANGED: 'A price changed while you were ordering. We do not charge a price you have not seen.',
  UNKNOWN_PRODUCT: 'Some of the items you ordered are no longer available.',
  TIMED_OUT: 'The order could not be confirmed in time.',
};

/** One of the lines because of which the order was cancelled. */
export function whatFailed(reason: CancelReason, { name, quantity, available }: FailedLine): string {
  if (reason === 'PRICE_CHANGED') return `${name}: the price has changed.`;
  if (reason === 'UNKNOWN_PRODUCT') return `${name}: no longer available.`;
  if (available === 0) return `${name}: you ordered ${quantity}, none were left.`;
  if (available === undefined) return `${name}: you ordered ${quantity}, fewer were left.`;
  return `${name}: you ordered ${quantity}, only ${available} ${available === 1 ? 'was' : 'were'} left.`;
}

const neverCharged: readonly CancelReason[] = ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'PAYMENT_DECLINED'];

export function whatOfTheMoney({ reason, total, card, paidAt }: Pick<Cancelled, 'reason' | 'total' | 'card' | 'paidAt'>): string {
  const sum = formatMoney(total.amount);
  if (paidAt !== undefined)
    return `You paid ${sum} ${paidHow({ card, paidAt })}. The ${sum} will be refunded to ${refundedTo({ card })} automatically.`;
  if (reason === 'PAYMENT_DECLINED') return 'Nothing was charged. You can order again with another card.';
  if (neverCharged.includes(reason)) return 'Nothing was charged.';
  // the charge may have been under way in that very moment
  return `If your card was charged ${sum}, the amount is refunded automatically.`;
}

import type { CancelReason, EventData } from '#kafka/contracts.ts';

/** What there is to say of an order that was paid, cancelled or refunded: only what is true of this one. */

type Cancelled = Omit<EventData<'order.cancelled'>, 'orderId' | 'userId' | 'number' | 'version' | 'status'>;
type FailedLine = NonNullable<Cancelled['failedLines']>[number];

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** As people write it: €1,234.50. */
export function formatMoney(minorUnits: number): string {
  return euros.format(minorUnits / 100);
}

/** "with Visa ending in 4242 on 27 November 2026", as far as it is known; empty when nothing is. */
export function paidHow({ card, paidAt }: { card?: string | undefined; paidAt?: string | undefined }): string {
  const parts = [card && `with ${card}`, paidAt && `on ${days.format(new Date(paidAt))}`];
  return parts.filter(Boolean).join(' ');
}

export function whyCancelled({ reason, by, card }: Pick<Cancelled, 'reason' | 'by' | 'card'>): string {
  if (reason === 'BY_CUSTOMER') return by === 'ADMIN' ? 'We cancelled it for you.' : 'You cancelled it.';
  if (reason === 'PAYMENT_DECLINED') return card ? `The payment with ${card} was declined.` : 'The payment was declined.';
  return reasons[reason];
}

const reasons: Readonly<Record<Exclude<CancelReason, 'BY_CUSTOMER' | 'PAYMENT_DECLINED'>, string>> = {
  OUT_OF_STOCK: 'There was too little of something that you ordered.',
  PRICE_CHANGED: 'A price had changed while you were ordering, and we do not charge a price that you have not seen.',
  UNKNOWN_PRODUCT: 'Something that you ordered is no longer sold in our shop.',
  TIMED_OUT: 'Stock or payment was not confirmed in time.',
};

/** One of the lines that kept the order from being carried out. */
export function whatFailed(reason: CancelReason, { name, quantity, available }: FailedLine): string {
  if (reason === 'PRICE_CHANGED') return `${name}: the price is another now.`;
  if (reason === 'UNKNOWN_PRODUCT') return `${name}: no longer sold.`;
  if (available === 0) return `${name}: you ordered ${quantity}, none were left.`;
  if (available === undefined) return `${name}: you ordered ${quantity}, fewer were left.`;
  return `${name}: you ordered ${quantity}, only ${available} ${available === 1 ? 'was' : 'were'} left.`;
}

const neverCharged: readonly CancelReason[] = ['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'PAYMENT_DECLINED'];

export function whatOfTheMoney({ reason, total, card, paidAt }: Pick<Cancelled, 'reason' | 'total' | 'card' | 'paidAt'>): string {
  const sum = formatMoney(total.amount);
  if (paidAt !== undefined) return `You paid ${sum} ${paidHow({ card, paidAt })}. The ${sum} go back to that card by themselves.`;
  if (reason === 'PAYMENT_DECLINED') return 'Nothing was charged. You can order again with another card.';
  if (neverCharged.includes(reason)) return 'Nothing was charged.';
  // the charge may have been under way in that very moment
  return `We keep no money for it: should your card have been charged the ${sum} in the same moment, the ${sum} go back to it by themselves.`;
}

import type { OrderStatus } from '#kafka/contracts.ts';
import { nextTransition, type Trigger } from './checkout-saga.ts';

type Priced = { readonly quantity: number; readonly unitPrice: { readonly amount: number } };
type Asker = { readonly kind: 'guest' } | { readonly kind: 'user'; readonly userId: string; readonly role: 'CUSTOMER' | 'ADMIN' };

/** The sum of all lines in minor units; 20 lines of 99 pieces at the highest price stay under 2^31. */
export function totalOf(lines: readonly Priced[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0);
}

/** What a customer was shown of a cart when the button was pressed, and so agreed to. */
export type Agreed = { readonly cartVersion: number; readonly expectedTotal: { readonly amount: number; readonly currency: 'EUR' } };

/**
 * Whether a cart is what its customer agreed to. The version covers lines, quantities and prices; the total is a second guard, since a
 * price of another moment must never be charged.
 */
export function isAsAgreed(
  cart: { readonly version: number; readonly lines: readonly Priced[] },
  { cartVersion, expectedTotal }: Agreed,
): boolean {
  return cart.version === cartVersion && totalOf(cart.lines) === expectedTotal.amount;
}

/** An order is visible to its customer and to admins; for other callers it does not exist. */
export function canSee(asker: Asker, order: { readonly userId: string }): boolean {
  return asker.kind === 'user' && (asker.role === 'ADMIN' || asker.userId === order.userId);
}

/** What kept an order from being carried out, as it was ordered; what is of no line of the order is left out. */
export function failedLinesOf<Line extends { readonly productId: string }>(
  failed: readonly { readonly productId: string; readonly available?: number }[],
  lines: readonly Line[],
): (Line & { available?: number })[] {
  const found = new Map(failed.map((one) => [one.productId, one]));
  return lines.flatMap((line) => {
    const one = found.get(line.productId);
    if (one === undefined) return [];
    return [one.available === undefined ? line : { ...line, available: one.available }];
  });
}

/** Since when an order has been in its status: the time of its version in the history. */
export function statusSince({ version }: { readonly version: number }, history: readonly { version: number; at: Date }[]): Date {
  const entry = history.find((one) => one.version === version);
  if (entry === undefined) throw new Error('an order has come to a version that its history does not know');
  return entry.at;
}

/** Whose orders the caller may list: one customer's, all customers' (null), or none ('forbidden'). */
export function customerToList(asker: Exclude<Asker, { kind: 'guest' }>, wanted: string | null): string | null | 'forbidden' {
  if (asker.role === 'ADMIN') return wanted;
  return wanted === null || wanted === asker.userId ? asker.userId : 'forbidden';
}

// Crockford's base 32: no I, L, O or U, so that a number survives a telephone call
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The number that people say, as M-7K3Q-92XD, from eight random bytes; 40 bits of it count. */
export function orderNumber(random: Uint8Array): string {
  const text = Array.from(random.subarray(0, 8), (byte) => digits.charAt(byte % 32)).join('');
  return `M-${text.slice(0, 4)}-${text.slice(4)}`;
}

/** What makes two requests with one key the same purchase, as one text. */
export function requestText(
  input: Agreed & {
    readonly cartId?: string | undefined;
    readonly paymentMethodId: string;
    readonly shippingAddress: { readonly [Field in 'name' | 'line1' | 'city' | 'postalCode' | 'country']: string } & {
      readonly [Field in 'line2' | 'region' | 'phone']: string | null;
    };
  },
): string {
  const { cartVersion, expectedTotal } = input;
  const { name, line1, line2, city, region, postalCode, country, phone } = input.shippingAddress;
  const agreed = [input.cartId ?? null, cartVersion, expectedTotal.amount, expectedTotal.currency];
  return JSON.stringify([...agreed, input.paymentMethodId, name, line1, line2, city, region, postalCode, country, phone]);
}

/** The text with the digits that its letters look like: O is 0, I and L are 1. */
export function withDigits(text: string): string {
  return text.replace(/o/gi, '0').replace(/[il]/gi, '1');
}

/**
 * The normalised order number: in lower case, without its hyphens, with the letters that look like digits.
 * The text is in plain characters. What can be no number is the empty text, which no order has.
 */
export function readNumber(text: string): string {
  const written = withDigits(text).toUpperCase().replace(/[\s-]/g, '');
  const [, first, second] = /^M?([0-9A-HJKMNP-TV-Z]{4})([0-9A-HJKMNP-TV-Z]{4})$/.exec(written) ?? [];
  return first === undefined || second === undefined ? '' : `M-${first}-${second}`;
}

/** True when `on` would move an order that is in `status`. */
export function canMove(status: OrderStatus, on: Trigger): boolean {
  return nextTransition(status, on) !== null;
}

/** How much an account may hold without having paid for it: orders, and pieces in them together. */
export type UnpaidLimits = { readonly maxOrders: number; readonly maxPieces: number };
/** How much it holds. */
export type Unpaid = { readonly unpaidOrders: number; readonly unpaidPieces: number };

/** Whether an order of so many pieces may be placed beside what the account holds already. */
export function isWithinLimits({ unpaidOrders, unpaidPieces }: Unpaid, pieces: number, { maxOrders, maxPieces }: UnpaidLimits): boolean {
  return unpaidOrders < maxOrders && unpaidPieces + pieces <= maxPieces;
}

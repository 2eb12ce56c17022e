import type { CancelReason, OrderStatus } from '#kafka/contracts.ts';
import type { PostalAddress } from '#platform/address/address.ts';

/** In minor units: 1250 is 12.50 EUR. */
export type Money = { readonly amount: number; readonly currency: 'EUR' };

/** As it was agreed on. Orders from before have neither region nor phone, and leave out a second line that is empty. */
export type ShippingAddress = Omit<PostalAddress, Optional> & Partial<Pick<PostalAddress, Optional>>;
type Optional = 'line2' | 'region' | 'phone';

/** An order as the use cases hand it out. */
export type Order = {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly total: Money;
  readonly shippingAddress: ShippingAddress;
  readonly placedAt: Date;
  readonly cancelReason: CancelReason | null;
  readonly failedLines: readonly FailedLine[];
};

/** What kept an order from being carried out; `available`: how many there were, when there were too few. */
export type FailedLine = { readonly productId: string; readonly available?: number };

export type OrderLine = {
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: Money;
};

export type OrderHistoryEntry = {
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
  readonly cause: string;
};

/** A row of `orders` as `orderColumns` selects it; times come as PostgreSQL writes them. */
export type OrderRow = {
  id: string;
  number: string;
  user_id: string;
  status: OrderStatus;
  version: number;
  total_amount: number;
  currency: 'EUR';
  shipping_address: ShippingAddress;
  placed_at: string;
  cancel_reason: CancelReason | null;
  failed_lines: FailedLine[] | null;
};

export const orderColumns =
  'orders.id, orders.number, orders.user_id, orders.status, orders.version, orders.total_amount, orders.currency, orders.shipping_address, orders.placed_at, orders.cancel_reason, orders.failed_lines';

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    number: row.number,
    userId: row.user_id,
    status: row.status,
    version: row.version,
    total: { amount: row.total_amount, currency: row.currency },
    shippingAddress: row.shipping_address,
    placedAt: new Date(row.placed_at),
    cancelReason: row.cancel_reason,
    failedLines: row.failed_lines ?? [],
  };
}

export type OrderLineRow = { product_id: string; name: string; quantity: number; unit_price: number };

export function toOrderLine(row: OrderLineRow, currency: 'EUR'): OrderLine {
  return {
    productId: row.product_id,
    name: row.name,
    quantity: row.quantity,
    unitPrice: { amount: row.unit_price, currency },
  };
}

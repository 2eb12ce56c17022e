import type { Availability } from '#kafka/contracts.ts';

/** From so many on, the product is IN_STOCK. */
const plenty = 6;
export const mostStock = 1_000_000;

export function availabilityOf(available: number): Availability {
  if (available >= plenty) return 'IN_STOCK';
  return available > 0 ? 'LOW_STOCK' : 'OUT_OF_STOCK';
}

/** The stock after an adjustment: the new number, or what is wrong with the difference. */
export function adjustedStock(available: number, difference: number): number | 'NOT_ENOUGH' | 'TOO_MUCH' {
  const adjusted = available + difference;
  if (adjusted < 0) return 'NOT_ENOUGH';
  return difference > 0 && adjusted > mostStock ? 'TOO_MUCH' : adjusted;
}

export type StockedProduct = { readonly id: string; readonly price: number; readonly archived: boolean; readonly available: number };
export type OrderedLine = { readonly productId: string; readonly quantity: number; readonly unitPrice: { readonly amount: number } };
export type StockLine = { readonly productId: string; readonly quantity: number };

export type OrderToReserve = {
  readonly orderId: string;
  readonly lines: readonly OrderedLine[];
  /** True when the payment's event arrived first: then it is a sale, even if the product has changed since. */
  readonly isPaid: boolean;
};

export type ReservationDecision =
  | { readonly orderId: string; readonly kind: 'RESERVED'; readonly lines: readonly StockLine[] }
  | {
      readonly orderId: string;
      readonly kind: 'FAILED';
      readonly reason: ReservationFailure;
      readonly productIds: readonly string[];
      /** Of which there are too few; empty when that is not the reason. */
      readonly shortages: readonly Shortage[];
    };
export type Shortage = { readonly productId: string; readonly requested: number; readonly available: number };

/** The first one that fits is the reason: a product that is gone matters more than its price, and the price more than the number. */
const reservationFailures = ['UNKNOWN_PRODUCT', 'PRICE_CHANGED', 'OUT_OF_STOCK'] as const;
export type ReservationFailure = (typeof reservationFailures)[number];

/** Decides on orders in turn, each from what those before it left; an order gets all of its lines or none. */
export function decideReservations(orders: readonly OrderToReserve[], stocked: readonly StockedProduct[]): ReservationDecision[] {
  const products = new Map(stocked.map((product) => [product.id, product]));
  const taken = new Map<string, number>();
  const left = (productId: string) => Math.max(0, (products.get(productId)?.available ?? 0) - (taken.get(productId) ?? 0));
  return orders.map((order) => {
    const lines = sumByProduct(order.lines);
    const problems = lines.map(({ productId, quantity }) => {
      const prices = order.lines.filter((line) => line.productId === productId).map((line) => line.unitPrice.amount);
      return { productId, problem: problemOf(quantity, prices, products.get(productId), taken.get(productId) ?? 0, order.isPaid) };
    });
    const reason = reservationFailures.find((failure) => problems.some(({ problem }) => problem === failure));
    if (reason !== undefined) {
      const productIds = problems.filter(({ problem }) => problem === reason).map(({ productId }) => productId);
      const short = reason === 'OUT_OF_STOCK' ? lines.filter(({ productId }) => productIds.includes(productId)) : [];
      const shortages = short.map(({ productId, quantity }) => ({ productId, requested: quantity, available: left(productId) }));
      return { orderId: order.orderId, kind: 'FAILED', reason, productIds, shortages };
    }
    for (const { productId, quantity } of lines) taken.set(productId, (taken.get(productId) ?? 0) + quantity);
    return { orderId: order.orderId, kind: 'RESERVED', lines };
  });
}

function problemOf(
  quantity: number,
  prices: readonly number[],
  product: StockedProduct | undefined,
  taken: number,
  isPaid: boolean,
): ReservationFailure | null {
  if (product === undefined || (product.archived && !isPaid)) return 'UNKNOWN_PRODUCT';
  if (!isPaid && prices.some((price) => price !== product.price)) return 'PRICE_CHANGED';
  return quantity > product.available - taken ? 'OUT_OF_STOCK' : null;
}

/** Lines of the same product as one, in the order of product ids. */
export function sumByProduct(lines: readonly StockLine[]): StockLine[] {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.productId, (sums.get(line.productId) ?? 0) + line.quantity);
  return [...sums].map(([productId, quantity]) => ({ productId, quantity })).sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

import type { OrderStatus } from '#kafka/contracts.ts';
import type { Unpaid, UnpaidLimits } from './domain.ts';
import type { Order } from './orders.ts';

type UserError<Name extends string, Code extends string> = { readonly __typename: Name; readonly code: Code; readonly message: string };
export type CartEmpty = UserError<'CartEmpty', 'CART_EMPTY'>;
export type CartNotFound = UserError<'CartNotFound', 'CART_NOT_FOUND'>;
/** `cart` is only its id: the graph asks for the rest where it is kept, as it is by then. */
export type CartChanged = UserError<'CartChanged', 'CART_CHANGED'> & { readonly cart: { readonly id: string } };
export type CartAlreadyOrdered = UserError<'CartAlreadyOrdered', 'CART_ALREADY_ORDERED'> & { readonly order: Order };
export type UnpaidLimitReached = UserError<'UnpaidLimitReached', 'UNPAID_LIMIT_REACHED'> & UnpaidLimits & Unpaid;
export type IdempotencyKeyReused = UserError<'IdempotencyKeyReused', 'IDEMPOTENCY_KEY_REUSED'>;
export type OrderNotFound = UserError<'OrderNotFound', 'ORDER_NOT_FOUND'>;
/** It moved since the caller looked at it. */
export type OrderChanged = UserError<'OrderChanged', 'ORDER_CHANGED'> & { readonly order: Order };
export type OrderNotInStatus = UserError<'OrderNotInStatus', 'ORDER_NOT_IN_STATUS'> & { readonly status: OrderStatus };

export const cartEmpty: CartEmpty = { __typename: 'CartEmpty', code: 'CART_EMPTY', message: 'There is nothing in the cart to buy.' };

export const cartNotFound: CartNotFound = {
  __typename: 'CartNotFound',
  code: 'CART_NOT_FOUND',
  message: 'There is no such cart, or it is not yours.',
};

export function cartChanged(cartId: string): CartChanged {
  return {
    __typename: 'CartChanged',
    code: 'CART_CHANGED',
    message: 'The cart is not what it was when you agreed to it. Nothing was ordered: look at it as it is now, then order.',
    cart: { id: cartId },
  };
}

export function cartAlreadyOrdered(order: Order): CartAlreadyOrdered {
  return { __typename: 'CartAlreadyOrdered', code: 'CART_ALREADY_ORDERED', message: 'This cart was ordered already, as it stands.', order };
}

/** Why an order of so many pieces is not placed beside what the account holds already. */
export function unpaidLimitReached(unpaid: Unpaid, pieces: number, limits: UnpaidLimits): UnpaidLimitReached {
  const { unpaidOrders, unpaidPieces } = unpaid;
  const { maxOrders, maxPieces } = limits;
  const why =
    unpaidOrders >= maxOrders
      ? `${unpaidOrders} of your orders wait for their payment, and no more may.`
      : `Your orders that wait for their payment may hold ${maxPieces} pieces together; they hold ${unpaidPieces}, and this one has ${pieces}.`;
  const message = `${why} Nothing was ordered.`;
  return { __typename: 'UnpaidLimitReached', code: 'UNPAID_LIMIT_REACHED', message, ...limits, unpaidOrders, unpaidPieces };
}

export const idempotencyKeyReused: IdempotencyKeyReused = {
  __typename: 'IdempotencyKeyReused',
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'The key was used for another purchase. Make a new one for this.',
};

export function orderChanged(order: Order): OrderChanged {
  return { __typename: 'OrderChanged', code: 'ORDER_CHANGED', message: 'The order has moved on since you looked at it.', order };
}

export const orderNotFound: OrderNotFound = {
  __typename: 'OrderNotFound',
  code: 'ORDER_NOT_FOUND',
  message: 'There is no such order, or it is not yours.',
};

const statusInWords: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'is still waiting for its stock',
  AWAITING_PAYMENT: 'is still waiting for its payment',
  PAID: 'is paid already',
  SHIPPED: 'is on its way already',
  DELIVERED: 'is delivered already',
  CANCELLED: 'is cancelled',
  REFUNDED: 'is refunded',
};

export function orderNotInStatus(status: OrderStatus): OrderNotInStatus {
  return {
    __typename: 'OrderNotInStatus',
    code: 'ORDER_NOT_IN_STATUS',
    message: `This cannot be done: the order ${statusInWords[status]}.`,
    status,
  };
}

import { type Limit, mostLines } from './domain.ts';

export type CartNotFound = { __typename: 'CartNotFound'; code: 'CART_NOT_FOUND'; message: string };
export type ProductNotFound = { __typename: 'ProductNotFound'; code: 'PRODUCT_NOT_FOUND'; message: string };
/** `limit` is the largest number that is allowed: of pieces of a line, or of lines of a cart. */
export type CartLimitReached = { __typename: 'CartLimitReached'; code: 'CART_LIMIT_REACHED'; message: string; limit: number };

export const cartNotFound: CartNotFound = {
  __typename: 'CartNotFound',
  code: 'CART_NOT_FOUND',
  message: 'There is no such cart, or it is not yours.',
};

export const productNotFound: ProductNotFound = {
  __typename: 'ProductNotFound',
  code: 'PRODUCT_NOT_FOUND',
  message: 'There is no such product, or it is no longer sold.',
};

export function cartLimitReached({ limit }: Limit): CartLimitReached {
  const message = limit === mostLines ? `A cart holds at most ${limit} different products.` : `A line holds at most ${limit} pieces.`;
  return { __typename: 'CartLimitReached', code: 'CART_LIMIT_REACHED', message, limit };
}

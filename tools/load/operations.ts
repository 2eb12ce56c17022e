import { createHash } from 'node:crypto';
import { operationText } from '#schema/operation-text.ts';

/** A registered operation of the storefront as its pages send it: by its hash. */
export type Sendable = { readonly extensions: { readonly persistedQuery: { readonly version: 1; readonly sha256Hash: string } } };

function registered(name: string): Sendable {
  const sha256Hash = createHash('sha256')
    .update(operationText(`storefront/${name}`))
    .digest('hex');
  return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
}

/** What a customer's browser sends. */
export const operations = {
  register: registered('register'),
  logIn: registered('log-in'),
  refreshSession: registered('refresh-session'),
  catalogue: registered('catalogue'),
  product: registered('product'),
  addToCart: registered('add-to-cart'),
  clearCart: registered('clear-cart'),
  checkout: registered('checkout'),
  placeOrder: registered('place-order'),
  orderStatus: registered('order-status'),
};

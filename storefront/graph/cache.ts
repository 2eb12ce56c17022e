import { type Cache, type CacheExchangeOpts, cacheExchange, type DataFields, type Resolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Exchange } from 'urql';
import { createReturnedPieces, type ReturnedPieces, returnToCart, takeOutOfCart } from './cart-of-orders.ts';

/** What has no id of its own is kept inside of what holds it. */
const components = [
  'CartLine',
  'CategoryConnection',
  'Consumer',
  'DeadLetterConnection',
  'DeadLetterEdge',
  'FaultSwitches',
  'InputProblem',
  'LedgerEntry',
  'LogConnection',
  'LogEdge',
  'LogRecord',
  'Mail',
  'MailConnection',
  'MailEdge',
  'Metric',
  'MetricLabel',
  'MetricSamples',
  'Money',
  'OrderConnection',
  'OrderEdge',
  'OrderEvent',
  'OrderHistoryEntry',
  'OrderLine',
  'OrderStatusCount',
  'Outbox',
  'PageInfo',
  'PaymentFailure',
  'ProductConnection',
  'ProductEdge',
  'ProductImage',
  'ShippingAddress',
  'Span',
  'SpanAttribute',
  'SpanLink',
  'Stock',
  'StockMovementConnection',
  'StockMovementEdge',
  'TimeSeries',
  'WaitingLine',
] as const;

/** The cart of a customer is asked for without an id, that of a guest with one; what was claimed is the customer's. */
function linkCart(result: DataFields, cache: Cache, variables: Record<string, unknown>): void {
  const [[field, answer] = ['', null]] = Object.entries(result) as [string, { cart?: { id: string; __typename: 'Cart' } } | null][];
  if (!answer?.cart) return;
  const input = variables['input'] as { cartId?: string } | undefined;
  // without arguments a field has another key than with none in braces
  cache.link('Query', 'cart', input?.cartId === undefined || field === 'claimCart' ? null : { id: input.cartId }, answer.cart);
  cache.link('Query', 'cart', { id: answer.cart.id }, answer.cart);
}

/** Lists that a mutation makes longer or shorter are fetched again by the page that shows them. */
function forget(cache: Cache, fields: readonly string[]): void {
  for (const { fieldName, arguments: given } of cache.inspectFields('Query')) {
    if (fields.includes(fieldName)) cache.invalidate('Query', fieldName, given);
  }
}

const cartMutations = ['addToCart', 'setCartQuantity', 'removeFromCart', 'clearCart', 'claimCart'];
const forgetting: Readonly<Record<string, readonly string[]>> = {
  claimCart: ['cart'],
  createProducts: ['products', 'categories'],
  archiveProduct: ['products', 'categories'],
  restoreProduct: ['products', 'categories'],
  replayDeadLetter: ['deadLetters'],
  discardDeadLetter: ['deadLetters'],
  sendMailAgain: ['failedMails'],
};

const mutations: NonNullable<NonNullable<CacheExchangeOpts['updates']>['Mutation']> = Object.fromEntries(
  [...new Set([...cartMutations, ...Object.keys(forgetting)])].map((name) => [
    name,
    (result: DataFields, _args: unknown, cache: Cache, info: { variables: Record<string, unknown> }) => {
      forget(cache, forgetting[name] ?? []);
      if (cartMutations.includes(name)) linkCart(result, cache, info.variables);
    },
  ]),
);

type PlaceOrderAnswer = {
  readonly __typename: string;
  readonly order?: { readonly id: string };
  readonly cart?: { readonly __typename: 'Cart'; readonly id: string } | null;
};

/** Ordered lines are removed from the cached cart: a fetch right now could still return them. A user error about the cart can carry the current cart, which replaces the cached one. */
const rememberOrder =
  (returnedPieces: ReturnedPieces) =>
  (result: DataFields, _args: unknown, cache: Cache): void => {
    const answer = result['placeOrder'] as PlaceOrderAnswer | null | undefined;
    if (answer?.__typename === 'CartChanged' && answer.cart) {
      cache.link('Query', 'cart', null, answer.cart);
      return;
    }
    const placed = answer?.__typename === 'PlaceOrderSuccess' ? answer.order : undefined;
    if (placed) {
      takeOutOfCart(cache);
      returnedPieces({ id: placed.id, status: 'PENDING' });
    }
    // what was ordered already is shown beside the cart as it was ordered, and not in place of it
    const isKnown = placed !== undefined || answer?.__typename === 'CartAlreadyOrdered';
    forget(cache, isKnown ? ['orders'] : ['orders', 'cart']);
  };

/** An entity by its id, which another page may have fetched; null once the graph has answered null for it. */
const known =
  (type: 'Product' | 'Order', field: string): Resolver =>
  (_, args, cache) =>
    cache.resolve('Query', field, args) === null ? null : { __typename: type, id: String(args['id']) };

/** A normalized cache: a change of an order or a product, by a response or a subscription, is shown on every page at once. */
export function shopCache(): Exchange {
  const returnedPieces = createReturnedPieces();
  return cacheExchange({
    keys: {
      ...Object.fromEntries(components.map((type) => [type, () => null])),
      Category: (category) => String(category['slug']),
      Component: (component) => String(component['name']),
      Consumer: () => null,
    },
    resolvers: {
      Query: {
        products: relayPagination(),
        product: known('Product', 'product'),
        order: known('Order', 'order'),
      },
    },
    updates: {
      Mutation: { ...mutations, placeOrder: rememberOrder(returnedPieces) },
      Subscription: { orderStatus: returnToCart(returnedPieces) },
    },
  });
}

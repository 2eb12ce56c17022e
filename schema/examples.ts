/** An operation of schema/operations/playground/ with the variables to try it with. */
export type Example = { readonly file: string; readonly variables?: Readonly<Record<string, unknown>> };

/** The tabs of a first visit: from browsing to a paid order. The rest is in the collection. */
export const firstTabs: readonly string[] = [
  'browse-products',
  'register',
  'add-to-cart',
  'payment-methods',
  'place-order',
  'order-status',
];

const address = { name: 'Lan Nguyen', line1: '12 Hang Gai', city: 'Ha Noi', postalCode: '100000', country: 'VN' };

/**
 * What stands in double braces is filled in when an operation is sent: ids with the last
 * ones that an answer held, `new` with something that was never used before.
 */
export const examples: readonly Example[] = [
  { file: 'browse-products', variables: { first: 6, sort: 'NAME' } },
  {
    file: 'register',
    variables: { input: { email: 'lan-{{new}}@example.com', username: 'lan-{{new}}', password: 'marigolds in spring' } },
  },
  { file: 'log-in', variables: { input: { login: 'your e-mail or username', password: 'your password' } } },
  { file: 'add-to-cart', variables: { input: { productId: '{{productId}}', quantity: 1 } } },
  { file: 'payment-methods' },
  {
    file: 'place-order',
    variables: {
      input: {
        idempotencyKey: 'playground-{{new}}',
        cartVersion: '{{cartVersion}}',
        expectedTotal: { amount: '{{cartTotal}}', currency: 'EUR' },
        paymentMethodId: '{{paymentMethodId}}',
        shippingAddress: address,
      },
    },
  },
  { file: 'order-status', variables: { orderId: '{{orderId}}' } },
  { file: 'my-orders', variables: { first: 5 } },
  { file: 'product-availability', variables: { ids: ['{{productId}}'] } },
  { file: 'orders-live' },
  {
    file: 'create-products',
    variables: {
      input: { products: [{ sku: 'LOTUS-{{new}}', name: 'Lotus tea', category: 'Tea', price: 1250, stock: 10 }] },
    },
  },
  { file: 'adjust-stock', variables: { input: { id: '{{productId}}', difference: 5, reason: 'delivery' } } },
  { file: 'ship-order', variables: { input: { orderId: '{{orderId}}' } } },
  { file: 'refund-order', variables: { input: { orderId: '{{orderId}}' } } },
];

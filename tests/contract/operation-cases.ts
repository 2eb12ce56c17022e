import { randomUUID } from 'node:crypto';
import { waitFor } from '#tests/support/wait-for.ts';
import { emptyCart, roomyCart, wellLines, wellOrder } from './absent-paths.ts';
import { accountCases } from './account-cases.ts';
import { backOfficeCases } from './back-office-cases.ts';
import type { Case, Customer } from './case.ts';

const unique = () => randomUUID().slice(0, 8);
const phone = '+84 24 3825 3525';
const address = { name: 'A', line1: 'B', city: 'C', region: 'D', postalCode: '49000', country: 'VN', phone };
const purchase = (agreed: Agreed) => ({
  idempotencyKey: `case-number-${unique()}`,
  ...agreed,
  paymentMethodId: 'card-ok',
  shippingAddress: address,
});
const product = () => ({
  sku: `CASE-${unique().toUpperCase()}`,
  name: 'Cup',
  category: 'Cups',
  price: 700,
  stock: 3,
  images: [{ url: '/images/cup.svg', alt: 'A cup' }],
});

/** A PNG of one grey pixel. */
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWPo6OgAAAM0AZmUse0HAAAAAElFTkSuQmCC';

type Agreed = { cartVersion: number; expectedTotal: { amount: number; currency: string } };

/** Puts something into the cart; resolves to what its customer agrees to by buying it as it is then. */
async function fillCart({ ask, productId }: Customer): Promise<Agreed> {
  const query =
    'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { version total { amount currency } } } } }';
  const { version, total } = await waitFor('the cart to know the product', async () => {
    const { addToCart } = await ask('customer', query, { input: { productId } });
    return (addToCart as { cart?: { version: number; total: Agreed['expectedTotal'] } }).cart;
  });
  return { cartVersion: version, expectedTotal: total };
}

/** A paid order. */
async function order(customer: Customer): Promise<string> {
  const agreed = await fillCart(customer);
  const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } } }';
  const { placeOrder } = await customer.ask('customer', query, { input: purchase(agreed) });
  const { id } = (placeOrder as { order: { id: string } }).order;
  await waitFor('the order to be paid', async () => {
    const seen = await customer.ask('customer', 'query ($id: ID!) { order(id: $id) { status payment { status } } }', { id });
    return (seen['order'] as { status: string }).status === 'PAID';
  });
  return id;
}

const ofOrder = async (customer: Customer) => ({ input: { orderId: await order(customer) } });
const placing: Case = {
  async variables(customer) {
    return { input: purchase(await fillCart(customer)) };
  },
  absent: ['placeOrder.order.cancelReason', 'placeOrder.order.payment'],
};
const creating: Case = { as: 'admin', variables: () => ({ input: { products: [product()] } }) };
const registering: Case = {
  variables: () => ({ input: { email: `case-${unique()}@example.com`, username: `case-${unique()}`, password: 'a long enough password' } }),
};

const traceFields = [
  ...['id', 'startedAt', 'durationMs', 'spans'],
  ...['id', 'parentId', 'service', 'name', 'kind', 'startedAtMs', 'durationMs', 'isFailed', 'errorType', 'attributes', 'links'].map(
    (field) => `spans.${field}`,
  ),
  ...['attributes.name', 'attributes.value', 'links.traceId', 'links.spanId'].map((field) => `spans.${field}`),
];

/** What each registered operation is asked with, by its file. A new operation gets its line here. */
export const cases: Readonly<Record<string, Case>> = {
  ...accountCases,
  ...backOfficeCases,
  'admin/adjust-stock': { as: 'admin', variables: ({ productId }) => ({ input: { id: productId, difference: 1, reason: 'Counted.' } }) },
  'admin/archive-product': { as: 'admin', variables: archived },
  'admin/board-counts': {
    as: 'admin',
    variables: async (customer) => {
      await order(customer);
      return { newest: 5 };
    },
    absent: ['newest.edges.node.cancelReason', 'newest.statusCounts.cancelReason'],
  },
  'admin/board-search': {
    as: 'admin',
    variables: async (customer) => {
      await order(customer);
      return { first: 5, search: 'm-' };
    },
    absent: ['orders.edges.node.cancelReason', 'orders.statusCounts.cancelReason'],
  },
  'admin/board-moves': { as: 'admin', meanwhile: async (customer) => void (await order(customer)), absent: ['orders.cancelReason'] },
  'admin/cancel-order': { as: 'admin', variables: ofOrder },
  'admin/create-products': creating,
  'admin/deliver-order': { as: 'admin', variables: shipped },
  'admin/fault-switches': { as: 'admin', absent: ['faultSwitches.changedAt'] },
  'admin/order-moves': {
    as: 'admin',
    variables: async (customer) => ({ orderId: await order(customer) }),
    absent: ['orderStatus.cancelReason'],
  },
  'admin/order-story': {
    as: 'admin',
    variables: async (customer) => ({ id: await order(customer) }),
    absent: [
      ...['cancelReason', 'shippingAddress.line2', 'events.note', 'payment.failure', 'payment.failure.code', 'payment.failure.message'],
      ...['id', 'amount', 'amount.amount', 'amount.currency', 'status', 'requestedAt', 'completedAt'].map(
        (one) => `payment.refunds.${one}`,
      ),
      ...[
        'payment.ledger.note',
        ...['', '.id', '.kind', '.status', '.recipient', '.subject', '.text', '.queuedAt'].map((one) => `mails${one}`),
      ],
      ...['.sentAt', '.attempts', '.reason'].map((one) => `mails${one}`),
    ].map((path) => `order.${path}`),
  },
  'admin/orders': {
    as: 'admin',
    variables: async (customer) => {
      await order(customer);
      return { first: 3 };
    },
    absent: ['orders.edges.node.cancelReason'],
  },
  'admin/product': { as: 'admin', variables: ({ productId }) => ({ id: productId, movements: 5 }) },
  'admin/products': { as: 'admin', variables: () => ({ first: 5, archived: true }) },
  'admin/refund-order': { as: 'admin', variables: ofOrder },
  'admin/restore-product': { as: 'admin', variables: archived },
  'admin/set-fault-switches': { as: 'admin', variables: () => ({ input: { delayMs: 0 } }) },
  'admin/ship-order': { as: 'admin', variables: ofOrder },
  'admin/trace': {
    as: 'admin',
    variables: () => ({ id: '0af7651916cd43dd8448eb211c80319c' }),
    // of the services of this test nothing is recorded
    absent: ['trace', ...traceFields.map((field) => `trace.${field}`)],
  },
  'admin/update-product': { as: 'admin', variables: ({ productId }) => ({ input: { id: productId, description: 'Thin and light.' } }) },
  'admin/upload-picture': {
    as: 'admin',
    variables: () => ({ input: { data: onePixel } }),
  },
  'admin/vitals': { as: 'admin', absent: ['components.unhealthyReason'] },
  'demo/add-to-cart': { variables: ({ productId }) => ({ input: { productId } }) },
  'demo/archive-product': { as: 'admin', variables: archived },
  'demo/bought-pieces': { variables: withOrder },
  'demo/cancel-order': { variables: ofOrder },
  'demo/count-cart': { variables: withCart },
  'demo/count-orders': { variables: withOrder },
  'demo/create-product': creating,
  'demo/look-at-cart': { variables: withCart },
  'demo/payment-of-order': {
    variables: async (customer) => ({ orderId: await order(customer) }),
    absent: ['order.payment.refunds.status'],
  },
  'demo/place-order': placing,
  'demo/stock-of-product': { as: 'admin', variables: ({ productId }) => ({ id: productId }) },
  'demo/watch-order': { variables: async (customer) => ({ orderId: await order(customer) }), absent: ['orderStatus.cancelReason'] },
  'playground/add-to-cart': { variables: ({ productId }) => ({ input: { productId } }), absent: wellLines('addToCart.cart') },
  'playground/adjust-stock': {
    as: 'admin',
    variables: ({ productId }) => ({ input: { id: productId, difference: 1, reason: 'Found behind the shelf.' } }),
  },
  'playground/browse-products': { variables: () => ({}) },
  'playground/cancel-order': { variables: ofOrder },
  'playground/cart': { variables: withCart, absent: wellLines('cart') },
  'playground/create-products': creating,
  'playground/log-in': { variables: logIn },
  'playground/my-orders': { variables: withOrder },
  'playground/order-status': {
    variables: async (customer) => ({ orderId: await order(customer) }),
    absent: ['orderStatus.cancelReason', 'orderStatus.payment.failure', 'orderStatus.payment.failure.message'],
  },
  'playground/order-story': { as: 'admin', variables: async (customer) => ({ number: await numberOf(customer, await order(customer)) }) },
  'playground/orders-live': {
    as: 'admin',
    meanwhile: async (customer) => void (await order(customer)),
  },
  'playground/payment-methods': {},
  'playground/place-order': placing,
  'playground/product': { variables: ({ productId }) => ({ id: productId }) },
  'playground/product-availability': { variables: ({ productId }) => ({ ids: [productId] }) },
  'playground/refresh-session': { variables: ({ refreshToken }) => ({ input: { refreshToken } }) },
  'playground/refund-order': {
    as: 'admin',
    variables: ofOrder,
    // payment handles it a moment later
    absent: ['status', 'amount', 'amount.amount'].map((field) => `refundOrder.order.payment.refunds.${field}`),
  },
  'playground/register': registering,
  'playground/ship-order': { as: 'admin', variables: ofOrder },
  'storefront/add-to-cart': { variables: ({ productId }) => ({ input: { productId } }), absent: roomyCart('addToCart.cart') },
  'storefront/availability-live': { variables: ({ productId }) => ({ ids: [productId] }) },
  'storefront/cart': { variables: withCart, absent: roomyCart('cart') },
  'storefront/cart-count': { variables: withCart },
  'storefront/catalogue': { variables: () => ({ first: 12 }) },
  'storefront/categories': {},
  'storefront/checkout': {
    async variables(customer) {
      await fillCart(customer);
      const query = 'mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { __typename } }';
      await customer.ask('customer', query, { input: { ...address, line2: '4th floor' } });
      return {};
    },
    absent: wellLines('cart'),
  },
  'storefront/claim-cart': {
    // the customer's own cart counts as claimed
    variables: async (customer) => ({ input: { cartId: await cartOf(customer) } }),
    absent: [...roomyCart('claimCart.cart'), ...['', '.productId', '.name', '.quantity'].map((field) => `claimCart.leftBehind${field}`)],
  },
  'storefront/clear-cart': {
    variables: async (customer) => {
      await fillCart(customer);
      return { input: {} };
    },
    absent: [
      ...emptyCart.map((field) => `clearCart.cart.lines${field}`),
      ...roomyCart('clearCart.cart').filter((path) => path.includes('.waiting')),
    ],
  },
  'storefront/log-in': { variables: logIn },
  'storefront/place-order': placing,
  'storefront/product-exists': { variables: ({ productId }) => ({ id: productId }) },
  'storefront/product': { variables: ({ productId }) => ({ id: productId }) },
  'storefront/register': registering,
  'storefront/cancel-order': { variables: ofOrder },
  'storefront/order-status': {
    variables: async (customer) => ({ orderId: await order(customer), sinceVersion: null }),
    absent: wellOrder,
  },
  'storefront/orders': { variables: async (customer) => ({ ...(await withOrder(customer)), first: 10 }) },
  'storefront/orders-under-way': {
    variables: async (customer) => {
      await order(customer);
      return {};
    },
  },
  'storefront/orders-live': { meanwhile: async (customer) => void (await order(customer)) },
  'storefront/set-cart-quantity': {
    variables: async (customer) => {
      await fillCart(customer);
      return { input: { productId: customer.productId, quantity: 2 } };
    },
    absent: roomyCart('setCartQuantity.cart'),
  },
  'tools/bench-order-status': { variables: async (customer) => ({ orderId: await order(customer) }) },
  'tools/count-products': {},
  'tools/create-products': creating,
  'tools/log-in': { variables: logIn },
  'tools/register': registering,
};

async function shipped(customer: Customer) {
  const given = await ofOrder(customer);
  await customer.ask('admin', 'mutation ($input: ShipOrderInput!) { shipOrder(input: $input) { __typename } }', given);
  return given;
}

function logIn({ administrator }: Customer) {
  return { input: { login: administrator.username, password: administrator.password } };
}

async function numberOf({ ask }: Customer, id: string): Promise<string> {
  const found = await ask('customer', 'query ($id: ID!) { order(id: $id) { number } }', { id });
  return (found['order'] as { number: string }).number;
}

async function withOrder(customer: Customer) {
  await order(customer);
  return {};
}

async function cartOf(customer: Customer): Promise<string> {
  await fillCart(customer);
  const { cart } = await customer.ask('customer', '{ cart { id } }');
  return (cart as { id: string }).id;
}

async function withCart(customer: Customer) {
  await fillCart(customer);
  return {};
}

async function archived({ ask }: Customer) {
  const query =
    'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id } } } }';
  const { createProducts } = await ask('admin', query, { input: { products: [product()] } });
  return { input: { id: (createProducts as { products: { id: string }[] }).products[0]?.id } };
}

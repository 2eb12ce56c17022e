import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { guest, type Identity } from '#platform/auth.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import type { Folder } from './folders.ts';
import type { Answer, Graph } from './graph.ts';

/** Fixtures of one type that exist. */
export type Made = {
  /** The first one is `owner`'s. */
  readonly ids: readonly string[];
  /** Its key, when that is more than an id: by one of `ids`, or by any other text, which is of none. */
  readonly keyOf?: (id: string) => Readonly<Record<string, unknown>>;
  /** Undefined: only its owner and admins see it. Otherwise it is public, except for these fields. */
  readonly hiddenFields?: readonly string[];
};
export type Fixtures = Readonly<Record<string, Made>>;

/** Given to `makeFixtures` of a subgraph's tests/fixtures.ts, which makes what the suite asks that subgraph about. */
export type Making = {
  readonly owner: Identity;
  readonly admin: Identity;
  readonly productIds: readonly string[];
  /** How many of each. */
  readonly count: number;
  ask<Data>(subgraph: string, identity: Identity, query: string, variables?: object): Promise<Answer<Data>>;
};

export const admin: Identity = { kind: 'user', userId: randomUUID(), role: 'ADMIN' };
export const stranger: Identity = { kind: 'user', userId: randomUUID(), role: 'CUSTOMER' };

const count = 20;
const range = Array.from({ length: count }, (_, index) => index);

/** Makes 20 fixtures of each type, by buying; and what each folder adds in its tests/fixtures.ts. */
export async function makeFixtures(graph: Graph, folders: readonly Folder[]): Promise<{ owner: Identity; fixtures: Fixtures }> {
  const owners = await Promise.all(range.map((index) => register(graph, `customer-${index}`)));
  const productIds = await createProducts(graph);
  const [cartIds, bought] = await Promise.all([
    Promise.all(productIds.map(async (productId) => (await fillCart(graph, guest, productId)).id)),
    Promise.all(owners.map((buyer, index) => buy(graph, buyer, productIds[index] ?? ''))),
  ]);
  const owner = owners[0] ?? guest;
  // the owner's cart is emptied when the order is paid, and stays
  const own = await graph.ask<{ cart: { id: string } }>('cart', owner, '{ cart { id } }');
  const base: Fixtures = {
    User: { ids: owners.map((user) => (user.kind === 'user' ? user.userId : '')) },
    Product: { ids: productIds, hiddenFields: ['stock'] },
    Cart: { ids: [own.data?.cart.id ?? '', ...cartIds.slice(1)] },
    // two of each are asked for, and there are more
    CartLine: { ids: productIds, keyOf: (productId) => ({ productId, quantity: 2 }), hiddenFields: [] },
    Order: { ids: bought.map(({ orderId }) => orderId) },
    Payment: { ids: bought.map(({ paymentId }) => paymentId) },
  };
  const making: Making = { owner, admin, productIds, count, ask: graph.ask };
  const more = await Promise.all(folders.map((folder) => makeMore(folder, making)));
  return { owner, fixtures: Object.assign({}, base, ...more) };
}

async function makeMore(folder: Folder, making: Making): Promise<Fixtures> {
  const file = new URL(`../../subgraphs/${folder.name}/tests/fixtures.ts`, import.meta.url);
  if (!existsSync(file)) return {};
  const module = (await import(`../../subgraphs/${folder.name}/tests/fixtures.ts`)) as { makeFixtures(making: Making): Promise<Fixtures> };
  return module.makeFixtures(making);
}

export async function register(graph: Graph, username: string): Promise<Identity> {
  const { data, errors } = await graph.ask<{ register: { session: { user: { id: string } } } }>(
    'user',
    guest,
    'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { session { user { id } } } } }',
    { input: { email: `${username}@example.com`, username, password: 'a long enough password' } },
  );
  const userId = data?.register.session?.user.id;
  if (userId === undefined) throw new Error(`${username} was not registered: ${JSON.stringify(errors ?? data)}`);
  return { kind: 'user', userId, role: 'CUSTOMER' };
}

export async function createProducts(graph: Graph): Promise<string[]> {
  const products = range.map((index) => ({ sku: `TEA-${index}`, name: `Tea ${index}`, category: 'Teas', price: 500 + index, stock: 9 }));
  const { data } = await graph.ask<{ createProducts: { products: { id: string }[] } }>(
    'product',
    admin,
    'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id } } } }',
    { input: { products } },
  );
  return data?.createProducts.products.map(({ id }) => id) ?? [];
}

export type FilledCart = { id: string; version: number; total: { amount: number; currency: 'EUR' } };

export function fillCart(graph: Graph, identity: Identity, productId: string): Promise<FilledCart> {
  return waitFor('the cart to know the product', async () => {
    const { data } = await graph.ask<{ addToCart: { cart?: FilledCart } }>(
      'cart',
      identity,
      'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { id version total { amount currency } } } } }',
      { input: { productId, quantity: 2 } },
    );
    return data?.addToCart.cart;
  });
}

async function buy(graph: Graph, buyer: Identity, productId: string): Promise<{ orderId: string; paymentId: string }> {
  const { version, total } = await fillCart(graph, buyer, productId);
  const { data } = await graph.ask<{ placeOrder: { order: { id: string } } }>(
    'order',
    buyer,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } } }',
    {
      input: {
        idempotencyKey: 'contract-test',
        cartVersion: version,
        expectedTotal: total,
        paymentMethodId: 'card-ok',
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'VN' },
      },
    },
  );
  const orderId = data?.placeOrder.order.id ?? '';
  const payment = await waitFor(
    'the order to be paid',
    async () => {
      const order = await graph.ask<{ order: { status: string } }>('order', buyer, 'query ($id: ID!) { order(id: $id) { status } }', {
        id: orderId,
      });
      return order.data?.order.status === 'PAID' ? paymentOf(graph, buyer, orderId) : undefined;
    },
    20_000,
  );
  return { orderId, paymentId: payment };
}

async function paymentOf(graph: Graph, buyer: Identity, orderId: string): Promise<string | undefined> {
  const { data } = await graph.ask<{ _entities: { payment: { id: string } }[] }>(
    'payment',
    buyer,
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { payment { id } } } }',
    { of: [{ __typename: 'Order', id: orderId }] },
  );
  return data?._entities[0]?.payment.id;
}

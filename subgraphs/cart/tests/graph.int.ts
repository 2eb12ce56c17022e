import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Identity } from '#platform/auth.ts';
import { createSubgraphClient } from '#tests/support/subgraph-client.ts';
import { addToCart } from '../commands/add-to-cart.ts';
import { createLoaders } from '../loaders.ts';
import { createResolvers } from '../resolvers.ts';
import { type CartFixture, cartOf, guest, openCartFixture, someAdmin, someCustomer } from './fixture.ts';

let fixture: CartFixture;
let productId: string;
let ask: ReturnType<typeof createSubgraphClient>;
beforeAll(async () => {
  fixture = await openCartFixture('cart_graph');
  productId = await fixture.tellProduct({ availability: 'LOW_STOCK' });
  ask = createSubgraphClient({
    sdl: new URL('../schema.graphql', import.meta.url),
    resolvers: createResolvers(fixture.deps),
    createLoaders: (identity) => createLoaders(fixture.deps, identity),
  });
});
afterAll(() => fixture.close());

const add = `mutation ($input: AddToCartInput!) {
  addToCart(input: $input) {
    __typename
    ... on AddToCartSuccess { cart { id version itemCount total { amount currency } updatedAt
      lines { product { id } productId name quantity unitPrice { amount } lineTotal { amount } notice notices } } }
    ... on UserError { code message }
    ... on CartLimitReached { limit }
    ... on InvalidInput { problems { field message } }
  }
}`;

test('puts a product into a new cart of a guest', async () => {
  const { data, errors } = await ask(guest, add, { input: { productId, quantity: 2 } });

  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    addToCart: {
      __typename: 'AddToCartSuccess',
      cart: {
        itemCount: 2,
        total: { amount: 25_000, currency: 'EUR' },
        lines: [
          {
            product: { id: productId },
            name: 'Oak table',
            quantity: 2,
            unitPrice: { amount: 12_500 },
            lineTotal: { amount: 25_000 },
            notice: 'LOW_STOCK',
            notices: ['LOW_STOCK'],
          },
        ],
      },
    },
  });
});

test('shows user errors with what a client needs to act', async () => {
  const invalid = await ask(guest, add, { input: { productId, quantity: 0 } });
  const unknown = await ask(guest, add, { input: { productId: '01990000-0000-7000-8000-000000000000' } });
  const me = someCustomer();
  await ask(me, add, { input: { productId, quantity: 99 } });
  const full = await ask(me, add, { input: { productId } });

  expect(invalid.data).toMatchObject({ addToCart: { code: 'INVALID_INPUT', problems: [{ field: 'quantity' }] } });
  expect(unknown.data).toMatchObject({ addToCart: { __typename: 'ProductNotFound', code: 'PRODUCT_NOT_FOUND' } });
  expect(full.data).toMatchObject({ addToCart: { code: 'CART_LIMIT_REACHED', limit: 99 } });
});

test('answers references of carts and users for those who may see them', async () => {
  const me = someCustomer();
  const { id } = cartOf(await addToCart(fixture.deps, me, { productId }));
  const representations = [
    { __typename: 'Cart', id },
    { __typename: 'User', id: me.userId },
    { __typename: 'Cart', id: 'x' },
  ];
  const seenBy = async (identity: Identity) => {
    const { data, errors } = await ask(
      identity,
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Cart { id } ... on User { cart { id } } } }',
      { representations },
    );
    expect(errors).toBeUndefined();
    return data?.['_entities'];
  };

  expect(await seenBy(me)).toEqual([{ id }, { cart: { id } }, null]);
  expect(await seenBy(someCustomer())).toEqual([null, null, null]);
  expect(await seenBy(guest)).toEqual([null, null, null]);
  expect(await seenBy(someAdmin())).toEqual([null, { cart: { id } }, null]);
});

test("shows the caller's own cart without an id, and null to a guest", async () => {
  const me = someCustomer();
  const { id } = cartOf(await addToCart(fixture.deps, me, { productId }));

  expect((await ask(me, '{ cart { id } }')).data).toEqual({ cart: { id } });
  expect((await ask(guest, '{ cart { id } }')).data).toEqual({ cart: null });
  expect((await ask(someAdmin(), 'query ($id: ID) { cart(id: $id) { id } }', { id })).data).toEqual({ cart: null });
});

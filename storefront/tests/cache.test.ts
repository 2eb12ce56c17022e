import { describe, expect, test } from '@jest/globals';
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { shopCache } from '../graph/cache.ts';

/** A client whose shop gives these answers, one after the other, and the number of those that were asked for. */
function clientOf(...answers: object[]) {
  let asked = 0;
  const fetch = async () => Response.json({ data: answers[asked++] ?? null });
  const forwardSubscription = () => ({
    subscribe(sink: { next(result: object): void }) {
      void Promise.resolve().then(() => sink.next({ data: answers[asked++] }));
      return { unsubscribe: () => {} };
    },
  });
  const exchanges = [shopCache(), subscriptionExchange({ forwardSubscription }), fetchExchange];
  return { client: new Client({ url: 'http://shop.test/graphql', preferGetMethod: false, fetch, exchanges }), asked: () => asked };
}

const product = gql('query Product($id: ID!) { product(id: $id) { __typename id name } }');
const cup = { __typename: 'Product', id: '1', name: 'Cup' };
const cartOf = (itemCount: number) => ({ __typename: 'Cart', id: 'own', itemCount });
const countCart = gql('query Count($id: ID) { cart(id: $id) { __typename id itemCount } }');
const add = gql(
  'mutation Add($input: AddToCartInput!) { addToCart(input: $input) { __typename ... on AddToCartSuccess { cart { __typename id itemCount } } } }',
);
const claim = gql(
  'mutation Claim($input: ClaimCartInput!) { claimCart(input: $input) { __typename ... on ClaimCartSuccess { cart { __typename id itemCount } } } }',
);
const place = gql(
  'mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { __typename id } } ... on CartChanged { cart { __typename id itemCount } } } }',
);
const watchOrder = gql('subscription { orderStatus(orderId: "o1") { __typename id status lines { __typename productId quantity } } }');

describe('what the browser remembers', () => {
  test('shows a product from a list on its own page without asking', async () => {
    const list = gql('{ products(first: 1) { __typename edges { __typename node { __typename id name } } } }');
    const edges = [{ __typename: 'ProductEdge', node: cup }];
    const { client, asked } = clientOf({ products: { __typename: 'ProductConnection', edges } });
    await client.query(list, {}).toPromise();

    const { data } = await client.query(product, { id: '1' }).toPromise();

    expect(data).toMatchObject({ product: { name: 'Cup' } });
    expect(asked()).toBe(1);
  });

  test('reports a missing product when the shop does', async () => {
    const { client } = clientOf({ product: null });

    const { data } = await client.query(product, { id: '1' }).toPromise();

    expect(data).toMatchObject({ product: null });
  });

  test('shows a product that is back on the shelf', async () => {
    const { client } = clientOf({ product: null }, { product: cup });
    await client.query(product, { id: '1' }).toPromise();

    const { data } = await client.query(product, { id: '1' }, { requestPolicy: 'network-only' }).toPromise();

    expect(data).toMatchObject({ product: { name: 'Cup' } });
  });

  test.each([
    ['the first thing that a customer puts in', add, { productId: '1' }, 'addToCart', 'AddToCartSuccess'],
    ['what was claimed', claim, { cartId: 'guest' }, 'claimCart', 'ClaimCartSuccess'],
  ])('has %s in the cart at once', async (_, mutation, input, field, success) => {
    const { client, asked } = clientOf({ cart: null }, { [field]: { __typename: success, cart: cartOf(3) } });
    await client.query(countCart, {}).toPromise();
    await client.mutation(mutation, { input }).toPromise();

    const { data } = await client.query(countCart, {}).toPromise();

    expect(data).toMatchObject({ cart: { id: 'own', itemCount: 3 } });
    expect(asked()).toBe(2);
  });

  test('finds the new cart of a guest by its id', async () => {
    const { client, asked } = clientOf({ addToCart: { __typename: 'AddToCartSuccess', cart: cartOf(1) } });
    await client.mutation(add, { input: { productId: '1' } }).toPromise();

    const { data } = await client.query(countCart, { id: 'own' }).toPromise();

    expect(data).toMatchObject({ cart: { itemCount: 1 } });
    expect(asked()).toBe(1);
  });

  test('has nothing in the cart as soon as an order is placed, and looks again when one is rejected', async () => {
    const order = { __typename: 'Order', id: 'o1' };
    const { client, asked } = clientOf(
      { cart: cartOf(3) },
      { placeOrder: { __typename: 'PlaceOrderSuccess', order } },
      { placeOrder: null },
      { cart: cartOf(5) },
    );
    await client.query(countCart, {}).toPromise();

    await client.mutation(place, { input: {} }).toPromise();
    const placed = await client.query(countCart, {}).toPromise();
    await client.mutation(place, { input: {} }).toPromise();
    const rejected = await client.query(countCart, {}).toPromise();

    expect([placed, rejected].map(({ data }) => data.cart.itemCount)).toEqual([0, 5]);
    expect(asked()).toBe(4);
  });

  test('shows the cart of now at once when an order is rejected because the cart is another', async () => {
    const { client, asked } = clientOf({ cart: cartOf(3) }, { placeOrder: { __typename: 'CartChanged', cart: cartOf(5) } });
    await client.query(countCart, {}).toPromise();
    await client.mutation(place, { input: {} }).toPromise();

    const { data } = await client.query(countCart, {}).toPromise();

    expect(data).toMatchObject({ cart: { itemCount: 5 } });
    expect(asked()).toBe(2);
  });

  test('keeps the cart that is shown when it was ordered already, so that this can be shown beside it', async () => {
    const { client, asked } = clientOf({ cart: cartOf(3) }, { placeOrder: { __typename: 'CartAlreadyOrdered' } });
    await client.query(countCart, {}).toPromise();
    await client.mutation(place, { input: {} }).toPromise();

    expect((await client.query(countCart, {}).toPromise()).data).toMatchObject({ cart: { itemCount: 3 } });
    expect(asked()).toBe(2);
  });

  test('has what was ordered in the cart again though the order is cancelled before another update comes', async () => {
    const lines = [{ __typename: 'OrderLine', productId: '1', quantity: 2 }];
    const { client } = clientOf(
      { cart: cartOf(2) },
      { placeOrder: { __typename: 'PlaceOrderSuccess', order: { __typename: 'Order', id: 'o1' } } },
      { orderStatus: { __typename: 'Order', id: 'o1', status: 'CANCELLED', lines } },
    );
    await client.query(countCart, {}).toPromise();
    await client.mutation(place, { input: {} }).toPromise();

    await new Promise((received) => client.subscription(watchOrder, {}).subscribe(received));

    expect((await client.query(countCart, {}).toPromise()).data).toMatchObject({ cart: { itemCount: 2 } });
  });
});

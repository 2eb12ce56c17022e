import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { waitFor } from '#tests/support/wait-for.ts';
import { connect, watch } from './customer.ts';
import { ada, eve } from './fake-orders.ts';
import { startWorld, supergraphSdl, type World } from './world.ts';

const everything = `subscription Everything($id: ID!, $paid: Boolean = true) {
  order: orderStatus(orderId: $id) {
    __typename
    ...Head
    customer { username }
    payment @include(if: $paid) { status }
    lines { quantity product { name } }
  }
}
fragment Head on Order { number state: status total { amount currency } cancelReason }`;

let world: World;
const clients: Client[] = [];

function open(token = `user:${ada}`): Client {
  const client = connect(world.url, token);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  world = await startWorld({ limits: { operationsPerSocket: 200 } });
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  await waitFor('no listener', async () => (await world.metric('subscription_listeners')) === 0);
  world.reload(supergraphSdl);
  world.calm();
});

afterAll(() => world.stop());

test('answers fields of four subgraphs, with aliases, fragments, directives and defaults', async () => {
  const order = await world.orders.place(ada);
  const seen = watch(open(), everything, { id: order.id });
  const skipping = watch(open(), everything, { id: order.id, paid: false });

  await seen.until(1);
  await skipping.until(1);

  const expected = {
    __typename: 'Order',
    number: order.number,
    state: 'PENDING',
    total: { amount: 5000, currency: 'EUR' },
    cancelReason: null,
    customer: { username: `name of ${ada}` },
    lines: [{ quantity: 2, product: { name: 'Lamp' } }],
  };
  expect(seen.data[0]).toEqual({ order: { ...expected, payment: { status: 'CAPTURED' } } });
  expect(skipping.data[0]).toEqual({ order: expected });
  expect(seen.errors).toEqual([]);
});

test('gives each field the name that the client chose, and takes any name of a variable', async () => {
  const order = await world.orders.place(ada);
  const text = `subscription ($representations: ID!, $some: Boolean!) {
    id: orderStatus(orderId: $representations) {
      id: number
      __typename: status
      customer { id: username username: id }
      lines { product { id: name } }
      payment { status @skip(if: $some) }
    }
  }`;
  const seen = watch(open(), text, { representations: order.id, some: true });

  await seen.until(1);

  expect(seen.errors).toEqual([]);
  expect(seen.data[0]).toEqual({
    id: {
      id: order.number,
      __typename: 'PENDING',
      customer: { id: `name of ${ada}`, username: ada },
      lines: [{ product: { id: 'Lamp' } }],
      payment: {},
    },
  });
});

test('reports why a field is missing that no subgraph returned', async () => {
  const order = await world.orders.place(ada);
  world.products.clear();
  const seen = watch(open(), 'subscription ($id: ID!) { orderStatus(orderId: $id) { number lines { product { name } } } }', {
    id: order.id,
  });

  await seen.until(1);
  world.addProduct(world.orders.productId);

  expect(seen.data).toEqual([{ orderStatus: { number: order.number, lines: [{ product: null }] } }]);
  expect(seen.errors).toMatchObject([[{ path: ['orderStatus', 'lines', 0, 'product', 'name'], extensions: { code: 'INTERNAL' } }]]);
});

test('fetches nothing that the event carries', async () => {
  const order = await world.orders.place(ada);
  const seen = watch(open(), 'subscription ($id: ID!) { orderStatus(orderId: $id) { id number status version customer { id } } }', {
    id: order.id,
  });
  await seen.until(1);
  world.behaviour.resolved.clear();

  await world.orders.move(order, 'AWAITING_PAYMENT');

  await seen.until(2);
  expect(seen.data[1]).toEqual({
    orderStatus: { id: order.id, number: order.number, status: 'AWAITING_PAYMENT', version: 2, customer: { id: ada } },
  });
  expect([...world.behaviour.resolved.keys()]).toEqual([]);
});

test('executes once what equal callers are shown of one event, and apart what others are shown', async () => {
  const order = await world.orders.place(ada);
  const equal = Array.from({ length: 20 }, () => watch(open(), everything, { id: order.id }));
  const admin = watch(open(`admin:${eve}`), everything, { id: order.id });
  const others = watch(open(), everything, { id: order.id, paid: false });
  await Promise.all([...equal, admin, others].map((seen) => seen.until(1)));
  const before = await world.metric('subscription_executions_total');
  world.behaviour.resolved.clear();

  await world.orders.move(order, 'AWAITING_PAYMENT');

  await Promise.all([...equal, admin, others].map((seen) => seen.until(2)));
  expect((await world.metric('subscription_executions_total')) - before).toBe(3);
  expect(world.behaviour.resolved.get('User')).toBe(3);
  expect(new Set(equal.map((seen) => JSON.stringify(seen.data[1]))).size).toBe(1);
});

test('executes once for a hundred pages of one order, wherever each of them has come in', async () => {
  const resumable = `subscription Page($id: ID!, $since: Int) {
    orderStatus(orderId: $id, sinceVersion: $since) { version customer { username } lines { product { name } } }
  }`;
  const order = await world.orders.place(ada);
  await world.orders.move(order, 'AWAITING_PAYMENT');
  // opened again, given every event from the start, and reconnected after a break
  const entries = [
    { since: null, answers: 1 },
    { since: 0, answers: 2 },
    { since: 1, answers: 1 },
  ];
  const pages = Array.from({ length: 34 }, () => entries)
    .flat()
    .slice(0, 100)
    .map(({ since, answers }) => ({ seen: watch(open(), resumable, { id: order.id, since }), answers }));
  await Promise.all(pages.map(({ seen, answers }) => seen.until(answers)));
  const executed = await world.metric('subscription_executions_total');
  const delivered = await world.metric('subscription_deliveries_total');
  world.behaviour.resolved.clear();

  await world.orders.move(order, 'PAID');

  await Promise.all(pages.map(({ seen, answers }) => seen.until(answers + 1)));
  expect((await world.metric('subscription_executions_total')) - executed).toBe(1);
  expect((await world.metric('subscription_deliveries_total')) - delivered).toBe(100);
  expect(world.behaviour.resolved.get('User')).toBe(1);
});

test('executes separately when a variable of the selection differs, though the order is the same', async () => {
  const order = await world.orders.place(ada);
  const both = [true, false].map((paid) =>
    watch(
      open(),
      'subscription ($id: ID!, $paid: Boolean!) { orderStatus(orderId: $id) { version payment @include(if: $paid) { status } } }',
      {
        id: order.id,
        paid,
      },
    ),
  );
  await Promise.all(both.map((seen) => seen.until(1)));

  await world.orders.move(order, 'AWAITING_PAYMENT');

  await Promise.all(both.map((seen) => seen.until(2)));
  expect(both.map((seen) => 'payment' in (seen.data[1]?.['orderStatus'] ?? {}))).toEqual([true, false]);
});

test('fetches as the caller', async () => {
  const order = await world.orders.place(ada);
  const other = await world.orders.place(eve);

  const mine = watch(open(), everything, { id: order.id });
  const admins = watch(open(`admin:${ada}`), everything, { id: other.id });

  await mine.until(1);
  await admins.until(1);
  expect(mine.data[0]?.['order'].customer).toEqual({ username: `name of ${ada}` });
  expect(admins.data[0]?.['order'].customer).toEqual({ username: `name of ${eve}` });
});

test('costs the fields of a subgraph that fails, and no more, for as long as it fails', async () => {
  const order = await world.orders.place(ada);
  world.behaviour.failing.add('Order.payment').add('Product');
  const seen = watch(open(), everything, { id: order.id });
  await seen.until(1);

  world.behaviour.failing.clear();
  await world.orders.move(order, 'AWAITING_PAYMENT');

  await seen.until(2);
  expect(seen.data[0]?.['order']).toMatchObject({ state: 'PENDING', payment: null, customer: {}, lines: [{ product: null }] });
  expect(seen.errors).toHaveLength(1);
  expect(seen.errors[0]?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAVAILABLE' }, { code: 'UNAVAILABLE' }]);
  expect(seen.data[1]?.['order']).toMatchObject({ state: 'AWAITING_PAYMENT', payment: { status: 'CAPTURED' } });
});

test('goes on under a new supergraph', async () => {
  const order = await world.orders.place(ada);
  const seen = watch(open(), everything, { id: order.id });
  await seen.until(1);

  world.reload(withoutShippingAddress());
  await world.orders.move(order, 'AWAITING_PAYMENT');
  await seen.until(2);
  world.reload(supergraphSdl);
  await world.orders.move(order, 'PAID');
  await seen.until(3);

  expect(seen.data.map((data) => data['order'].state)).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
  expect(seen.errors).toEqual([]);
});

test('ends with the reason when the new supergraph does not have what was asked for', async () => {
  const order = await world.orders.place(ada);
  const query = 'subscription ($id: ID!) { orderStatus(orderId: $id) { status shippingAddress { city } } }';
  const seen = watch(open(), query, { id: order.id });
  await seen.until(1);

  world.reload(withoutShippingAddress());

  const end = await seen.untilEnd();
  expect(end).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  expect(JSON.stringify(end)).toContain('no longer valid');
  expect(JSON.stringify(end)).toContain('shippingAddress');
});

test.each([
  ['an unknown field', 'subscription ($id: ID!) { orderStatus(orderId: $id) { nothing } }'],
  ['broken syntax', 'subscription {'],
  ['two fields', 'subscription ($id: ID!) { orderStatus(orderId: $id) { id } orders { id } }'],
  ['nothing but a type name', 'subscription { __typename }'],
  ['a field that may be left out', 'subscription ($id: ID!, $no: Boolean = true) { orderStatus(orderId: $id) @skip(if: $no) { id } }'],
])('rejects %s', async (_what, query) => {
  const seen = watch(open(), query, { id: ada });

  const end = await seen.untilEnd();

  expect(end).toMatchObject({ kind: 'rejected', errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test('leaves no listener behind when clients unsubscribe, hang up or vanish', async () => {
  const order = await world.orders.place(ada);
  const [first, second, third] = [open(), open(), open()];
  const all = [first, second, third].flatMap((client) =>
    Array.from({ length: 10 }, () => watch(client, 'subscription ($id: ID!) { orderStatus(orderId: $id) { version } }', { id: order.id })),
  );
  await Promise.all(all.map((seen) => seen.until(1)));
  expect(await world.metric('subscription_listeners')).toBe(30);

  for (const seen of all.slice(0, 10)) seen.unsubscribe();
  await second.dispose();
  third.terminate();

  await waitFor('no listener', async () => (await world.metric('subscription_listeners')) === 0);
  expect(await world.metric('subscriptions')).toBe(0);
});

function withoutShippingAddress(): string {
  const changed = supergraphSdl.replace(
    /^ {2}"""(?:(?!""")[\s\S])*"""\n {2}shippingAddress: ShippingAddress! @join__field\(graph: ORDER\)\n/m,
    '',
  );
  expect(changed).not.toBe(supergraphSdl);
  return changed;
}

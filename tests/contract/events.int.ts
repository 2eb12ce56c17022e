import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { contracts, type EventType, eventTypes } from '#kafka/contracts.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { readExposition, type Sample } from '#platform/exposition.ts';
import { sumOf } from '#tests/support/exposition.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { admin, createProducts, fillCart, register } from './fixtures.ts';
import { readFolders } from './folders.ts';
import { type Graph, internalSecret, startGraph } from './graph.ts';
import { readOperations } from './snapshots.ts';
import { type Use, usedMetrics } from './used-metrics.ts';

const folders = await readFolders();
const consumers = folders.filter(({ subscribes }) => subscribes.length > 0);
const password = 'a long enough password';
let graph: Graph;

beforeAll(async () => {
  graph = await startGraph(folders);
  await tellEverything();
}, 60_000);

afterAll(async () => {
  await graph?.stop();
}, 30_000);

/** Does what makes the services say every event there is, by their own code. */
async function tellEverything(): Promise<void> {
  const [first = '', ...others] = await createProducts(graph);
  const people = await Promise.all(['ann', 'bao', 'chi', 'dung', 'emi', 'fay'].map((name) => register(graph, name)));
  const [ann, bao, chi, dung, emi, fay] = people as [Identity, Identity, Identity, Identity, Identity, Identity];
  await mutate('product', admin, 'updateProduct', { id: first, price: 700 });
  await mutate('product', admin, 'archiveProduct', { id: others.at(-1) });
  const delivered = await order(ann, others[0] ?? '', 2, 'card-ok', 'PAID');
  await mutate('order', admin, 'shipOrder', { orderId: delivered });
  await mutate('order', admin, 'deliverOrder', { orderId: delivered });
  const refunded = await order(bao, others[1] ?? '', 2, 'card-ok', 'PAID');
  await mutate('order', admin, 'refundOrder', { orderId: refunded });
  await order(chi, others[2] ?? '', 2, 'card-declined', 'CANCELLED');
  // there are nine of each; five are held first, which is a change of level besides
  await order(dung, others[3] ?? '', 12, 'card-ok', 'CANCELLED');
  // another buyer: what dung could not get comes back into dung's cart
  await order(fay, others[4] ?? '', 5, 'card-ok', 'PAID');
  for (const place of ['here', 'there', 'elsewhere']) await guess('fay', place, 10);
  await mutate('user', emi, 'requestPasswordReset', { email: 'emi@example.com' });
  await mutate('user', emi, 'changeEmail', { email: 'emi.two@example.com', password });
  await mutate('user', emi, 'deleteAccount', { password });
}

/** Wrong passwords from one address, which the gateway would send. */
async function guess(login: string, place: string, times: number): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${signInternalToken(guest, internalSecret)}`,
    'x-client-address': place,
  };
  const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }';
  const body = JSON.stringify({ query, variables: { input: { login, password: 'not this one' } } });
  await Promise.all(Array.from({ length: times }, () => fetch(graph.urlOf('user'), { method: 'POST', headers, body })));
}

async function mutate(subgraph: string, identity: Identity, name: string, input: object): Promise<void> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const answer = await graph.ask<Record<string, { __typename: string }>>(
    subgraph,
    identity,
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename } }`,
    {
      input,
    },
  );
  if (answer.data?.[name]?.__typename !== `${type}Success`) throw new Error(`${name} was rejected: ${JSON.stringify(answer)}`);
}

async function order(buyer: Identity, productId: string, quantity: number, paymentMethodId: string, until: string): Promise<string> {
  await fillCart(graph, buyer, productId);
  await mutate('cart', buyer, 'setCartQuantity', { productId, quantity });
  const seen = await graph.ask<{ cart: { version: number; total: object } }>(
    'cart',
    buyer,
    '{ cart { version total { amount currency } } }',
  );
  const agreed = { cartVersion: seen.data?.cart.version, expectedTotal: seen.data?.cart.total };
  const shippingAddress = { name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'VN' };
  const { data } = await graph.ask<{ placeOrder: { order: { id: string } } }>(
    'order',
    buyer,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } } }',
    { input: { idempotencyKey: randomUUID(), ...agreed, paymentMethodId, shippingAddress } },
  );
  const id = data?.placeOrder.order.id ?? '';
  const statusOf = 'query ($id: ID!) { order(id: $id) { status } }';
  await waitFor(
    `the order to be ${until}`,
    async () => (await graph.ask<{ order: { status: string } }>('order', buyer, statusOf, { id })).data?.order.status === until,
    20_000,
  );
  await mutate('cart', buyer, 'clearCart', {});
  return id;
}

async function rowsOf<Row>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** The ids of what was published of these types. */
const idsOf = (types: readonly EventType[]) =>
  graph.published.filter(({ headers }) => types.some((type) => type === headers['ce_type'])).map(({ headers }) => headers['ce_id'] ?? '');

describe('what one service publishes and another subscribes to', () => {
  test('is every event of the contracts, published by its owner', async () => {
    const said = () => new Set(graph.published.map(({ headers }) => headers['ce_type']));

    await waitFor('every event', () => eventTypes.every((type) => said().has(type)), 10_000).catch(() => undefined);
    expect(eventTypes.filter((type) => !said().has(type))).toEqual([]);
    for (const { headers, topic } of graph.published.filter(({ value }) => value !== null)) {
      const contract = contracts[headers['ce_type'] as EventType];
      expect([topic, headers['ce_source']]).toEqual([contract.topic, `/${contract.publisher}`]);
    }
  });

  test.each(consumers.map((consumer) => [consumer.name, consumer] as const))(
    'is handled by %s, whatever it is',
    async (name, { subscribes }) => {
      const handled = async () =>
        new Set(
          (
            await rowsOf<{ event_id: string }>(
              graph.databaseUrlOf(name),
              `SELECT event_id FROM inbox WHERE consumer = '${consumerGroupOf(name)}'`,
            )
          ).map((row) => row.event_id),
        );

      await waitFor(
        `${name} to have heard all`,
        async () =>
          idsOf(subscribes).every((id, _, all) => all.length > 0 && id !== '') && idsOf(subscribes).length <= (await handled()).size,
        15_000,
      );
      const done = await handled();
      expect(idsOf(subscribes).filter((id) => !done.has(id))).toEqual([]);
    },
  );

  test('is given up by no consumer', async () => {
    const dead = await Promise.all(topicNames.map((topic) => graph.eventLog.readAll(deadTopicOf(topic))));

    expect(dead.flat()).toEqual([]);
  });

  test('has its effects', async () => {
    const kinds = await rowsOf<{ kind: string }>(graph.databaseUrlOf('mail'), 'SELECT DISTINCT kind FROM mails ORDER BY kind');
    const payments = await rowsOf<{ status: string }>(
      graph.databaseUrlOf('payment'),
      'SELECT DISTINCT status FROM payments ORDER BY status',
    );
    const reservations = await rowsOf<{ state: string }>(
      graph.databaseUrlOf('product'),
      'SELECT DISTINCT state FROM reservations ORDER BY state',
    );

    expect(kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ORDER_CANCELLED', 'ORDER_REFUNDED', 'ORDER_SHIPPED', 'RECEIPT', 'WELCOME']),
    );
    expect(payments.map(({ status }) => status)).toEqual(['CAPTURED', 'DECLINED', 'REFUNDED', 'VOIDED']);
    expect(reservations.map(({ state }) => state)).toEqual(['COMMITTED', 'RELEASED']);
  });
});

describe('the metrics', () => {
  let of: (name: string) => readonly Sample[];

  beforeAll(async () => {
    const url = await graph.openGateway();
    const ask = (query: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    const [registered = ''] = readOperations().flatMap(({ name, source }) => (name === 'categories' ? [source] : []));
    await ask(registered);
    // of the same name, and of many others
    for (const name of ['Categories', ...Array.from({ length: 30 }, (_, index) => `Hostile${index}`)])
      await ask(`query ${name} { __typename }`);
    const pages = new Map([...(await graph.metrics())].map(([name, text]) => [name, readExposition(text)]));
    of = (name) => pages.get(name) ?? [];
  }, 30_000);

  test('of order say how checkouts ended, how long they took and why they were cancelled', () => {
    const series = of('order');
    const paid = sumOf(series, 'marigold_order_settled_seconds_count', { outcome: 'PAID' });

    expect(paid).toBe(3);
    expect(sumOf(series, 'marigold_order_settled_seconds_count', { outcome: 'CANCELLED' })).toBe(2);
    expect(sumOf(series, 'marigold_order_settled_seconds_bucket', { outcome: 'PAID', le: '5' })).toBe(paid);
    expect(sumOf(series, 'marigold_order_status_seconds_count', { status: 'PENDING' })).toBe(5);
    expect(sumOf(series, 'marigold_order_status_seconds_count', { status: 'AWAITING_PAYMENT' })).toBeGreaterThanOrEqual(3);
    expect(sumOf(series, 'marigold_order_cancellations_total', { reason: 'PAYMENT_DECLINED' })).toBe(1);
    expect(sumOf(series, 'marigold_order_cancellations_total', { reason: 'OUT_OF_STOCK' })).toBe(1);
    expect(sumOf(series, 'marigold_orders')).toBe(5);
    expect(sumOf(series, 'marigold_orders', { status: 'REFUNDED' })).toBe(1);
  });

  test.each(consumers.map(({ name }) => name))('of %s say what it handles, asks of its database and answers', (name) => {
    const series = of(name);
    const handled = sumOf(series, 'marigold_consumer_events_total');

    expect(handled).toBeGreaterThan(0);
    expect(sumOf(series, 'marigold_consumer_batch_seconds_count')).toBeGreaterThan(0);
    expect(sumOf(series, 'marigold_consumer_dead_letters_total')).toBe(0);
    expect(sumOf(series, 'marigold_database_statement_seconds_count', { outcome: 'done' })).toBeGreaterThan(handled);
    expect(sumOf(series, 'marigold_database_pool_max_connections')).toBeGreaterThan(0);
    expect(sumOf(series, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });

  test('of a subgraph say how long each root field takes', () => {
    expect(sumOf(of('order'), 'marigold_subgraph_field_seconds_count', { field: 'Mutation.placeOrder', outcome: 'answered' })).toBe(5);
    expect(
      of('product')
        .filter(({ name }) => name === 'marigold_cache_reads_total')
        .map(({ labels }) => labels['outcome']),
    ).toEqual(['hit', 'miss']);
  });

  test('of operations say how far each consumer is behind, and how many dead letters there are', () => {
    const lag = of('operations').filter(({ name }) => name === 'marigold_consumer_lag_messages');

    expect(lag.map(({ labels }) => labels['consumer'])).toEqual(expect.arrayContaining(consumers.map(({ name }) => consumerGroupOf(name))));
    expect(sumOf(of('operations'), 'marigold_dead_letters')).toBe(0);
  });

  test('of the gateway name registered operations only, whatever callers call theirs', () => {
    const series = of('gateway').filter(({ name }) => name === 'marigold_gateway_operation_seconds_count');

    expect(series.map(({ labels: { name, outcome }, value }) => [name, outcome, value])).toEqual([
      ['Categories', 'answered', 1],
      ['other', 'answered', 31],
    ]);
    expect(sumOf(of('gateway'), 'marigold_gateway_cache_reads_total', { cache: 'documents', outcome: 'miss' })).toBeGreaterThan(0);
  });

  test('are all that dashboards, rules and alerts read, with their labels', () => {
    // what Prometheus itself adds to a process that names itself in no label
    const added = ['service'];
    const all = [...folders.map(({ name }) => name), 'gateway'].flatMap((name) => of(name));
    const isThere = ({ metric, labels, le }: Use) =>
      all.some(
        (one) =>
          one.name === metric &&
          labels.every((label) => label in one.labels || added.includes(label)) &&
          (le ?? one.labels['le']) === one.labels['le'],
      );
    // nobody is subscribed, no call was retried, nothing was rejected
    const notYet = [
      'marigold_gateway_subscriptions',
      'marigold_gateway_subscription_deliveries_total',
      'marigold_gateway_subgraph_retries_total',
      'marigold_gateway_rejected_total',
    ];

    expect(usedMetrics().length).toBeGreaterThan(50);
    expect(usedMetrics().filter((use) => !notYet.includes(use.metric) && !isThere(use))).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { encodeCursor } from '#platform/pagination.ts';
import { tracingConfig } from '#platform/tracing/start-tracing.ts';
import { createTestDatabase, cutConnections, type TestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { startOrder } from '../app.ts';
import { aCart, aCustomer, address, admin, aPurchase, events, logger, startFakeCart } from './fixture.ts';

const secret = 'a secret of at least thirty-two characters';

let testDatabase: TestDatabase;
let fakeCart: Awaited<ReturnType<typeof startFakeCart>>;
let eventLog: ReturnType<typeof createInProcessLog>;
let order: Awaited<ReturnType<typeof startOrder>>;

beforeAll(async () => {
  testDatabase = await createTestDatabase('order_graph');
  fakeCart = await startFakeCart();
  eventLog = createInProcessLog();
  order = await startOrder(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      ADMIN_HOST: '127.0.0.1',
      ADMIN_PORT: 0,
      LOG_LEVEL: 'silent',
      LOGS_EXPORTER: 'none',
      ...loadConfig(tracingConfig, {}),
      DATABASE_URL: testDatabase.url,
      DATABASE_TLS_CA: undefined,
      DATABASE_POOL_SIZE: 6,
      INTERNAL_TOKEN_SECRET: [secret],
      CART_URL: fakeCart.url,
      PENDING_DEADLINE_MS: 30_000,
      PAYMENT_DEADLINE_MS: 60_000,
      MAX_UNPAID_ORDERS: 1000,
      MAX_UNPAID_PIECES: 10_000,
    },
    { eventLog, logger },
  );
});

afterAll(async () => {
  await order.stop();
  await eventLog.close();
  await fakeCart.close();
  await testDatabase.drop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that each test asked for
type Answer = { data: any; errors?: { message: string; extensions: { code: string } }[] };

async function ask(identity: Identity, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(order.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const codesOf = (answer: Answer) => answer.errors?.map((error) => error.extensions.code);

const placeOrder = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    __typename
    ... on PlaceOrderSuccess { order { id number status version lines { name quantity lineTotal { amount } product { id } } } }
    ... on CartAlreadyOrdered { order { id status } }
    ... on CartChanged { cart { __typename id } }
    ... on UserError { code message }
    ... on InvalidInput { problems { field } }
  }
}`;

const last = new Map<string, string>();

async function place(customer: Identity & { kind: 'user' }): Promise<string> {
  // a cart that has let go of the order before
  fakeCart.cart = () => aCart({ lastOrderIdOfCaller: last.get(customer.userId) ?? null });
  const { data } = await ask(customer, placeOrder, { input: aPurchase() });
  last.set(customer.userId, data.placeOrder.order.id);
  return data.placeOrder.order.id;
}

const statusOf = async (id: string) => (await ask(admin, `{ order(id: "${id}") { status } }`)).data.order.status;

describe('placeOrder', () => {
  test('answers with the order and its lines', async () => {
    fakeCart.cart = aCart;

    const { data } = await ask(aCustomer(), placeOrder, { input: aPurchase() });

    expect(data.placeOrder).toMatchObject({
      __typename: 'PlaceOrderSuccess',
      order: {
        status: 'PENDING',
        version: 1,
        lines: [
          { name: 'Teapot', quantity: 2, lineTotal: { amount: 2500 }, product: { id: expect.any(String) } },
          { name: 'Cup', quantity: 1, lineTotal: { amount: 99 } },
        ],
      },
    });
  });

  test('answers each user error by its name', async () => {
    const customer = aCustomer();
    const purchase = aPurchase();
    fakeCart.cart = aCart();
    await ask(customer, placeOrder, { input: purchase });

    const userErrors = [
      { input: { ...purchase, paymentMethodId: 'another' } },
      { input: aPurchase() },
      { input: { ...purchase, idempotencyKey: 'short' } },
    ];
    const answers = await Promise.all(userErrors.map((variables) => ask(customer, placeOrder, variables)));

    expect(answers.map(({ data }) => data.placeOrder)).toMatchObject([
      { __typename: 'IdempotencyKeyReused', code: 'IDEMPOTENCY_KEY_REUSED' },
      { __typename: 'CartAlreadyOrdered', code: 'CART_ALREADY_ORDERED', order: { status: 'PENDING' } },
      { __typename: 'InvalidInput', code: 'INVALID_INPUT', problems: [{ field: 'idempotencyKey' }] },
    ]);
    const changed = aCart({ version: 2 });
    fakeCart.cart = changed;
    expect((await ask(customer, placeOrder, { input: aPurchase() })).data.placeOrder).toMatchObject({
      __typename: 'CartChanged',
      code: 'CART_CHANGED',
      cart: { __typename: 'Cart', id: changed.id },
    });
    fakeCart.cart = null;
    expect((await ask(customer, placeOrder, { input: aPurchase({ cartId: newId() }) })).data.placeOrder.__typename).toBe('CartNotFound');
    expect((await ask(customer, placeOrder, { input: aPurchase() })).data.placeOrder.__typename).toBe('CartEmpty');
  });

  test('wants an account', async () => {
    expect(codesOf(await ask(guest, placeOrder, { input: aPurchase() }))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('events on the log', () => {
  test('move an order, each once, and those that are malformed or unknown stop nothing', async () => {
    const id = await place(aCustomer());
    const reserved = toMessage(events.reserved(id));
    const charged = toMessage(events.charged(id));
    const malformed = { ...reserved, headers: { ...reserved.headers, ce_id: newId() }, value: '{"orderId":7}' };
    const unknown = { ...reserved, headers: { ...reserved.headers, ce_type: 'inventory.eaten' } };

    await eventLog.publish([unknown, malformed, reserved, reserved, charged, reserved, charged]);
    await waitFor('the sale', async () => (await statusOf(id)) === 'PAID');

    const { data } = await ask(admin, `{ order(id: "${id}") { version history { version status cause at } } }`);
    expect(data.order).toMatchObject({
      version: 3,
      history: [
        { version: 1, status: 'PENDING', cause: 'placed by customer' },
        { version: 2, status: 'AWAITING_PAYMENT', cause: 'inventory.reserved' },
        { version: 3, status: 'PAID', cause: 'payment.succeeded' },
      ],
    });
  });

  test('are delivered in order, one for each version', async () => {
    const id = await place(aCustomer());
    await eventLog.publish([toMessage(events.reserved(id)), toMessage(events.charged(id))]);

    const told = await waitFor('what order says', async () => {
      const heard = (await eventLog.readAll('checkout')).filter(
        (message) => message.key === id && message.headers['ce_source'] === '/order',
      );
      return heard.length === 3 ? heard : null;
    });

    expect(told.map((message) => message.headers['ce_type'])).toEqual(['order.created', 'order.awaiting-payment', 'order.paid']);
  });
});

describe('an order', () => {
  const byId =
    'query ($id: ID!) { order(id: $id) { id number customer { id } shippingAddress { name line2 country } placedAt total { amount currency } } }';
  const byReference = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { __typename ... on Order { id status lines { name } history { version } } }
  }`;
  const references = (...ids: string[]) => ({ representations: ids.map((id) => ({ __typename: 'Order', id })) });

  test('is shown to its customer and to admins; for others it does not exist', async () => {
    const customer = aCustomer();
    const id = await place(customer);

    expect((await ask(customer, byId, { id })).data.order).toMatchObject({
      id,
      number: expect.stringMatching(/^M-/),
      customer: { id: customer.userId },
      shippingAddress: { name: address.name, line2: null, country: 'GB' },
      placedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      total: { amount: 2599, currency: 'EUR' },
    });
    expect((await ask(admin, byId, { id: id.toUpperCase() })).data.order.id).toBe(id);
    expect(await ask(aCustomer(), byId, { id })).toEqual({ data: { order: null } });
    expect(await ask(guest, byId, { id })).toEqual({ data: { order: null } });
    expect(await ask(customer, byId, { id: newId() })).toEqual({ data: { order: null } });
    expect(codesOf(await ask(customer, byId, { id: 'mine' }))).toEqual(['INVALID_INPUT']);
  });

  test('is found by reference with its lines and history; null for a stranger, and for what is no id', async () => {
    const customer = aCustomer();
    const ids = [await place(customer), await place(customer)];
    const others = await place(aCustomer());

    const { data } = await ask(customer, byReference, references(...ids, others, newId(), 'nonsense'));

    expect(data._entities).toMatchObject([
      { id: ids[0], status: 'PENDING', lines: [{ name: 'Teapot' }, { name: 'Cup' }], history: [{ version: 1 }] },
      { id: ids[1], lines: [{ name: 'Teapot' }, { name: 'Cup' }], history: [{ version: 1 }] },
      null,
      null,
      null,
    ]);
    expect((await ask(guest, byReference, references(...ids))).data._entities).toEqual([null, null]);
  });
});

describe('the story of an order', () => {
  const told = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Order {
    id version statusSince history { version at } events { id type service at recordedAt traceId note } } } }`;
  const references = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'Order', id })) });

  test('is visible to admins only', async () => {
    const customer = aCustomer();
    const id = await place(customer);
    const later = new Date(Date.now() + 60_000).toISOString();
    await eventLog.publish([toMessage(events.notReserved(id)), toMessage({ ...events.released(id), time: later })]);
    await waitFor('the last event', async () => (await ask(admin, told, references(id))).data._entities[0].events.length === 4);

    const { data } = await ask(admin, told, references(id));

    expect(data._entities[0].events).toMatchObject([
      { type: 'order.created', service: 'order', traceId: expect.stringMatching(/^[0-9a-f]{32}$/), note: null },
      { type: 'inventory.reservation-failed', service: 'product', note: 'OUT_OF_STOCK' },
      { type: 'order.cancelled', service: 'order', note: 'OUT_OF_STOCK' },
      { type: 'inventory.released', service: 'product', note: null },
    ]);
    expect(data._entities[0].events[0].at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await ask(customer, told, references(id))).data._entities).toMatchObject([{ id, events: null }]);
    expect(await ask(aCustomer(), told, references(id))).toEqual({ data: { _entities: [null] } });
    expect(await ask(guest, told, references(id))).toEqual({ data: { _entities: [null] } });
  });

  test('has the time of its last transition, as its event has', async () => {
    const [moved, still] = [await place(aCustomer()), await place(aCustomer())];
    await eventLog.publish([toMessage(events.reserved(moved)), toMessage(events.charged(moved))]);
    await waitFor('the sale', async () => (await statusOf(moved)) === 'PAID');

    const { data } = await ask(admin, told, references(moved, still));

    const [paid, pending] = data._entities;
    expect([paid.statusSince, pending.statusSince]).toEqual([paid.history[2].at, pending.history[0].at]);
    const said = await waitFor('its event', async () =>
      (await eventLog.readAll('checkout')).find(({ key, headers }) => key === moved && headers['ce_type'] === 'order.paid'),
    );
    expect(said.headers['ce_time']).toBe(paid.statusSince);
  });

  test('goes on between two moves of one document', async () => {
    const id = await place(aCustomer());
    await eventLog.publish([toMessage(events.charged(id))]);
    await waitFor('the sale', async () => (await statusOf(id)) === 'PAID');
    const order = '{ order { status statusSince history { status at } events { type } } }';

    const { data } = await ask(
      admin,
      `mutation ($input: ShipOrderInput!, $next: DeliverOrderInput!) {
        shipOrder(input: $input) { ... on ShipOrderSuccess ${order} }
        deliverOrder(input: $next) { ... on DeliverOrderSuccess ${order} }
      }`,
      { input: { orderId: id }, next: { orderId: id } },
    );

    const [shipped, delivered] = [data.shipOrder.order, data.deliverOrder.order];
    expect([shipped.statusSince, delivered.statusSince]).toEqual([shipped.history.at(-1).at, delivered.history.at(-1).at]);
    expect([shipped, delivered].map(({ events: told }) => told.at(-1).type)).toEqual(['order.shipped', 'order.delivered']);
  });
});

describe('orders', () => {
  const list = `query ($first: Int, $after: String, $status: OrderStatus, $customerId: ID) {
    orders(first: $first, after: $after, status: $status, customerId: $customerId) {
      totalCount edges { cursor node { id status customer { id } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape that each test asked for
  const idsOf = (connection: any): string[] => connection.edges.map((edge: { node: { id: string } }) => edge.node.id);

  async function allPages(identity: Identity, variables: object): Promise<{ ids: string[]; pages: number }> {
    const ids: string[] = [];
    let after: string | null = null;
    for (let pages = 1; ; pages += 1) {
      const answer: Answer = await ask(identity, list, { ...variables, after });
      ids.push(...idsOf(answer.data.orders));
      if (!answer.data.orders.pageInfo.hasNextPage) return { ids, pages };
      after = answer.data.orders.pageInfo.endCursor;
    }
  }

  test('come newest first, page by page, each once', async () => {
    const customer = aCustomer();
    const placed = [];
    for (let n = 0; n < 7; n += 1) placed.push(await place(customer));
    await place(aCustomer());

    const inTwos = await allPages(customer, { first: 2 });
    const { data } = await ask(customer, list, { first: 2 });

    expect(inTwos).toEqual({ ids: placed.toReversed(), pages: 4 });
    expect((await allPages(customer, { first: 7 })).pages).toBe(1);
    expect(data.orders).toMatchObject({
      totalCount: 7,
      pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: data.orders.edges[1].cursor },
    });
  });

  test('of one status only, with their number', async () => {
    const customer = aCustomer();
    const [first, second] = [await place(customer), await place(customer)];
    await ask(customer, 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }', { id: first });

    const cancelled = await ask(customer, list, { first: 10, status: 'CANCELLED' });
    const pending = await ask(customer, list, { first: 10, status: 'PENDING' });

    expect([idsOf(cancelled.data.orders), cancelled.data.orders.totalCount]).toEqual([[first], 1]);
    expect([idsOf(pending.data.orders), pending.data.orders.totalCount]).toEqual([[second], 1]);
  });

  test("are all customers' for an admin, or one customer's; a customer may not ask for another's, nor a guest at all", async () => {
    const [ada, eve] = [aCustomer(), aCustomer()];
    const [adas, eves] = [await place(ada), await place(eve)];

    const everybodys = await ask(admin, list, { first: 2 });

    expect(idsOf(everybodys.data.orders)).toEqual([eves, adas]);
    expect(everybodys.data.orders.totalCount).toBeGreaterThan(2);
    expect((await allPages(admin, { first: 5 })).ids).toHaveLength(everybodys.data.orders.totalCount);
    expect(idsOf((await ask(admin, list, { first: 10, customerId: ada.userId })).data.orders)).toEqual([adas]);
    expect(idsOf((await ask(ada, list, { first: 10, customerId: ada.userId })).data.orders)).toEqual([adas]);
    expect(codesOf(await ask(ada, list, { first: 10, customerId: eve.userId }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await ask(guest, list, { first: 10 }))).toEqual(['UNAUTHENTICATED']);
  });

  test('with one number are the one that has it, for callers who may see it', async () => {
    const byNumber =
      'query ($number: String, $status: OrderStatus) { orders(number: $number, status: $status) { totalCount edges { node { id } } } }';
    const [ada, eve] = [aCustomer(), aCustomer()];
    const id = await place(ada);
    await place(ada);
    const { number } = (await ask(ada, `{ order(id: "${id}") { number } }`)).data.order;
    const found = { data: { orders: { totalCount: 1, edges: [{ node: { id } }] } } };
    const none = { data: { orders: { totalCount: 0, edges: [] } } };

    expect(await ask(admin, byNumber, { number })).toEqual(found);
    expect(await ask(admin, byNumber, { number: number.toLowerCase().replaceAll('-', ' ') })).toEqual(found);
    expect(await ask(admin, byNumber, { number, status: 'PENDING' })).toEqual(found);
    expect(await ask(admin, byNumber, { number, status: 'PAID' })).toEqual(none);
    expect(await ask(ada, byNumber, { number })).toEqual(found);
    expect(await ask(eve, byNumber, { number })).toEqual(none);
    for (const nonsense of ['', 'M-', '\u0000', 'x'.repeat(10_000)]) expect(await ask(admin, byNumber, { number: nonsense })).toEqual(none);
    expect((await ask(ada, byNumber, { number: null })).data.orders.totalCount).toBe(2);
  });

  test.each([
    ['no page', { first: 0 }],
    ['a page of 101', { first: 101 }],
    ['a cursor of nothing', { first: 1, after: 'nonsense' }],
    ["another list's cursor", { first: 1, after: encodeCursor(['name', 7]) }],
    ['a cursor without a time', { first: 1, after: encodeCursor(['yesterday', newId()]) }],
    ['a cursor without an id', { first: 1, after: encodeCursor([new Date().toISOString(), 'mine']) }],
    ['a malformed customer', { first: 1, customerId: 'ada' }],
  ])('reject %s', async (_, variables) => {
    expect(codesOf(await ask(admin, list, variables))).toEqual(['INVALID_INPUT']);
  });

  test('of a user are for the user and admins; for others the list is empty', async () => {
    const [ada, eve] = [aCustomer(), aCustomer()];
    const ids = [await place(ada), await place(ada)];
    const ofUsers = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on User { id orders(first: 1) { totalCount edges { node { id } } pageInfo { hasNextPage } } all: orders { edges { node { id } } } } } }`;
    const users = { representations: [ada, eve].map(({ userId }) => ({ __typename: 'User', id: userId })) };
    const adas = {
      id: ada.userId,
      orders: { totalCount: 2, edges: [{ node: { id: ids[1] } }], pageInfo: { hasNextPage: true } },
      all: { edges: [{ node: { id: ids[1] } }, { node: { id: ids[0] } }] },
    };
    const none = (id: string) => ({ id, orders: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false } }, all: { edges: [] } });

    expect((await ask(ada, ofUsers, users)).data._entities).toEqual([adas, none(eve.userId)]);
    expect((await ask(admin, ofUsers, users)).data._entities).toEqual([adas, none(eve.userId)]);
    expect((await ask(eve, ofUsers, users)).data._entities).toEqual([none(ada.userId), none(eve.userId)]);
    expect((await ask(guest, ofUsers, users)).data._entities).toEqual([none(ada.userId), none(eve.userId)]);
    expect((await ask(admin, ofUsers, { representations: [{ __typename: 'User', id: 'nobody' }] })).data._entities).toEqual([
      none('nobody'),
    ]);
  });
});

describe('the moves', () => {
  const move = (name: string) => `mutation ($id: ID!) { ${name}(input: { orderId: $id }) {
    __typename ... on UserError { code } ... on OrderNotInStatus { status }
    ... on CancelOrderSuccess { order { status cancelReason } } ... on ShipOrderSuccess { order { status } }
    ... on DeliverOrderSuccess { order { status } } ... on RefundOrderSuccess { order { status } } } }`;
  const moveOnly = (name: string) => {
    const success = `${name.charAt(0).toUpperCase()}${name.slice(1)}Success`;
    return move(name).replaceAll(/\.\.\. on (\w+Success) \{ order \{ [\w ]+ \} \}/g, (part, type) => (type === success ? part : ''));
  };

  test('are answered with the order, or with what is in the way', async () => {
    const customer = aCustomer();
    const id = await place(customer);

    expect((await ask(admin, moveOnly('shipOrder'), { id })).data.shipOrder).toEqual({
      __typename: 'OrderNotInStatus',
      code: 'ORDER_NOT_IN_STATUS',
      status: 'PENDING',
    });
    expect((await ask(aCustomer(), moveOnly('cancelOrder'), { id })).data.cancelOrder).toEqual({
      __typename: 'OrderNotFound',
      code: 'ORDER_NOT_FOUND',
    });
    expect((await ask(customer, moveOnly('cancelOrder'), { id })).data.cancelOrder).toEqual({
      __typename: 'CancelOrderSuccess',
      order: { status: 'CANCELLED', cancelReason: 'BY_CUSTOMER' },
    });
    expect(codesOf(await ask(customer, moveOnly('refundOrder'), { id }))).toEqual(['FORBIDDEN']);
  });

  test('carry a paid order to its end', async () => {
    const id = await place(aCustomer());
    await eventLog.publish([
      toMessage(createEvent('payment.succeeded', id, { orderId: id, paymentId: newId(), amount: { amount: 2599, currency: 'EUR' } })),
    ]);
    await waitFor('the sale', async () => (await statusOf(id)) === 'PAID');

    expect((await ask(admin, moveOnly('shipOrder'), { id })).data.shipOrder.order.status).toBe('SHIPPED');
    expect((await ask(admin, moveOnly('deliverOrder'), { id })).data.deliverOrder.order.status).toBe('DELIVERED');
    expect((await ask(admin, moveOnly('refundOrder'), { id })).data.refundOrder).toMatchObject({
      __typename: 'OrderNotInStatus',
      status: 'DELIVERED',
    });
  });
});

describe('a database that drops every connection', () => {
  test('costs at most the requests of that moment: orders are placed and moved as before', async () => {
    await cutConnections(testDatabase.url);

    const id = await waitFor('an order', () => place(aCustomer()));
    await eventLog.publish([toMessage(events.reserved(id)), toMessage(events.charged(id))]);

    await waitFor('the sale', async () => (await statusOf(id)) === 'PAID');
  });
});

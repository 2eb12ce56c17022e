import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { paymentConfig, type RunningPayment, startPayment } from '../app.ts';
import { ProviderError } from '../provider/provider.ts';
import { findLedgers } from '../queries.ts';
import { createOrder, type Order, say } from './fixture.ts';

const secret = 'a secret of the tests that is long enough to be one';
const logger = createLogger('payment', 'silent');
const eventLog = createInProcessLog();
const said: { type: string; data: unknown }[] = [];
let databases: TestDatabase[];
let payment: RunningPayment;

beforeAll(async () => {
  databases = await Promise.all([createTestDatabase('payment'), createTestDatabase('provider')]);
  const config = loadConfig(paymentConfig, {
    PORT: '0',
    ADMIN_PORT: '0',
    INTERNAL_TOKEN_SECRET: secret,
    DATABASE_URL: databases[0]?.url,
    PROVIDER_DATABASE_URL: databases[1]?.url,
  });
  await eventLog.subscribe({
    group: 'the test',
    memberId: 'the test',
    topics: ['checkout'],
    from: 'beginning',
    minFetchIntervalMs: 10,
    async handle(deliveries) {
      for (const { headers, value } of deliveries) said.push({ type: headers['ce_type'] ?? '', data: JSON.parse(value ?? 'null') });
    },
  });
  payment = await startPayment(config, { eventLog, logger });
});

afterAll(async () => {
  await payment.stop();
  await eventLog.close();
  for (const database of databases) await database.drop();
});

const customer = (userId: string): Identity => ({ kind: 'user', userId, role: 'CUSTOMER' });
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };

async function ask<Data>(identity: Identity, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await answerTo<Data>(identity, query, variables);
  expect(errors).toBeUndefined();
  return data;
}

const errorsOf = async (identity: Identity, query: string, variables: object) => (await answerTo(identity, query, variables)).errors;

async function answerTo<Data>(identity: Identity, query: string, variables: object): Promise<{ data: Data; errors?: unknown }> {
  const response = await fetch(payment.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data: Data; errors?: unknown };
}

const paymentFields =
  'id status amount { amount currency } method { id } failure { code message } refunds { id status amount { amount } requestedAt completedAt }';

type Shown = { id: string; status: string; refunds: { status: string }[] } | null;

async function paymentsOf(identity: Identity, orderIds: readonly string[]): Promise<Shown[]> {
  const representations = orderIds.map((id) => ({ __typename: 'Order', id }));
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Order { payment { ${paymentFields} } } } }`;
  const { _entities } = await ask<{ _entities: { payment: Shown }[] }>(identity, query, { representations });
  return _entities.map((order) => order.payment);
}

async function paymentsById(identity: Identity, ids: readonly string[]): Promise<Shown[]> {
  const representations = ids.map((id) => ({ __typename: 'Payment', id }));
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Payment { ${paymentFields} } } }`;
  return (await ask<{ _entities: Shown[] }>(identity, query, { representations }))._entities;
}

async function bought(methodId = 'card-ok'): Promise<Order> {
  const order = createOrder({ methodId });
  await eventLog.publish([say.created(order), say.reserved(order)].map(toMessage));
  await waitFor('the payment to be settled', async () => {
    const [shown] = await paymentsOf(customer(order.userId), [order.orderId]);
    return shown && !['EXPECTED', 'CHARGING'].includes(shown.status);
  });
  return order;
}

describe('the ways to pay', () => {
  test('are public, each with what it does', async () => {
    const { paymentMethods } = await ask<{ paymentMethods: { id: string }[] }>(guest, '{ paymentMethods { id label behaviour } }');

    expect(paymentMethods.map(({ id }) => id)).toContain('card-answer-lost');
    expect(paymentMethods[0]).toEqual({ id: 'card-ok', label: 'Visa ending in 4242', behaviour: 'Is charged at once.' });
  });
});

describe('the payment of an order', () => {
  test('is charged after its events, published, and shown to the customer and to admins', async () => {
    const order = await bought();

    const [shown] = await paymentsOf(customer(order.userId), [order.orderId]);
    const succeeded = await waitFor('payment.succeeded', () =>
      said.find(({ type, data }) => type === 'payment.succeeded' && (data as { orderId: string }).orderId === order.orderId),
    );

    expect(shown).toEqual({
      id: expect.any(String),
      status: 'CAPTURED',
      amount: { amount: 4200, currency: 'EUR' },
      method: { id: 'card-ok' },
      failure: null,
      refunds: [],
    });
    expect(succeeded.data).toEqual({
      orderId: order.orderId,
      paymentId: shown?.id,
      amount: { amount: 4200, currency: 'EUR' },
      card: 'Visa ending in 4242',
    });
    expect(await paymentsOf(admin, [order.orderId])).toEqual([shown]);
    expect(await paymentsById(customer(order.userId), [shown?.id ?? ''])).toEqual([shown]);
  });

  test('is null to strangers and guests, by the order and by its own id', async () => {
    const order = await bought();
    const [shown] = await paymentsOf(customer(order.userId), [order.orderId]);

    for (const stranger of [customer(newId()), guest]) {
      expect(await paymentsOf(stranger, [order.orderId])).toEqual([null]);
      expect(await paymentsById(stranger, [shown?.id ?? ''])).toEqual([null]);
    }
  });

  test('is null for ids that are none, without harm to its neighbours', async () => {
    const order = await bought();

    const shown = await paymentsOf(customer(order.userId), ['no id', newId(), order.orderId.toUpperCase(), order.orderId]);

    expect(shown.map((each) => each?.status ?? null)).toEqual([null, null, 'CAPTURED', 'CAPTURED']);
    expect(await paymentsById(admin, ['no id', newId()])).toEqual([null, null]);
  });

  test('has the reason of its failure', async () => {
    const order = await bought('card-insufficient-funds');

    expect(await paymentsOf(customer(order.userId), [order.orderId])).toMatchObject([
      { status: 'DECLINED', failure: { code: 'INSUFFICIENT_FUNDS', message: 'There is not enough money on the card. Try another one.' } },
    ]);
  });

  test('has no method when there is no such way to pay', async () => {
    const order = await bought('bitcoin');

    expect(await paymentsOf(customer(order.userId), [order.orderId])).toMatchObject([
      { status: 'DECLINED', method: null, failure: { code: 'UNKNOWN_METHOD' } },
    ]);
  });

  test('shows its refund, with both moments', async () => {
    const order = await bought();
    await eventLog.publish([toMessage(say.refunded(order))]);

    const refunded = await waitFor('the refund', async () => {
      const [shown] = await paymentsOf(customer(order.userId), [order.orderId]);
      return shown?.status === 'REFUNDED' ? shown : null;
    });

    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(refunded.refunds).toEqual([
      { id: expect.any(String), status: 'SUCCEEDED', amount: { amount: 4200 }, requestedAt: moment, completedAt: moment },
    ]);
  });
});

describe('the books of the provider', () => {
  const question = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order {
    payment { ledger { id kind outcome amount { amount currency } at note } } } } }`;
  const booksOf = async (identity: Identity, orders: readonly Order[]) => {
    const of = orders.map(({ orderId }) => ({ __typename: 'Order', id: orderId }));
    const { _entities } = await ask<{ _entities: { payment: { ledger: unknown } | null }[] }>(identity, question, { of });
    return _entities.map((order) => order.payment?.ledger);
  };

  test('are open to admins, of each order its own, and closed to the customer', async () => {
    const [order, declined] = [await bought(), await bought('card-declined')];

    const row = { id: expect.any(String), kind: 'CHARGE', amount: { amount: 4200, currency: 'EUR' }, at: expect.stringMatching(/Z$/) };
    expect(await booksOf(admin, [order, declined])).toEqual([
      [{ ...row, outcome: 'SUCCEEDED', note: null }],
      [{ ...row, outcome: 'DECLINED', note: 'The bank declined the card. Try another one.' }],
    ]);
    expect(await booksOf(customer(order.userId), [order])).toEqual([null]);
  });

  test('are null, without harm to the payment, when the provider cannot be asked', async () => {
    const { orderId } = await bought();
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const ledgersOf = (ledger: () => Promise<never>) => findLedgers({ provider: { ledger }, providerTimeoutMs: 20, logger }, [orderId]);

    expect(await ledgersOf(() => Promise.reject(new ProviderError('UNAVAILABLE', 'Away.', { cause: lost })))).toEqual([null]);
    await expect(ledgersOf(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
  });
});

describe('the fault switches', () => {
  const fields = 'declineRate delayMs lostAnswerRate repeatRate changedAt';
  const set = `mutation ($input: SetFaultSwitchesInput!) { setFaultSwitches(input: $input) {
    __typename ... on SetFaultSwitchesSuccess { faultSwitches { ${fields} } } ... on InvalidInput { problems { field } } } }`;
  const off = { declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0 };
  afterEach(() => payment.provider.setFaults(off));

  test('are shown to admins and set by them; what is left out stays', async () => {
    await ask(admin, set, { input: { declineRate: 0.3, delayMs: 5 } });
    const { setFaultSwitches } = await ask<{ setFaultSwitches: unknown }>(admin, set, { input: { declineRate: null, repeatRate: 1 } });

    const faultSwitches = { ...off, declineRate: 0.3, delayMs: 5, repeatRate: 1, changedAt: expect.stringMatching(/Z$/) };
    expect(setFaultSwitches).toEqual({ __typename: 'SetFaultSwitchesSuccess', faultSwitches });
    expect(await ask(admin, `{ faultSwitches { ${fields} } }`)).toEqual({ faultSwitches });
  });

  test('are hidden from other callers', async () => {
    for (const [identity, code] of [
      [guest, 'UNAUTHENTICATED'],
      [customer(newId()), 'FORBIDDEN'],
    ] as const) {
      expect(await ask(identity, '{ faultSwitches { delayMs } }')).toEqual({ faultSwitches: null });
      expect(await errorsOf(identity, set, { input: { declineRate: 1 } })).toMatchObject([{ extensions: { code } }]);
    }
    expect(await payment.provider.faults()).toMatchObject(off);
  });

  test('reject what is no share and what is too slow, and change nothing then', async () => {
    const input = { declineRate: 1.01, delayMs: 20_001, lostAnswerRate: -0.1, repeatRate: 0.5 };

    expect(await ask(admin, set, { input })).toEqual({
      setFaultSwitches: {
        __typename: 'InvalidInput',
        problems: [{ field: 'declineRate' }, { field: 'delayMs' }, { field: 'lostAnswerRate' }],
      },
    });
    expect(await payment.provider.faults()).toMatchObject(off);
  });

  test('decline a good card', async () => {
    await ask(admin, set, { input: { declineRate: 1 } });
    const order = await bought();

    expect(await paymentsOf(admin, [order.orderId])).toMatchObject([{ status: 'DECLINED' }]);
  });
});

test('it is ready', async () => {
  const response = await fetch(new URL('/readyz', payment.url));

  expect(await response.json()).toEqual({ status: 'ready' });
});

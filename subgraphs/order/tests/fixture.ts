import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DomainEvent } from '#kafka/contracts.ts';
import { createEvent, readEvent } from '#kafka/events.ts';
import type { Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { type Cart, createCartClient } from '../cart-client.ts';
import { placeOrder } from '../commands/place-order.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { entities } from '../entities.ts';
import { subscribes } from '../events.ts';
import type { Order } from '../orders.ts';
import { findEvents, findHistory, findOrders } from '../queries/orders.ts';

export const logger = createLogger('test', 'silent');
export const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
export const aCustomer = (userId = newId()) => ({ kind: 'user', userId, role: 'CUSTOMER' }) as const;

export const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' };

export const aPurchase = (changes: object = {}) => ({
  idempotencyKey: newId(),
  // what aCart() is
  cartVersion: 1,
  expectedTotal: { amount: 2599, currency: 'EUR' },
  paymentMethodId: 'card-ok',
  shippingAddress: address,
  ...changes,
});

export const aCart = (changes: Partial<Cart> = {}): Cart => ({
  id: newId(),
  version: 1,
  lastOrderId: null,
  lastOrderIdOfCaller: null,
  lines: [
    { productId: newId(), name: 'Teapot', quantity: 2, unitPrice: { amount: 1250, currency: 'EUR' } },
    { productId: newId(), name: 'Cup', quantity: 1, unitPrice: { amount: 99, currency: 'EUR' } },
  ],
  ...changes,
});

/** A cart subgraph on loopback: answers with `cart`, or with `answer`; records its requests. */
export async function startFakeCart() {
  const fake = {
    cart: aCart as Cart | null | (() => Cart),
    asked: [] as { authorization: string | undefined; traceparent: string | string[] | undefined; variables: { id: string | null } }[],
    /** Answers by hand; null leaves the caller waiting. */
    answer: undefined as undefined | (() => { status: number; body: string } | null),
    url: '',
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      fake.asked.push({
        authorization: request.headers.authorization,
        traceparent: request.headers['traceparent'],
        variables: JSON.parse(body).variables,
      });
      const answer = fake.answer
        ? fake.answer()
        : { status: 200, body: JSON.stringify({ data: { cart: typeof fake.cart === 'function' ? fake.cart() : fake.cart } }) };
      if (answer === null) return;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return fake;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

export type OrderFixture = Awaited<ReturnType<typeof openOrderFixture>>;

/** What commands are given: a database of its own and a fake cart. */
export async function openOrderFixture({ unpaidLimits = { maxOrders: 1000, maxPieces: 10_000 } } = {}) {
  const testDatabase = await createTestDatabase('order');
  const database = await openDatabase({
    url: testDatabase.url,
    entities,
    migrations: fileURLToPath(new URL('../migrations', import.meta.url)),
    poolSize: 12,
    logger,
  });
  await database.migrate();
  const fakeCart = await startFakeCart();
  const cart = createCartClient({ url: fakeCart.url, timeoutMs: 200, logger });
  let wakes = 0;
  const last = new Map<string, string>();
  const deps: OrderDependencies = {
    largeCounts: new LargeCounts(),
    database,
    cart,
    deadlines: { PENDING: 30_000, AWAITING_PAYMENT: 60_000 },
    unpaidLimits,
    observeMoves: () => undefined,
    newId,
    now: () => new Date(),
    wakeRelay: () => {
      wakes += 1;
    },
    logger,
  };
  return {
    database,
    deps,
    fakeCart,
    wakes: () => wakes,
    async place(customer: Identity & { kind: 'user' } = aCustomer(), purchase: object = aPurchase()): Promise<Order> {
      // a cart that has let go of the order before
      fakeCart.cart = () => aCart({ lastOrderIdOfCaller: last.get(customer.userId) ?? null });
      const outcome = await placeOrder(deps, { identity: customer, internalToken: 'token' }, purchase);
      if (!('order' in outcome) || '__typename' in outcome) throw new Error(`not placed: ${JSON.stringify(outcome)}`);
      last.set(customer.userId, outcome.order.id);
      return outcome.order;
    },
    handle: (...events: DomainEvent[]) => handle(deps, events),
    state: async (orderId: string) => (await findOrders(deps, admin, [orderId]))[0],
    history: async (orderId: string) => (await findHistory(deps, [orderId])).get(orderId) ?? [],
    events: async (orderId: string) => (await findEvents(deps, admin, [orderId]))?.get(orderId) ?? [],
    told: (orderId: string) => told(database, orderId),
    async close() {
      await cart.close();
      await fakeCart.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** As the consumer delivers them, without its inbox: a replayed event is handled twice. */
async function handle(deps: OrderDependencies, events: readonly DomainEvent[]): Promise<void> {
  const handlers = new Map(subscribes(deps).map((handler) => [handler.type, handler]));
  for (const event of events) await deps.database.transaction(async (sql) => handlers.get(event.type)?.handle(sql, [event]));
}

/** The events about an order that wait in the outbox, in order; each is read back through its contract. */
async function told(database: Database, orderId: string): Promise<DomainEvent[]> {
  const { rows } = await database.query<{ topic: 'checkout'; key: string; headers: Record<string, string>; value: string }>(
    'SELECT topic, key, headers, value FROM outbox WHERE key = $1 ORDER BY id',
    [orderId],
  );
  return rows.map(readEvent);
}

export const types = (events: readonly DomainEvent[]) => events.map((event) => event.type);

const amount = { amount: 2599, currency: 'EUR' } as const;
const stock = [{ productId: newId(), quantity: 1 }];

export const events = {
  reserved: (orderId: string) => createEvent('inventory.reserved', orderId, { orderId, lines: stock }),
  notReserved: (orderId: string, reason: 'OUT_OF_STOCK' | 'PRICE_CHANGED' | 'UNKNOWN_PRODUCT' = 'OUT_OF_STOCK') =>
    createEvent('inventory.reservation-failed', orderId, { orderId, reason, productIds: [newId()] }),
  released: (orderId: string) => createEvent('inventory.released', orderId, { orderId, lines: stock }),
  charged: (orderId: string) => createEvent('payment.succeeded', orderId, { orderId, paymentId: newId(), amount }),
  declined: (orderId: string) =>
    createEvent('payment.failed', orderId, { orderId, paymentId: newId(), code: 'CARD_DECLINED', message: 'The card was declined.' }),
  refunded: (orderId: string) => createEvent('payment.refunded', orderId, { orderId, paymentId: newId(), refundId: newId(), amount }),
};

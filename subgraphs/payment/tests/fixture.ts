import type { DomainEvent, EventData, EventType } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { migrations, providerMigrations } from '../app.ts';
import { entities } from '../entities.ts';
import { subscribes } from '../events.ts';
import { providerEntities } from '../provider/entities.ts';
import type { PaymentProvider } from '../provider/provider.ts';
import { SimulatedProvider, type SimulatedProviderOptions } from '../provider/simulated-provider.ts';
import { PaymentWorker, type WorkerOptions } from '../worker.ts';

const logger = createLogger('payment', 'silent');

async function openEmpty(label: string, entities: never[], migrations: string) {
  const test = await createTestDatabase(label);
  const database = await openDatabase({ url: test.url, entities, migrations, poolSize: 6, logger });
  await database.migrate();
  return {
    database,
    async drop() {
      await database.close();
      await test.drop();
    },
  };
}

export const openPaymentDatabase = () => openEmpty('payment', entities as never[], migrations);
export const openProviderDatabase = () => openEmpty('provider', providerEntities as never[], providerMigrations);

export type Clock = { now(): Date; advance(ms: number): void };

export function createClock(): Clock {
  let skippedMs = 0;
  return {
    now: () => new Date(Date.now() + skippedMs),
    advance(ms) {
      skippedMs += ms;
    },
  };
}

export function createProvider(database: Database, options: Partial<SimulatedProviderOptions> = {}): SimulatedProvider {
  return new SimulatedProvider({
    database,
    newId,
    now: () => new Date(),
    random: () => 0.5,
    slowMs: 3000,
    silentMs: 60_000,
    ...options,
  });
}

export type Order = { readonly orderId: string; readonly userId: string; readonly amount: number; readonly methodId: string };

export function createOrder(order: Partial<Order> = {}): Order {
  return { orderId: newId(), userId: newId(), amount: 4200, methodId: 'card-ok', ...order };
}

/** An event of an order, as its publisher sends it. */
export const say = {
  created(order: Order): DomainEvent {
    const productId = newId();
    const unitPrice = { amount: order.amount, currency: 'EUR' as const };
    return event('order.created', order, {
      ...stateOf(order, 'PENDING'),
      paymentMethodId: order.methodId,
      lines: [{ productId, name: 'Vase', quantity: 1, unitPrice }],
      placedAt: new Date().toISOString(),
    });
  },
  reserved: (order: Order): DomainEvent =>
    event('inventory.reserved', order, { orderId: order.orderId, lines: [{ productId: newId(), quantity: 1 }] }),
  cancelled: (order: Order): DomainEvent => event('order.cancelled', order, { ...stateOf(order, 'CANCELLED'), reason: 'BY_CUSTOMER' }),
  refunded: (order: Order): DomainEvent => event('order.refunded', order, stateOf(order, 'REFUNDED')),
};

function event<Type extends EventType>(type: Type, order: Order, data: EventData<Type>): DomainEvent {
  return createEvent(type, order.orderId, data) as DomainEvent;
}

function stateOf<Status extends string>(order: Order, status: Status) {
  const total = { amount: order.amount, currency: 'EUR' as const };
  return { orderId: order.orderId, number: 'M-1', userId: order.userId, version: 1, status, total };
}

export type PaymentRow = {
  id: string;
  status: string;
  amount: number | null;
  user_id: string | null;
  method_id: string | null;
  failure_code: string | null;
  next_attempt_at: string | null;
};
export type LedgerRow = { idempotency_key: string; outcome: string; amount: number; refunded_amount: number };

export type Checkout = Awaited<ReturnType<typeof openCheckout>>;

/** The payment service without Kafka and HTTP: events come in by `handle`, and published ones are in the outbox. */
export async function openCheckout() {
  const own = await openPaymentDatabase();
  const providers = await openProviderDatabase();
  const { database } = own;
  const ledger = providers.database;
  const clock = createClock();
  const provider = createProvider(ledger, { now: clock.now });
  const workers = new Set<PaymentWorker>();

  function work(options: Partial<WorkerOptions> = {}): PaymentWorker {
    const fixed = { database, provider, timeoutMs: 1000, sweepMs: 20, maxInHand: 50, wakeRelay: () => {}, logger };
    const worker = new PaymentWorker({ ...fixed, ...options });
    worker.start();
    workers.add(worker);
    return worker;
  }

  return {
    database,
    ledger,
    clock,
    provider,
    work,

    /** Each event in a transaction of its own, with no inbox before it. */
    async handle(...events: DomainEvent[]): Promise<void> {
      for (const heard of events) await this.handleTogether([heard]);
    },

    /** Events of one type and of many orders in one call. */
    async handleTogether(events: readonly DomainEvent[]): Promise<void> {
      const handler = subscribes().find(({ type }) => type === events[0]?.type);
      await database.transaction(async (sql) => handler?.handle(sql, events));
    },

    async payment(order: Order): Promise<PaymentRow> {
      const { rows } = await database.query<PaymentRow>('SELECT * FROM payments WHERE order_id = $1', [order.orderId]);
      if (rows[0] === undefined) throw new Error('there is no payment');
      return rows[0];
    },

    async refunds(order: Order): Promise<{ status: string; amount: number }[]> {
      const { rows } = await database.query<{ status: string; amount: number }>(
        'SELECT r.status, r.amount FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.order_id = $1',
        [order.orderId],
      );
      return rows;
    },

    /** The types of the events published for an order, in order. */
    async said(order: Order): Promise<string[]> {
      const { rows } = await database.query<{ type: string }>(`SELECT headers->>'ce_type' AS type FROM outbox WHERE key = $1 ORDER BY id`, [
        order.orderId,
      ]);
      return rows.map(({ type }) => type);
    },

    async charges(order: Order): Promise<LedgerRow[]> {
      const { rows } = await ledger.query<LedgerRow>(
        'SELECT idempotency_key, outcome, amount, refunded_amount FROM charges WHERE idempotency_key = $1',
        [order.orderId],
      );
      return rows;
    },

    /** As if the time had passed for which a worker, perhaps a dead one, holds what it has in hand. */
    async endLeases(): Promise<void> {
      // locked in the order in which the workers lock, or both could wait for each other
      await database.query(`
        WITH held AS MATERIALIZED (SELECT id FROM payments WHERE next_attempt_at IS NOT NULL ORDER BY order_id FOR UPDATE)
        UPDATE payments SET next_attempt_at = now() - interval '1 second' FROM held WHERE payments.id = held.id`);
    },

    /** Works until there is nothing left to do. */
    async settle(options: Partial<WorkerOptions> = {}): Promise<void> {
      const worker = work(options);
      await this.untilSettled();
      await worker.stop();
    },

    untilSettled: () =>
      waitFor('every payment to be settled', async () => {
        const { rows } = await database.query('SELECT 1 FROM payments WHERE next_attempt_at IS NOT NULL LIMIT 1');
        return rows.length === 0;
      }),

    /** Until each of these payments was settled as far as it goes now. */
    untilTaken: (orderIds: readonly string[]) =>
      waitFor('the payments to be worked on', async () => {
        const { rows } = await database.query('SELECT 1 FROM payments WHERE next_attempt_at IS NOT NULL AND order_id = ANY($1) LIMIT 1', [
          orderIds,
        ]);
        return rows.length === 0;
      }),

    untilStatus(order: Order, status: string) {
      return waitFor(`the payment to be ${status}`, async () => (await this.payment(order)).status === status);
    },

    async close(): Promise<void> {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await own.drop();
      await providers.drop();
    },
  };
}

/** A provider that behaves as `provider` but for some of its calls. */
export function instead(provider: PaymentProvider, changes: Partial<PaymentProvider>): PaymentProvider {
  return {
    methods: provider.methods,
    charge: (...args) => provider.charge(...args),
    find: (...args) => provider.find(...args),
    cancel: (...args) => provider.cancel(...args),
    refund: (...args) => provider.refund(...args),
    ledger: (...args) => provider.ledger(...args),
    ...changes,
  };
}

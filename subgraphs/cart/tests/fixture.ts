import type { DomainEvent, EventData } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import { guest, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { openDatabase, type Sql } from '#platform/postgres/database.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import type { CartDependencies } from '../dependencies.ts';
import { entities } from '../entities.ts';
import { copyProducts } from '../event-handlers.ts';
import { subscribes } from '../events.ts';
import type { Cart } from '../queries.ts';

/** What carts need, on a database of its own. */
export async function openCartFixture(label: string) {
  const server = await createTestDatabase(label);
  const logger = createLogger('cart-test', 'silent');
  const database = await openDatabase({ url: server.url, entities, migrations, poolSize: 8, logger });
  await database.migrate();
  const handle = (work: (sql: Sql) => Promise<void>) => database.transaction(work);
  return {
    database,
    deps: { database } satisfies CartDependencies,
    /** A transaction as the consumer makes it, but without an inbox. */
    handle,
    /** Handles these events, one after the other. */
    async handleOrders(...events: DomainEvent<'order.created' | 'order.paid' | 'order.cancelled'>[]): Promise<void> {
      const handlers = new Map(subscribes().map((handler) => [handler.type, handler]));
      for (const event of events) await handle(async (sql) => handlers.get(event.type)?.handle(sql, [event]));
    },
    /** Handles the event of a product; resolves to its id. */
    async tellProduct(changes: Partial<EventData<'product.created'>> = {}): Promise<string> {
      const event = productEvent(changes);
      await handle((sql) => copyProducts(sql, [event]));
      return event.key;
    },
    async close(): Promise<void> {
      await database.close();
      await server.drop();
    },
  };
}
export type CartFixture = Awaited<ReturnType<typeof openCartFixture>>;

export const someCustomer = (): Identity & { kind: 'user' } => ({ kind: 'user', userId: newId(), role: 'CUSTOMER' });
export const someAdmin = (): Identity & { kind: 'user' } => ({ kind: 'user', userId: newId(), role: 'ADMIN' });
export { guest };

export function productEvent(changes: Partial<EventData<'product.created'>> = {}): DomainEvent<'product.updated'> {
  const productId = changes.productId ?? newId();
  return createEvent('product.updated', productId, {
    productId,
    version: 1,
    sku: 'TABLE-1',
    name: 'Oak table',
    slug: 'oak-table',
    category: 'tables',
    price: { amount: 12_500, currency: 'EUR' },
    availability: 'IN_STOCK',
    imageUrl: null,
    archived: false,
    ...changes,
  });
}

type Line = { productId: string; quantity: number };

/** What order publishes of one order, whose events may come in any order and more than once. */
export function someOrder(userId: string, lines: Line[], cartId?: string) {
  const orderId = newId();
  const state = {
    orderId,
    number: 'M-1',
    userId,
    total: { amount: 1, currency: 'EUR' as const },
    ...(cartId === undefined ? {} : { cartId }),
  };
  const priced = lines.map((line) => ({ ...line, name: 'Oak table', unitPrice: { amount: 12_500, currency: 'EUR' as const } }));
  const placedAt = new Date().toISOString();
  return {
    id: orderId,
    created: createEvent('order.created', orderId, {
      ...state,
      version: 1,
      status: 'PENDING',
      paymentMethodId: 'card-ok',
      lines: priced,
      placedAt,
    }),
    paid: createEvent('order.paid', orderId, { ...state, version: 3, status: 'PAID', lines: priced, placedAt }),
    cancelled: createEvent('order.cancelled', orderId, { ...state, version: 3, status: 'CANCELLED', reason: 'PAYMENT_DECLINED' }),
  };
}

/** The cart of a result that must be a success. */
export function cartOf(result: { cart: Cart } | { __typename: string; message: string }): Cart {
  if ('__typename' in result) throw new Error(`${result.__typename}: ${result.message}`);
  return result.cart;
}

export const typeOf = (result: object) => ('__typename' in result ? result.__typename : 'a success');
export const quantities = (cart: Cart | null) => cart?.lines.map((line) => line.quantity);

import type { Fact, FactData } from '#kafka/contracts.ts';
import { createFact } from '#kafka/facts.ts';
import { guest, type Identity } from '#platform/auth.ts';
import { openDatabase, type Sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import type { Cart } from '../carts.ts';
import { entities } from '../entities.ts';
import { hears } from '../events.ts';
import { createCartService } from '../service.ts';
import { migrations } from '../start.ts';

/** The service on a database of its own. */
export async function openCartParts(label: string) {
  const server = await createTestDatabase(label);
  const logger = createLogger('cart-test', 'silent');
  const database = await openDatabase({ url: server.url, entities, migrations, poolSize: 8, logger });
  await database.migrate();
  const service = createCartService({ database });
  const hear = (work: (sql: Sql) => Promise<void>) => database.transaction(work);
  return {
    database,
    service,
    /** A transaction as the consumer makes it, but without an inbox. */
    hear,
    /** The cart has heard of these, one after the other. */
    async hearOrders(...events: Fact<'order.created' | 'order.paid' | 'order.cancelled'>[]): Promise<void> {
      const handlers = new Map(hears(service).map((hearing) => [hearing.type, hearing]));
      for (const event of events) await hear(async (sql) => handlers.get(event.type)?.handle(sql, [event]));
    },
    /** The cart has heard of a product; resolves to its id. */
    async tellProduct(changes: Partial<FactData<'product.created'>> = {}): Promise<string> {
      const fact = productFact(changes);
      await hear((sql) => service.copyProducts(sql, [fact]));
      return fact.key;
    },
    async close(): Promise<void> {
      await database.close();
      await server.drop();
    },
  };
}
export type CartParts = Awaited<ReturnType<typeof openCartParts>>;

export const someCustomer = (): Identity & { kind: 'user' } => ({ kind: 'user', userId: newId(), role: 'CUSTOMER' });
export const someAdmin = (): Identity & { kind: 'user' } => ({ kind: 'user', userId: newId(), role: 'ADMIN' });
export { guest };

export function productFact(changes: Partial<FactData<'product.created'>> = {}): Fact<'product.updated'> {
  const productId = changes.productId ?? newId();
  return createFact('product.updated', productId, {
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
    created: createFact('order.created', orderId, {
      ...state,
      version: 1,
      status: 'PENDING',
      paymentMethodId: 'card-ok',
      lines: priced,
      placedAt,
    }),
    paid: createFact('order.paid', orderId, { ...state, version: 3, status: 'PAID', lines: priced, placedAt }),
    cancelled: createFact('order.cancelled', orderId, { ...state, version: 3, status: 'CANCELLED', reason: 'PAYMENT_DECLINED' }),
  };
}

/** The cart of a result that must be a success. */
export function cartOf(result: { cart: Cart } | { refusal: string; message: string }): Cart {
  if ('refusal' in result) throw new Error(`${result.refusal}: ${result.message}`);
  return result.cart;
}

export const refusalOf = (result: object) => ('refusal' in result ? result.refusal : 'a success');
export const quantities = (cart: Cart | null) => cart?.lines.map((line) => line.quantity);

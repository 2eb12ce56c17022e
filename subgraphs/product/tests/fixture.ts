import type { DomainEvent, EventData } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import type { Identity } from '#platform/auth.ts';
import { type Cache, openCache } from '#platform/cache.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase, type Sql } from '#platform/postgres/database.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import { createProducts } from '../commands/create-products.ts';
import type { ProductDependencies } from '../dependencies.ts';
import { entities } from '../entities.ts';
import type { Product, ProductFilter } from '../queries/catalogue.ts';
import { StaleProducts } from '../stale-products.ts';

export const admin: Identity = { kind: 'user', userId: '01990000-0000-7000-8000-00000000000a', role: 'ADMIN' };
export const customer: Identity = { kind: 'user', userId: '01990000-0000-7000-8000-00000000000c', role: 'CUSTOMER' };

/** A list of all that is sold. */
export const everything: ProductFilter = {
  search: null,
  category: null,
  inStock: null,
  minPrice: null,
  maxPrice: null,
  archived: false,
  bySku: false,
};

const logger = createLogger('product-test', 'silent');

/** What the catalogue needs, on a database of its own. */
export async function openProductFixture(label: string, cache: Cache = openCache(undefined, { prefix: '', logger })) {
  const server = await createTestDatabase(label);
  const database = await openDatabase({ url: server.url, entities, migrations, poolSize: 8, logger });
  await database.migrate();
  let wakes = 0;
  const staleProducts = new StaleProducts(cache);
  const deps: ProductDependencies = {
    database,
    cache,
    staleProducts,
    largeCounts: new LargeCounts(),
    wakeRelay: () => {
      wakes += 1;
    },
  };
  return {
    database,
    deps,
    wakes: () => wakes,
    /** One valid product, changed by what the test is about. */
    async addProduct(changes: Record<string, unknown> = {}): Promise<Product> {
      const input = {
        sku: newId().toUpperCase().slice(0, 36),
        name: 'Oak table',
        category: 'Tables',
        price: 12_500,
        stock: 10,
        ...changes,
      };
      const result = await createProducts(deps, admin, { products: [input] });
      if ('__typename' in result) throw new Error(result.message);
      const [product] = result.products;
      if (!product) throw new Error('no product was made');
      return product;
    },
    /** A transaction and what follows its commit, as the consumer does it but without an inbox. */
    async handle(work: (sql: Sql) => Promise<void>): Promise<void> {
      await database.transaction(work);
      await staleProducts.dropFromCache();
    },
    async close(): Promise<void> {
      await cache.close();
      await database.close();
      await server.drop();
    },
  };
}
export type ProductFixture = Awaited<ReturnType<typeof openProductFixture>>;

type Line = { product: Pick<Product, 'id' | 'price'>; quantity: number; price?: number };

export function orderCreated(lines: readonly Line[], orderId = newId()): DomainEvent<'order.created'> {
  return createEvent('order.created', orderId, {
    ...orderState(orderId),
    version: 1,
    status: 'PENDING',
    paymentMethodId: 'card-succeeds',
    placedAt: new Date().toISOString(),
    lines: orderLines(lines),
  });
}

export function orderPaid(orderId: string, lines: readonly Line[]): DomainEvent<'order.paid'> {
  const placedAt = new Date().toISOString();
  return createEvent('order.paid', orderId, { ...orderState(orderId), version: 3, status: 'PAID', lines: orderLines(lines), placedAt });
}

export function orderCancelled(orderId: string): DomainEvent<'order.cancelled'> {
  return createEvent('order.cancelled', orderId, { ...orderState(orderId), version: 3, status: 'CANCELLED', reason: 'BY_CUSTOMER' });
}

export function orderRefunded(orderId: string): DomainEvent<'order.refunded'> {
  return createEvent('order.refunded', orderId, { ...orderState(orderId), version: 4, status: 'REFUNDED' });
}

function orderState(orderId: string): Pick<EventData<'order.created'>, 'orderId' | 'number' | 'userId' | 'total'> {
  return { orderId, number: 'M-1', userId: '01990000-0000-7000-8000-00000000000c', total: { amount: 1, currency: 'EUR' } };
}

function orderLines(lines: readonly Line[]) {
  return lines.map(({ product, quantity, price }) => ({
    productId: product.id,
    name: 'Oak table',
    quantity,
    unitPrice: { amount: price ?? product.price.amount, currency: 'EUR' as const },
  }));
}

/** What waits in the outbox, oldest first, and is then forgotten. */
export async function takeEvents(database: Database): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await database.query<{ type: string; value: string }>(
    `WITH taken AS (DELETE FROM outbox RETURNING *) SELECT headers->>'ce_type' AS type, value FROM taken ORDER BY id`,
  );
  return rows.map((row) => ({ type: row.type, data: JSON.parse(row.value) }));
}

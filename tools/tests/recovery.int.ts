import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Consumer, startConsumer } from '#kafka/consumer.ts';
import type { DomainEvent } from '#kafka/contracts.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { createEvent, readEvent, toMessage } from '#kafka/events.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { type Relay, startRelay } from '#kafka/relay.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase, type Sql } from '#platform/postgres/database.ts';
import { LargeCounts } from '#platform/postgres/large-counts.ts';
import { needs } from '#tests/support/needs.ts';
import { testServerUrl } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { connectTo } from '#tools/dev/databases.ts';
import { databaseUrl } from '#tools/dev/environment.ts';
import { type RunningKafka, startKafka } from '#tools/dev/kafka.ts';
import { services } from '#tools/dev/services.ts';
import { placeOrder } from '../../subgraphs/order/commands/place-order.ts';
import { shipOrder } from '../../subgraphs/order/commands/ship-order.ts';
import type { OrderDependencies } from '../../subgraphs/order/dependencies.ts';
import type { entities } from '../../subgraphs/order/entities.ts';
import { subscribes } from '../../subgraphs/order/events.ts';
import { findHistory } from '../../subgraphs/order/queries/orders.ts';
import { backUp, restore, type Target } from '../recovery/backup.ts';
import { accountDifferences, paymentDifferences, productDifferences } from '../recovery/differences.ts';
import { reconcile } from '../recovery/reconcile.ts';

jest.setTimeout(60_000);

const logger = createLogger('test', 'silent');
const service = (name: string) => services.find((one) => one.name === name) ?? services[0];
const folder = mkdtempSync(join(tmpdir(), 'marigold-recovery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function targetOf(name: string): Target {
  const found = service(name);
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return { serverUrl: testServerUrl(), database: `test_${name}_${newId().replaceAll('-', '').slice(-12)}`, service: found };
}

async function onServer(statement: string): Promise<void> {
  const client = await connectTo(testServerUrl(), 'postgres');
  await client.query(statement).finally(() => client.end());
}

async function open({ database, serverUrl, service: { name } }: Target): Promise<Database> {
  const { entities: tables } = (await import(`../../subgraphs/${name}/entities.ts`)) as { entities: typeof entities };
  const migrations = fileURLToPath(new URL(`../../subgraphs/${name}/migrations`, import.meta.url));
  return openDatabase({ url: databaseUrl(serverUrl, database), entities: tables, migrations, poolSize: 6, logger });
}

describe('a backup of a database', () => {
  const target = targetOf('product');
  afterAll(() => onServer(`DROP DATABASE IF EXISTS ${target.database} WITH (FORCE)`));

  test('brings back every row as it was, bytes, moments and numbers, and what comes next', async () => {
    await onServer(`CREATE DATABASE ${target.database}`);
    const database = await open(target);
    await database.migrate();
    const id = newId();
    await database.query(
      `INSERT INTO outbox (topic, key, headers, value) VALUES ('checkout', $1, '{"a":"\\u00e9"}', E'zwei\\nZeilen "🌼"')`,
      [id],
    );
    await database.query('INSERT INTO inbox (consumer, event_id) SELECT $1, number FROM generate_series(1, 1200) AS number', [id]);
    const allRows = async (of: Database) =>
      (
        await of.query(
          'SELECT (SELECT json_agg(o) FROM outbox o)::text AS o, (SELECT json_agg(i ORDER BY event_id) FROM inbox i)::text AS i',
        )
      ).rows;
    const before = await allRows(database);
    const file = join(folder, 'product.backup');

    await backUp(target, file);
    await expect(restore(target, file)).rejects.toThrow(/is there/);
    await database.close();
    await onServer(`DROP DATABASE ${target.database} WITH (FORCE)`);
    await expect(restore({ ...target, ...{ service: targetOf('order').service } }, file)).rejects.toThrow(/backup of product/);
    // as the start of a shop leaves it
    await onServer(`CREATE DATABASE ${target.database}`);
    expect(await restore(target, file)).toMatchObject({ kept: null });
    const { kept } = await restore(target, file, true);

    expect(kept).toMatch(`${target.database}_before_`);
    await onServer(`DROP DATABASE ${kept}`);
    const again = await open(target);
    expect(await allRows(again)).toEqual(before);
    const { rows } = await again.query<{ id: string }>(
      `INSERT INTO outbox (topic, key, headers) VALUES ('checkout', 'k', '{}') RETURNING id::text`,
    );
    expect(rows).toEqual([{ id: '2' }]);
    await again.close();
  });
});

describe('what was published after the backup', () => {
  const targets = [targetOf('product'), targetOf('user'), targetOf('payment')] as const;
  const databases: Database[] = [];

  beforeAll(async () => {
    for (const target of targets) {
      await onServer(`CREATE DATABASE ${target.database}`);
      const database = await open(target);
      databases.push(database);
      await database.migrate();
    }
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    for (const { database } of targets) await onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  });

  const inDatabase = <T>(at: number, work: (sql: Sql) => Promise<T>): Promise<T> => {
    const database = databases[at];
    if (database === undefined) throw new Error('There are three databases.');
    return database.transaction(work);
  };

  test('of products is reported, and what is edited then is newer than what others know', async () => {
    const [id, lost] = [newId(), newId()];
    const state = {
      sku: 'T-1',
      name: 'Teapot',
      slug: 'teapot',
      category: 'ceramics',
      price: { amount: 1250, currency: 'EUR' },
      availability: 'IN_STOCK',
      imageUrl: null,
      archived: false,
    } as const;
    const event = (productId: string, version: number) => createEvent('product.updated', productId, { ...state, productId, version });

    const [differences, again, version] = await inDatabase(0, async (sql) => {
      await sql.query(`INSERT INTO categories (slug, name) VALUES ('ceramics', 'Ceramics') ON CONFLICT DO NOTHING`);
      await sql.query(
        `INSERT INTO products (id, sku, slug, name, description, name_key, search_text, category_slug, price, images, available)
         VALUES ($1, 'T-1', 'teapot', 'Teapot', '', '', '', 'ceramics', 1250, '[]', 10)`,
        [id],
      );
      // two partitions are read one after the other: the newest counts, not the last
      const events = [event(id, 9), event(id, 8), event(lost, 1)];
      const first = await productDifferences(sql, events);
      const second = await productDifferences(sql, events.slice(0, 2));
      return [first, second, (await sql.query('SELECT version FROM products WHERE id = $1', [id])).rows];
    });

    expect(differences).toEqual([
      expect.stringMatching(`Teapot \\(${lost}\\) was added`),
      expect.stringMatching(`Teapot \\(${id}\\) was published as version 9`),
    ]);
    expect([again, version]).toEqual([[], [{ version: 9 }]]);
  });

  test('of accounts is reported, and who was deleted is deleted again', async () => {
    const [deleted, lost, moved] = [newId(), newId(), newId()];
    const registered = (userId: string, version: number) =>
      createEvent(version === 1 ? 'user.registered' : 'user.email-changed', userId, {
        userId,
        version,
        email: 'a@example.com',
        username: 'ada',
      });

    const [differences, left] = await inDatabase(1, async (sql) => {
      const insert = `INSERT INTO accounts (id, email, username, password_hash, role) SELECT id, id || '@example.com', id::text, '', 'CUSTOMER' FROM unnest($1::uuid[]) AS id`;
      await sql.query(insert, [[deleted, moved]]);
      const gone = createEvent('user.deleted', deleted, { userId: deleted, version: 2 });
      const found = await accountDifferences(sql, [registered(deleted, 1), gone, registered(lost, 1), registered(moved, 2)]);
      return [found, (await sql.query('SELECT id, version FROM accounts')).rows];
    });

    expect(differences).toEqual([
      expect.stringMatching(`${deleted} was deleted after the backup, and is deleted again`),
      expect.stringMatching(`${lost} was opened after the backup`),
      expect.stringMatching(`${moved} changed its address`),
    ]);
    expect(left).toEqual([{ id: moved, version: 2 }]);
  });

  test('of payments is reported', async () => {
    const orderId = newId();
    const succeeded = createEvent('payment.succeeded', orderId, { orderId, paymentId: newId(), amount: { amount: 1, currency: 'EUR' } });

    const differences = await inDatabase(2, (sql) => paymentDifferences(sql, [succeeded]));

    expect(differences).toEqual([expect.stringMatching(`${orderId} was published as payment.succeeded, and is unknown`)]);
  });
});

needs('kafka').describe('the database of order, lost after a backup and restored', () => {
  const target = targetOf('order');
  const file = join(folder, 'order.backup');
  const admin = { kind: 'user', userId: newId(), role: 'ADMIN' } as const;
  // of its own: what other tests publish about orders would be missing here
  let kafka: RunningKafka;
  let log: EventLog;
  let running: { database: Database; deps: OrderDependencies; relay: Relay; consumer: Consumer };

  beforeAll(async () => {
    kafka = await startKafka({ dataDir: join(folder, 'kafka') });
    await onServer(`CREATE DATABASE ${target.database}`);
  });

  beforeEach(async () => {
    log = openKafkaLog({ brokers: kafka.brokers, clientId: 'test', logger });
    await start();
  });

  afterEach(async () => {
    await stop();
    await log.close();
  });

  afterAll(async () => {
    await kafka.stop();
    await onServer(`DROP DATABASE IF EXISTS ${target.database} WITH (FORCE)`);
  });

  async function start(): Promise<void> {
    const database = await open(target);
    await database.migrate();
    const relay = await startRelay({ database, eventLog: log, logger });
    const cart = { id: newId(), version: 1, lastOrderId: null, lastOrderIdOfCaller: null };
    const lines = [{ productId: newId(), name: 'Teapot', quantity: 2, unitPrice: { amount: 1250, currency: 'EUR' } }] as const;
    const deps: OrderDependencies = {
      database,
      largeCounts: new LargeCounts(),
      cart: { findCart: async () => ({ ...cart, id: newId(), lines: [...lines] }), close: async () => undefined },
      deadlines: { PENDING: 30_000, AWAITING_PAYMENT: 60_000 },
      unpaidLimits: { maxOrders: 10, maxPieces: 100 },
      observeMoves: () => undefined,
      newId,
      now: () => new Date(),
      wakeRelay: relay.wake,
      logger,
    };
    const consumer = await startConsumer({
      name: 'order',
      eventLog: log,
      database,
      subscribes: subscribes(deps),
      minFetchIntervalMs: 10,
      onCommitted: relay.wake,
      logger,
    });
    running = { database, deps, relay, consumer };
  }

  async function stop(): Promise<void> {
    await running.consumer.stop();
    await running.relay.stop();
    await running.database.close();
  }

  async function place() {
    const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' };
    const input = {
      idempotencyKey: newId(),
      cartVersion: 1,
      expectedTotal: { amount: 2500, currency: 'EUR' },
      paymentMethodId: 'card-ok',
      shippingAddress,
    };
    const placed = await placeOrder(
      running.deps,
      { identity: { kind: 'user', userId: newId(), role: 'CUSTOMER' }, internalToken: 't' },
      input,
    );
    if (!('order' in placed) || '__typename' in placed) throw new Error(JSON.stringify(placed));
    return placed.order;
  }

  /** As product and payment say it. */
  async function pay(orderId: string): Promise<void> {
    const amount = { amount: 2500, currency: 'EUR' } as const;
    const reserved = createEvent('inventory.reserved', orderId, { orderId, lines: [{ productId: newId(), quantity: 2 }] });
    const succeeded = createEvent('payment.succeeded', orderId, { orderId, paymentId: newId(), amount, card: 'Visa ending in 4242' });
    await log.publish([reserved, succeeded].map(toMessage));
  }

  async function states(): Promise<Record<string, unknown>> {
    const { rows } = await running.database.query<{ id: string; state: string }>(
      `SELECT id, concat_ws(' ', status, version, total_amount, card) AS state FROM orders`,
    );
    return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
  }

  const reach = (orderId: string, status: string) =>
    waitFor(`the order to be ${status}`, async () => String((await states())[orderId]).startsWith(status));

  const published = async (): Promise<DomainEvent[]> =>
    (await log.readAll('checkout')).map(readEvent).filter(({ type }) => type.startsWith('order.'));

  test('is in step with the event log after it is reconciled, and nothing is published twice', async () => {
    const [shipped, waiting] = [await place(), await place()];
    await pay(shipped.id);
    await reach(shipped.id, 'PAID');
    await backUp(target, file);

    await shipOrder(running.deps, admin, { orderId: shipped.id });
    const later = await place();
    await pay(waiting.id);
    await pay(later.id);
    await Promise.all([reach(waiting.id, 'PAID'), reach(later.id, 'PAID')]);
    await waitFor('the outbox to be empty', async () => (await running.relay.lag()).messages === 0);
    const before = await states();
    const histories = async () => {
      const found = await findHistory(running.deps, [shipped.id, waiting.id, later.id]);
      return [...found]
        .map(([id, entries]) => [id, entries.map(({ version, status, cause, at }) => [version, status, cause, at.toISOString()])])
        .toSorted();
    };
    const historiesBefore = await histories();
    const publishedBefore = await published();
    await expect(reconcile(target, { brokers: kafka.brokers, security: {} })).rejects.toThrow(/stop the service first/);
    await stop();
    await onServer(`DROP DATABASE ${target.database} WITH (FORCE)`);

    await restore(target, file);
    const { differences, unhandled, movedPartitions } = await reconcile(target, { brokers: kafka.brokers, security: {} });
    const second = await reconcile(target, { brokers: kafka.brokers, security: {} });
    await start();
    await waitFor('the events to be handled again', async () => {
      const { rows } = await running.database.query('SELECT FROM inbox');
      return rows.length === 6;
    });
    await waitFor('the outbox to be empty', async () => (await running.relay.lag()).messages === 0);

    expect(differences.toSorted()).toEqual(
      [
        `${shipped.number} (${shipped.id}) was PAID, version 3: it is SHIPPED again, version 4`,
        `${waiting.number} (${waiting.id}) was PENDING, version 1: it is PAID again, version 3`,
        `${later.number} (${later.id}) was placed after the backup: it is PAID again, without name and street, for which its customer has to be asked`,
      ].toSorted(),
    );
    expect([unhandled, movedPartitions > 0]).toEqual([4, true]);
    expect(second).toEqual({ differences: [], unhandled: 4, movedPartitions: 0 });
    expect(await states()).toEqual(before);
    expect(await histories()).toEqual(historiesBefore);
    expect((await published()).map(({ id }) => id).toSorted()).toEqual(publishedBefore.map(({ id }) => id).toSorted());
  });
});

import pg from 'pg';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { createLogger } from '#platform/logger.ts';
import { databaseUrl } from '../dev/environment.ts';
import { services, subgraphNames } from '../dev/services.ts';

/** What the databases, the topics and the payment provider's ledger say at one moment, as far as invariants speak of it. Amounts in minor units. */
export type Snapshot = {
  readonly orders: readonly Order[];
  readonly payments: readonly { readonly orderId: string; readonly status: string; readonly amount: number | null }[];
  /** The provider's own books. */
  readonly charges: readonly Charge[];
  readonly reservations: readonly Reservation[];
  readonly products: readonly Product[];
  /** What cart knows of the products. */
  readonly copies: readonly Pick<Product, 'id' | 'version' | 'name' | 'price' | 'archived'>[];
  /** Each was made of an event `order.paid`. */
  readonly receipts: readonly { readonly eventId: string; readonly status: string }[];
  readonly outboxes: readonly { readonly database: string; readonly events: number }[];
  readonly lag: readonly { readonly group: string; readonly topic: string; readonly messages: number }[];
  /** One sentence each. */
  readonly deadLetters: readonly string[];
};

export type Order = {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly status: string;
  readonly version: number;
  readonly total: number;
  readonly isOverdue: boolean;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  /** From its first version on. */
  readonly history: readonly { readonly version: number; readonly status: string }[];
  /** Ids of the events `order.paid` that it published. */
  readonly paidEvents: readonly string[];
};
export type Charge = { readonly orderId: string; readonly succeeded: boolean; readonly amount: number; readonly refunded: number };
export type Reservation = { readonly orderId: string; readonly productId: string; readonly quantity: number; readonly state: string };
export type Product = {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly price: number;
  readonly archived: boolean;
  readonly available: number;
  /** The sum of all that came and went, the opening stock with it, without what was sold. */
  readonly received: number;
};

/** Where a shop keeps what is asked; without Kafka the log of its one process is not asked. */
export type Sources = { readonly postgresUrl: string; readonly kafkaBrokers: readonly string[] | null; readonly databasePrefix?: string };

/** A statement for a database by its short name, as in `order`. Rejects when it cannot be asked. */
type Ask = <Row extends object>(database: string, statement: string) => Promise<Row[]>;

/** Asks behind the back of the services, as the superuser. */
export async function readSnapshot({ postgresUrl, kafkaBrokers, databasePrefix = 'marigold' }: Sources): Promise<Snapshot> {
  const ask: Ask = (database, statement) => rowsOf(databaseUrl(postgresUrl, `${databasePrefix}_${database}`), statement);
  const [orders, payments, charges, reservations, products, copies, receipts, outboxes, log] = await Promise.all([
    ask<Order>('order', selectOrders),
    ask<Snapshot['payments'][number]>('payment', 'SELECT order_id AS "orderId", status, amount FROM payments'),
    ask<Charge>('provider', selectCharges),
    ask<Reservation>('product', 'SELECT order_id AS "orderId", product_id AS "productId", quantity, state FROM reservations'),
    ask<Product>('product', selectProducts),
    ask<Snapshot['copies'][number]>('cart', 'SELECT id, version, name, price, archived FROM product_copies'),
    ask<Snapshot['receipts'][number]>('mailer', `SELECT fact_id AS "eventId", status FROM mails WHERE kind = 'RECEIPT'`),
    readOutboxes(ask),
    kafkaBrokers === null ? { lag: [], deadLetters: [] } : readLog(kafkaBrokers),
  ]);
  return { orders, payments, charges, reservations, products, copies, receipts, outboxes, ...log };
}

const selectOrders = `
  SELECT id, number, user_id AS "userId", idempotency_key AS "idempotencyKey", status, version, total_amount AS total,
    coalesce(deadline_at < now(), false) AS "isOverdue",
    (SELECT jsonb_agg(jsonb_build_object('productId', product_id, 'quantity', quantity)) FROM order_lines WHERE order_id = orders.id) AS lines,
    (SELECT jsonb_agg(jsonb_build_object('version', version, 'status', status) ORDER BY version) FROM order_history WHERE order_id = orders.id) AS history,
    ARRAY(SELECT id FROM order_facts WHERE order_id = orders.id AND type = 'order.paid') AS "paidEvents"
  FROM orders`;

const selectCharges = `
  SELECT idempotency_key AS "orderId", outcome = 'SUCCEEDED' AS succeeded, amount, refunded_amount AS refunded FROM charges`;

const selectProducts = `
  SELECT id, version, name, price, archived, available,
    (SELECT coalesce(sum(difference), 0)::int FROM stock_changes WHERE product_id = products.id) AS received
  FROM products`;

async function readOutboxes(ask: Ask): Promise<Snapshot['outboxes']> {
  const owners = services.flatMap(({ databases }) => databases.slice(0, 1));
  const count = async (database: string) => {
    const [row] = await ask<{ events: number }>(database, 'SELECT count(*)::int AS events FROM outbox');
    return { database, events: row?.events ?? 0 };
  };
  return Promise.all(owners.map(count));
}

async function readLog(brokers: readonly string[]): Promise<Pick<Snapshot, 'lag' | 'deadLetters'>> {
  const log = openKafkaLog({ brokers: [...brokers], clientId: 'invariants', logger: createLogger('invariants', 'silent') });
  try {
    const [lag, deadLetters] = await Promise.all([log.lag(subgraphNames.map(consumerGroupOf)), readDeadLetters(log)]);
    return { lag: lag.filter(({ messages }) => messages > 0), deadLetters };
  } finally {
    await log.close();
  }
}

async function readDeadLetters(log: EventLog): Promise<string[]> {
  const letters = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
  return letters.flat().map(({ headers }) => `${headers['dead-letter-consumer']}: ${headers['ce_type']}: ${headers['dead-letter-error']}`);
}

async function rowsOf<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // a server that is killed meanwhile is reported by the query, and again by the connection
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

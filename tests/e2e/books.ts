import pg from 'pg';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { createLogger } from '#platform/logger.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one of the shop's databases, asked behind its back. */
export async function rowsOf(postgresUrl: string, database: string, statement: string): Promise<Row[]> {
  const url = new URL(postgresUrl);
  url.pathname = `/marigold_${database}`;
  const client = new pg.Client({ connectionString: url.href });
  // a killed server is reported by the query, and again by the connection
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/**
 * Lays the books of order, payment, product and provider beside each other. Answers one sentence for each order that is not over, or on which
 * they differ, and for each outbox that holds something; none when all is well.
 */
export async function disagreements(postgresUrl: string): Promise<string[]> {
  const of = (database: string, statement: string) => rowsOf(postgresUrl, database, statement);
  const [orders, payments, charges, stocks] = await Promise.all([
    of('order', 'SELECT id, status FROM orders'),
    of('payment', 'SELECT order_id AS id, status FROM payments'),
    of(
      'provider',
      "SELECT idempotency_key AS id, count(*)::int AS charges, sum(amount - refunded_amount)::int AS kept FROM charges WHERE outcome = 'SUCCEEDED' GROUP BY 1",
    ),
    of('product', "SELECT order_id AS id, string_agg(DISTINCT state, ' ') AS state FROM reservations GROUP BY 1"),
  ]);
  const byId = (rows: Row[]) => new Map(rows.map((row) => [row['id'], row]));
  const [payment, charge, stock] = [byId(payments), byId(charges), byId(stocks)];
  const found = orders.flatMap(({ id, status }) => {
    const entry = [
      payment.get(id)?.['status'],
      stock.get(id)?.['state'] ?? 'NONE',
      Number(charge.get(id)?.['kept'] ?? 0) > 0 ? 'TAKEN' : 'FREE',
    ];
    const isRight = (agreeing[String(status)] ?? []).some((pattern) => pattern.test(entry.join(' ')));
    return isRight ? [] : [`order ${String(id)} is ${String(status)}, and elsewhere it is ${entry.join(', ')}`];
  });
  const strangers = charges.filter(({ id, charges: count }) => Number(count) > 1 || !orders.some((order) => order['id'] === id));
  const waiting = await Promise.all(
    ['product', 'order', 'payment', 'user', 'cart', 'mailer'].map(async (name) => ({ name, rows: await of(name, 'SELECT 1 FROM outbox') })),
  );
  return [
    ...found,
    ...strangers.map(({ id, charges: count }) => `the provider has ${String(count)} charges for ${String(id)}`),
    ...waiting.filter(({ rows }) => rows.length > 0).map(({ name, rows }) => `${rows.length} events wait in the outbox of ${name}`),
  ];
}

/** By the order's status: what its payment, its stock and the provider may say. An order that waits agrees with nothing. */
const agreeing: Readonly<Record<string, readonly RegExp[]>> = {
  PAID: [/^CAPTURED COMMITTED TAKEN$/],
  SHIPPED: [/^CAPTURED COMMITTED TAKEN$/],
  DELIVERED: [/^CAPTURED COMMITTED TAKEN$/],
  CANCELLED: [/^(VOIDED|DECLINED|REFUNDED) (RELEASED|NONE) FREE$/],
  REFUNDED: [/^REFUNDED RELEASED FREE$/],
};

/** What the consumers gave up on, as the dead-letter topics hold it. */
export async function deadLettersOf(kafkaBrokers: readonly string[]): Promise<string[]> {
  const log = openKafkaLog({ brokers: [...kafkaBrokers], clientId: 'books', logger: createLogger('books', 'silent') });
  try {
    const letters = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
    return letters
      .flat()
      .map(({ headers }) => `${headers['dead-letter-consumer']}: ${headers['ce_type']}: ${headers['dead-letter-error']}`);
  } finally {
    await log.close();
  }
}

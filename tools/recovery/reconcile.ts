import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { contracts, type DomainEvent } from '#kafka/contracts.ts';
import type { Delivery } from '#kafka/event-log.ts';
import { eventIdOf, readEvent } from '#kafka/events.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { assertGroupIsEmpty, type Position, rewindGroup } from '#kafka/kafka/rewind-group.ts';
import type { Logger } from '#platform/logger.ts';
import { createLogger } from '#platform/logger.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { databaseUrl } from '../dev/environment.ts';
import { loadService } from '../dev/load-service.ts';
import { Problem } from '../dev/problem.ts';
import type { Target } from './backup.ts';
import { accountDifferences, paymentDifferences, productDifferences } from './differences.ts';
import { followPublished, isOfOrder } from './orders.ts';
import type { KafkaAddress } from './stores.ts';

export type Reconciled = {
  /** What was published and not in the database: what was done about it, or is left to people. One sentence each. */
  readonly differences: readonly string[];
  /** How many events will be handled again, because the database does not know them, and how many partitions were moved back for it. */
  readonly unhandled: number;
  readonly movedPartitions: number;
};

/**
 * Brings a restored database in step with the event log, while its service is stopped: what the service published after the backup is compared with
 * its tables, and its consumer group goes back to the first event that the database does not know. The inbox makes events that it knows harmless.
 * @throws Error while the service runs.
 */
export async function reconcile({ serverUrl, database: name, service }: Target, kafka: KafkaAddress): Promise<Reconciled> {
  const { entities, migrations, publishes, subscribes } = await loadService(service);
  if (migrations === null) throw new Problem(`${service.name} has no tables.`);
  const logger = createLogger('reconcile', 'silent');
  const options = { ...kafka, clientId: 'reconcile', logger };
  const group = consumerGroupOf(service.name);
  await assertGroupIsEmpty(options, group);
  const [topicsOfOwn, topicsOfOthers] = [publishes, subscribes].map((types) => new Set(types.map((type) => contracts[type].topic)));
  const found = await readLog(
    options,
    service.name,
    new Set([...(topicsOfOwn ?? []), ...(topicsOfOthers ?? [])]),
    new Set<string>(subscribes),
  );
  const database = await openDatabase({ url: databaseUrl(serverUrl, name), entities, migrations, poolSize: 2, logger });
  try {
    const differences = await database.transaction((sql) => compare(service.name, sql, found.published));
    const unhandled = await findUnhandled(database, group, found.received);
    const movedPartitions = await rewindGroup(options, group, firstOfEachPartition(unhandled));
    return { differences, unhandled: unhandled.length, movedPartitions };
  } finally {
    await database.close();
  }
}

type Received = Position & { readonly id: string };
type Found = { readonly published: readonly DomainEvent[]; readonly received: readonly Received[] };

/** All that the topics still hold: what the service published, and where the events are that it handles. */
async function readLog(
  options: KafkaAddress & { clientId: string; logger: Logger },
  service: string,
  topics: ReadonlySet<Delivery['topic']>,
  subscribes: ReadonlySet<string>,
): Promise<Found> {
  const log = openKafkaLog(options);
  const [published, received]: [DomainEvent[], Received[]] = [[], []];
  const note = (delivery: Delivery) => {
    const { ce_type: type = '', ce_source: source } = delivery.headers;
    const id = eventIdOf(delivery);
    if (id === null) return;
    if (source === `/${service}`) published.push(readEvent(delivery));
    if (subscribes.has(type)) received.push({ id, topic: delivery.topic, partition: delivery.partition, offset: delivery.offset });
  };
  try {
    for (const topic of topics) await log.readEach(topic, note);
    return { published, received };
  } finally {
    await log.close();
  }
}

async function compare(service: string, sql: Sql, events: readonly DomainEvent[]): Promise<string[]> {
  if (service === 'order') return followPublished(sql, events.filter(isOfOrder));
  if (service === 'product') return productDifferences(sql, events);
  if (service === 'user') return accountDifferences(sql, events);
  if (service === 'payment') return paymentDifferences(sql, events);
  // what publishes nothing was believed by nobody
  return [];
}

const idsAtOnce = 5000;

/** Those that the inbox does not know. It forgets after 30 days what a compacted topic keeps for ever: that is handled again, and changes nothing. */
async function findUnhandled(sql: Sql, group: string, received: readonly Received[]): Promise<Received[]> {
  const unhandled: Received[] = [];
  for (let begin = 0; begin < received.length; begin += idsAtOnce) {
    const some = received.slice(begin, begin + idsAtOnce);
    const { rows } = await sql.query<{ id: string }>(
      'SELECT event_id AS id FROM inbox WHERE consumer = $1 AND event_id = ANY($2::text[])',
      [group, some.map(({ id }) => id)],
    );
    const known = new Set(rows.map(({ id }) => id));
    unhandled.push(...some.filter(({ id }) => !known.has(id)));
  }
  return unhandled;
}

function firstOfEachPartition(received: readonly Received[]): Position[] {
  const first = new Map<string, Position>();
  for (const { topic, partition, offset } of received) {
    const place = `${topic}/${partition}`;
    if (BigInt(offset) < BigInt(first.get(place)?.offset ?? offset) || !first.has(place)) first.set(place, { topic, partition, offset });
  }
  return [...first.values()];
}

import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { contracts } from '#kafka/contracts.ts';
import { readDeadLetters } from '#kafka/dead-letters.ts';
import type { EventLog, Message } from '#kafka/event-log.ts';
import { readEvent } from '#kafka/events.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { bytesOf, textOf } from '#kafka/message-bytes.ts';
import { sizeOf } from '#kafka/message-limits.ts';
import { deadTopicOf, type TopicName, topicNames } from '#kafka/topics.ts';
import { createLogger } from '#platform/logger.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { readConsumers, type SubscribedBy } from '#tools/checks/check-events.ts';
import { createProduct } from '#tools/demo/scene.ts';
import { noDeadLetters } from '#tools/invariants/invariants.ts';
import { broken } from './books.ts';
import { createForeignMessages, randomFrom } from './foreign-messages.ts';
import { withOwnShop } from './own-shop.ts';
import { sendShoppers, statusOf } from './shoppers.ts';

jest.setTimeout(240_000);

const { test } = needs('kafka');
const perTopic = 2000;
/** To see a failure again: FOREIGN_SEED=… */
const seed = Number(process.env['FOREIGN_SEED'] ?? Date.now() % 2 ** 31);
/** One request to the broker; all of it may go to one partition, as one batch. */
const mostBytes = 900_000;

// a shop of its own: thousands of dead letters would be in the way of the other files here
const own = withOwnShop({ env: { gateway: { RATE_LIMIT_BURST: '0', GUEST_RATE_LIMIT_BURST: '0', AUTH_RATE_LIMIT_BURST: '0' } } });
let log: EventLog;

beforeAll(() => {
  log = openKafkaLog({ brokers: [...(own().shop.kafkaBrokers ?? [])], clientId: 'stranger', logger: createLogger('stranger', 'silent') });
});
afterAll(() => log?.close());

/** Messages that are no events; what a compacted topic would not take, or what happens to be an event, is left out. */
function strangersOn(topic: TopicName, consumers: readonly SubscribedBy[], random: () => number): Message[] {
  const types = [...new Set(consumers.map(({ type }) => type))].filter((type) => contracts[type as keyof typeof contracts].topic === topic);
  const make = createForeignMessages(random, topic, types);
  const made: Message[] = [];
  for (let number = 0; made.length < perTopic; number += 1) {
    const message = { topic, ...textOf(make(number)) };
    if (!isEvent(message) && sizeOf(message) < 1024 * 1024) made.push(message);
  }
  return made;
}

function isEvent(message: Message): boolean {
  try {
    readEvent(message);
    return true;
  } catch {
    return false;
  }
}

function inRequests(messages: readonly Message[]): Message[][] {
  const requests: Message[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    size += sizeOf(message);
    if (size > mostBytes) {
      requests.push([]);
      size = sizeOf(message);
    }
    requests.at(-1)?.push(message);
  }
  return requests;
}

/** The content of a message, for comparison between log, outbox and dead letter. Headers of different names have no order among each other: the outbox keeps none. */
const identity = (message: Message): string => {
  const { key, headers: given, value } = bytesOf(message);
  const headers = given.toSorted((one, other) => one.name.compare(other.name));
  return JSON.stringify(
    [key, headers.map((header) => [header.name, header.value]), value].flat(3).map((component) => component?.toString('base64') ?? null),
  );
};

/** How many there are of each consumer. */
function countsOf(letters: readonly string[]): Record<string, number> {
  const byConsumer = Map.groupBy(letters, (letter) => letter.slice(0, letter.indexOf(' ')));
  return Object.fromEntries([...byConsumer].map(([consumer, those]) => [consumer, those.length]).sort());
}

test(`2,000 messages on each topic that are no events hold up no order (seed ${seed})`, async () => {
  const { admin, stage } = own().shop;
  const random = randomFrom(seed);
  // the gateway keeps nothing, and so sets nothing aside
  const consumers = (await readConsumers()).filter(({ consumer }) => consumer !== 'gateway');
  const strangers = topicNames.flatMap((topic) => strangersOn(topic, consumers, random));
  const readersOf = ({ headers }: Message) =>
    consumers.filter(({ type }) => type === headers['ce_type']).map(({ consumer }) => consumerGroupOf(consumer));
  const expected = strangers.flatMap((message) => readersOf(message).map((consumer) => `${consumer} ${identity(message)}`));
  const product = await createProduct(stage, 'Bowl among strangers', 100_000);
  const shoppers = sendShoppers(stage, product, 3);
  await shoppers.buyMore(3, 30_000);

  for (const request of inRequests(strangers)) await log.publish(request);
  await shoppers.buyMore(6, 60_000);
  const customers = await shoppers.goHome();

  const letters = async () => {
    const read = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
    return readDeadLetters(read.flat()).map(({ consumer, message }) => `${consumer} ${identity(message)}`);
  };
  await waitFor('every dead letter', async () => (await letters()).length >= expected.length, 60_000).catch(() => undefined);
  const found = await letters();
  expect(countsOf(found)).toEqual(countsOf(expected));
  expect(found.sort()).toEqual(expected.sort());
  expect(await broken(own().shop, 30_000, { except: noDeadLetters })).toEqual([]);
  for (const { customer, orderId } of shoppers.acknowledged) expect(await statusOf(customer, orderId)).toBe('PAID');
  type Vitals = {
    components: { name: string; ready: boolean; unhealthyReason: string | null }[];
    consumers: { id: string; lag: number }[];
  };
  const vitals = () => admin.ask<Vitals>('{ components { name ready unhealthyReason } consumers { id lag } }', {});
  const unwell = async () => {
    const { consumers: readers, components } = await vitals();
    return [...readers.filter(({ lag }) => lag > 0), ...components.filter(({ ready }) => !ready)];
  };
  await waitFor('nothing left to read, and every component ready', async () => (await unwell()).length === 0, 30_000).catch(
    () => undefined,
  );
  expect(await unwell()).toEqual([]);
  await Promise.all(customers.map((customer) => customer.close()));
});

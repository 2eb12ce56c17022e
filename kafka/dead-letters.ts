import { newId } from '#platform/ids.ts';
import type { Delivery, EventLog, Message } from './event-log.ts';
import { tombstone } from './facts.ts';
import { deadTopicOf, type TopicName, topicNames } from './topics.ts';

/** A message that a consumer gave up on, with the place it came from and the reason. */
export type DeadLetter = {
  readonly id: string;
  readonly consumer: string;
  readonly error: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly time: string;
  readonly partition: number;
  readonly offset: string;
  /** As it was when the consumer read it. */
  readonly message: Message & { readonly topic: TopicName };
};

const prefix = 'dead-letter-';
const replayOfHeader = 'replay-of';
const replayForHeader = 'replay-for';
/** A header is no place for a long story; the log has the whole error. */
const longestError = 500;

/** The message as it goes to the dead-letter topic: unchanged, under an id of its own, with the reason in headers beside its own headers. */
export function toDeadLetter(delivery: Delivery, consumer: string, error: Error, attempts: number): Message {
  const { [replayOfHeader]: _of, [replayForHeader]: _for, ...headers } = delivery.headers;
  return {
    topic: deadTopicOf(aliveTopic(delivery.topic)),
    key: newId(),
    headers: {
      ...headers,
      [`${prefix}consumer`]: consumer,
      [`${prefix}error`]: error.message.slice(0, longestError),
      [`${prefix}attempts`]: String(attempts),
      [`${prefix}time`]: new Date().toISOString(),
      [`${prefix}partition`]: String(delivery.partition),
      [`${prefix}offset`]: delivery.offset,
      [`${prefix}key`]: delivery.key,
      // on a compacted topic a letter without a value would be the tombstone of itself
      ...(delivery.value === null ? { [`${prefix}value`]: 'null' } : {}),
    },
    value: delivery.value ?? '',
  };
}

/** What was given up on and neither replayed nor discarded since, oldest first. Rejects when the log cannot be read. */
export async function listDeadLetters(log: EventLog): Promise<DeadLetter[]> {
  const onTopics = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
  return readDeadLetters(onTopics.flat());
}

/** Gives the message once more to the consumer that gave up on it, and takes the letter off its topic. Done twice, it has one effect. */
export async function replayDeadLetter(log: EventLog, letter: DeadLetter): Promise<void> {
  // taken off only when it is on its way: a second replay has no second effect, a lost letter would be lost
  await log.publish([toReplay(letter)]);
  await log.publish([toTombstone(letter)]);
}

/** Takes the letter off its topic: nobody wants it. */
export async function discardDeadLetter(log: EventLog, letter: DeadLetter): Promise<void> {
  await log.publish([toTombstone(letter)]);
}

/** The dead letters among what a dead-letter topic holds: each once, without those that a tombstone took back. Oldest first. */
export function readDeadLetters(deliveries: readonly Delivery[]): DeadLetter[] {
  const last = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
  return [...last.values()]
    .filter((delivery) => delivery.headers[`${prefix}consumer`] !== undefined)
    .map(toLetter)
    .sort((one, other) => one.time.localeCompare(other.time));
}

function toLetter({ topic, key: id, headers, value }: Delivery): DeadLetter {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(prefix)));
  const reason = (name: string) => headers[`${prefix}${name}`] ?? '';
  return {
    id,
    consumer: reason('consumer'),
    error: reason('error'),
    attempts: Number(reason('attempts')),
    time: reason('time'),
    partition: Number(reason('partition')),
    offset: reason('offset'),
    message: { topic: aliveTopic(topic), key: reason('key'), headers: own, value: reason('value') === 'null' ? null : value },
  };
}

/**
 * The message once more, on its own topic, for the consumer that gave up on it and no other. Its id in that consumer's inbox is the
 * dead letter's, so replaying it twice has one effect.
 */
export function toReplay({ id, consumer, message }: DeadLetter): Message {
  return { ...message, headers: { ...message.headers, [replayOfHeader]: id, [replayForHeader]: consumer } };
}

/** Takes a dead letter off its topic: it was replayed, or nobody wants it. */
export function toTombstone({ id, message }: DeadLetter): Message {
  return tombstone(deadTopicOf(message.topic), id);
}

/** The dead letter that a message is the replay of, or undefined. */
export function replayOf(headers: Message['headers']): string | undefined {
  return headers[replayOfHeader];
}

/** True for a replay that another consumer asked for; whoever reads facts without `startConsumer` skips every replay. */
export function isForAnother(headers: Message['headers'], consumer: string): boolean {
  const target = headers[replayForHeader];
  return target !== undefined && target !== consumer;
}

function aliveTopic(topic: Message['topic']): TopicName {
  const found = topicNames.find((name) => topic === name || topic === deadTopicOf(name));
  if (found === undefined) throw new Error(`the topic "${topic}" is not one of ours`);
  return found;
}

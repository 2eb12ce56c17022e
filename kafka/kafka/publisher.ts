import type { Message as KafkaMessage, Producer } from 'kafkajs';
import { reasonOf } from '#platform/async/retry.ts';
import type { Message } from '../event-log.ts';
import { UnpublishableError } from '../message-limits.ts';
import { type KafkaClient, Partitioners } from './client.ts';
import { toKafkaMessage } from './message.ts';
import type { KafkaTopics } from './topics.ts';

export type KafkaPublisher = { publish(messages: readonly Message[]): Promise<void>; close(): Promise<void> };

/**
 * Sends batches, one after the other, each acknowledged by all in-sync replicas.
 *
 * Not idempotent: kafkajs 2.2.4's idempotent producer that gave up on a message sends the next one under the same sequence number, which the
 * broker acknowledges as a repetition and drops. Repetitions are the inbox's work. One batch at a time, so that a batch sent again never overtakes.
 */
export function createKafkaPublisher(options: { client: KafkaClient; topics: KafkaTopics }): KafkaPublisher {
  let producer: Promise<Producer> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function connect(): Promise<Producer> {
    await options.topics.ensure();
    const connected = options.client.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await connected.connect();
    return connected;
  }

  async function send(messages: readonly Message[]): Promise<void> {
    if (closed) throw new Error('The event log is closed.');
    producer ??= connect();
    try {
      await (await producer).sendBatch({ acks: -1, topicMessages: byTopic(messages) });
    } catch (error) {
      // the next batch begins with a new connection, whatever state this one is in
      const failed = producer;
      producer = undefined;
      options.topics.doubt();
      await failed?.then((broken) => broken.disconnect()).catch(() => undefined);
      throw isRejection(error) ? new UnpublishableError(reasonOf(error), { cause: error }) : error;
    }
  }

  return {
    publish(messages) {
      if (messages.length === 0) return Promise.resolve();
      const sent = last.then(() => send(messages));
      last = sent.catch(() => undefined);
      return sent;
    },
    async close() {
      closed = true;
      await last;
      await producer?.then((open) => open.disconnect()).catch(() => undefined);
    },
  };
}

/** Error types with which the broker rejects a message permanently. */
const rejections = new Set<unknown>(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

/** kafkajs wraps the broker's error when its retries are exhausted. */
function isRejection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return ('type' in error && rejections.has(error.type)) || ('cause' in error && isRejection(error.cause));
}

function byTopic(messages: readonly Message[]) {
  const topics = new Map<string, KafkaMessage[]>();
  for (const message of messages) {
    const list = topics.get(message.topic) ?? [];
    list.push(toKafkaMessage(message));
    topics.set(message.topic, list);
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}

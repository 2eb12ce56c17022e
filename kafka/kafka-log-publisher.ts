import type { Producer } from 'kafkajs';
import type { Message } from './event-log.ts';
import { type KafkaClient, Partitioners } from './kafka-log-client.ts';
import type { KafkaTopics } from './kafka-log-topics.ts';

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
    const fresh = options.client.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await fresh.connect();
    return fresh;
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
      throw error;
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

function byTopic(messages: readonly Message[]) {
  const topics = new Map<string, { key: string; value: string | null; headers: Record<string, string> }[]>();
  for (const { topic, key, value, headers } of messages) {
    const list = topics.get(topic) ?? [];
    list.push({ key, value, headers: { ...headers } });
    topics.set(topic, list);
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}

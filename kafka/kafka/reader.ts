import type { Batch, EachBatchPayload } from 'kafkajs';
import { newId } from '#platform/ids.ts';
import type { Delivery, Message } from '../event-log.ts';
import { createKafka, type KafkaClient, type KafkaClientOptions } from './client.ts';
import { toDelivery } from './message.ts';

const readWithinMs = 60_000;

/**
 * Calls `onDelivery` with what the topic holds between its first and its last offset at the moment of the call. kafkajs cannot read without a group, so a group
 * of its own is made for it and deleted afterwards.
 */
export async function readWholeTopic(
  options: KafkaClientOptions,
  topic: Message['topic'],
  onDelivery: (delivery: Delivery) => void,
): Promise<void> {
  const client = createKafka(options);
  const left = await offsetsToRead(client, topic);
  if (left.size === 0) return;
  const groupId = `reader-${newId()}`;
  // a broker that has taken over for another may not coordinate groups for some seconds
  const retry = { initialRetryTime: 100, maxRetryTime: 1000, multiplier: 1.5, retries: 40 };
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false, retry });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The topic ${topic} could not be read to its end.`)), readWithinMs);
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachBatch = async ({ batch }: EachBatchPayload) => {
        readUpTo(left.get(batch.partition) ?? 0n, batch, onDelivery);
        if (BigInt(batch.lastOffset()) + 1n >= (left.get(batch.partition) ?? 0n)) left.delete(batch.partition);
        if (left.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 3, eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await deleteGroup(client, groupId);
  }
}

function readUpTo(end: bigint, { topic, partition, messages }: Batch, onDelivery: (delivery: Delivery) => void): void {
  for (const message of messages) if (BigInt(message.offset) < end) onDelivery(toDelivery(topic, partition, message));
}

/** Of each partition that holds something, the offset after its last message. */
async function offsetsToRead(client: KafkaClient, topic: string): Promise<Map<number, bigint>> {
  const admin = client.admin();
  try {
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.filter(({ low, high }) => BigInt(high) > BigInt(low)).map(({ partition, high }) => [partition, BigInt(high)]));
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Deletes a group that is no longer used; the broker would expire it after some days anyway. */
export async function deleteGroup(client: KafkaClient, groupId: string): Promise<void> {
  const admin = client.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // it has members again, or the broker is unavailable
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

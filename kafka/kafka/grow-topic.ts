import { type AnyTopicName, topicOf } from '../topics.ts';
import { createKafka, type KafkaClientOptions } from './client.ts';
import { RejectedChange } from './rejected-change.ts';

/**
 * Gives a topic so many partitions; resolves to how many it had. Keys move to other partitions: events of one key that are under way may be handled
 * in another order. Running publishers and consumers find the new ones within `metadataMaxAgeMs`.
 * @throws RejectedChange for a topic that is compacted: that works within a partition, so what the old one holds of a key would never be replaced or forgotten.
 */
export async function growTopic(options: KafkaClientOptions, name: AnyTopicName, partitions: number): Promise<number> {
  if (topicOf(name).cleanup !== 'delete')
    throw new RejectedChange(
      `The topic ${name} is compacted: what its partitions hold of a key would never be replaced or forgotten, once the key has moved.`,
    );
  const admin = createKafka(options).admin();
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    const before = topics[0]?.partitions.length ?? 0;
    if (partitions < before) throw new RejectedChange(`The topic ${name} has ${before} partitions: there can be more, never fewer.`);
    if (partitions > before) await admin.createPartitions({ topicPartitions: [{ topic: name, count: partitions }] });
    return before;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

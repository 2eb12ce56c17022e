import { createKafka, type KafkaClientOptions } from './client.ts';

/**
 * The partitions, as `topic/number`, of which a replica is missing or behind; none when each broker may be taken away. One try; rejects when no
 * broker answers.
 */
export async function partitionsOutOfSync(options: KafkaClientOptions): Promise<string[]> {
  const admin = createKafka({ ...options, retries: 0 }).admin();
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata();
    return topics.flatMap(({ name, partitions }) =>
      partitions.filter(({ replicas, isr }) => isr.length < replicas.length).map(({ partitionId }) => `${name}/${partitionId}`),
    );
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import type { KafkaClient } from '../kafka/client.ts';
import { createKafkaPublisher } from '../kafka/publisher.ts';

type Produced = { topicData: { topic: string; partitions: { partition: number; messages: { key: Buffer | string }[] }[] }[] };

const createProducer = createRequire(import.meta.url)('kafkajs/src/producer') as (options: object) => unknown;
const silent = { namespace: () => silent, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const partitions = 6;

/** kafkajs's own producer on a cluster of two brokers; the first time that it is sent something, the second one hands its partitions to the first. */
function clientOfTwoBrokers() {
  const taken: string[] = [];
  let leaderOfOdd = 2;
  const take = (nodeId: number, { topicData }: Produced) => {
    if (nodeId === 2) {
      leaderOfOdd = 1;
      throw Object.assign(new Error('This server is not the leader'), { type: 'NOT_LEADER_FOR_PARTITION', retriable: true });
    }
    const all = topicData.flatMap((topic) => topic.partitions);
    for (const { messages } of all) taken.push(...messages.map(({ key }) => String(key)));
    return { topics: topicData.map(({ topic, partitions: those }) => ({ topicName: topic, partitions: those })) };
  };
  const brokers = [1, 2].map((nodeId) => ({ nodeId, produce: async (request: Produced) => take(nodeId, request) }));
  const leaderOf = (partition: number) => (partition % 2 === 0 ? 1 : leaderOfOdd);
  const cluster = {
    retry: { initialRetryTime: 1, maxRetryTime: 1 },
    targetTopics: new Set(),
    connect: async () => {},
    disconnect: async () => {},
    isConnected: () => true,
    refreshMetadata: async () => {},
    refreshMetadataIfNecessary: async () => {},
    addMultipleTargetTopics: async () => {},
    removeBroker: () => {},
    findTopicPartitionMetadata: () =>
      Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: leaderOf(partitionId) })),
    findLeaderForPartitions: (_topic: string, those: string[]) => Object.groupBy(those.map(Number), leaderOf),
    findBroker: async ({ nodeId }: { nodeId: string }) => brokers.find((broker) => broker.nodeId === Number(nodeId)),
  };
  const producer = (options: object) => createProducer({ ...options, cluster, logger: silent });
  return { client: { producer } as unknown as KafkaClient, taken };
}

test('says that a batch was published only when every message of it was taken, also while partitions move to a broker that has taken others', async () => {
  const { client, taken } = clientOfTwoBrokers();
  const publisher = createKafkaPublisher({ client, topics: { ensure: async () => {}, doubt: () => {} } });
  const keys = Array.from({ length: 20 }, (_, number) => `order-${number}`);

  await publisher.publish(keys.map((key) => ({ topic: 'checkout', key, headers: {}, value: '{}' })));

  expect(keys.filter((key) => !taken.includes(key))).toEqual([]);
});

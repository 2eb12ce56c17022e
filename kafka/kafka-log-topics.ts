import type { Logger } from '#platform/logger.ts';
import type { KafkaClient } from './kafka-log-client.ts';
import { deadTopic, deadTopicOf, type Topic, topicNames, topics } from './topics.ts';

export type KafkaTopics = {
  /**
   * Creates the topics that are missing, with their partitions and their retention; resolves at once when that was done before.
   * Rejects when the broker cannot be asked, and asks again with the next call.
   */
  ensure(): Promise<void>;
  /** Something failed: the topics may be gone with the disk of a broker. */
  doubt(): void;
};

export function createTopics(client: KafkaClient, logger: Logger): KafkaTopics {
  let done: Promise<void> | undefined;
  const doubt = () => {
    done = undefined;
  };
  return {
    ensure() {
      done ??= createMissingTopics(client, logger).catch((error: unknown) => {
        doubt();
        throw error;
      });
      return done;
    },
    doubt,
  };
}

async function createMissingTopics(client: KafkaClient, logger: Logger): Promise<void> {
  const admin = client.admin();
  try {
    await admin.connect();
    const missing = await missingTopics(admin);
    if (missing.length === 0) return;
    const created = await admin.createTopics({ topics: missing.map(toConfig), waitForLeaders: true }).catch((error: unknown) => error);
    // another process may have been creating them at the same time: what counts is whether they are there now
    const stillMissing = await missingTopics(admin);
    if (stillMissing.length > 0) throw new Error(`the topic "${stillMissing[0]?.[0]}" could not be created`, { cause: created });
    logger.info({ topics: missing.map(([name]) => name) }, 'topics created');
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function missingTopics(admin: ReturnType<KafkaClient['admin']>): Promise<[string, Topic][]> {
  const there = new Set(await admin.listTopics());
  return topicNames
    .flatMap((name): [string, Topic][] => [
      [name, topics[name]],
      [deadTopicOf(name), deadTopic],
    ])
    .filter(([name]) => !there.has(name));
}

function toConfig([topic, { partitions, cleanup, retentionMs }]: [string, Topic]) {
  return {
    topic,
    numPartitions: partitions,
    // -1: as many as the cluster's own default says
    replicationFactor: -1,
    configEntries: [
      { name: 'cleanup.policy', value: cleanup },
      { name: 'retention.ms', value: String(retentionMs) },
    ],
  };
}

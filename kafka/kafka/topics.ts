import type { Logger } from '#platform/logger.ts';
import { allTopics, type Topic } from '../topics.ts';
import { ConfigResourceTypes, type KafkaClient } from './client.ts';

type Admin = ReturnType<KafkaClient['admin']>;

/** The topics of a broker, created when they are first needed. */
export class KafkaTopics {
  readonly #client: KafkaClient;
  readonly #logger: Logger;
  #done: Promise<void> | undefined;

  constructor(client: KafkaClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /**
   * Creates the topics that are missing, with their partitions and their retention; resolves at once when that was done before.
   * Rejects when the broker cannot be asked, and asks again with the next call.
   */
  ensure(): Promise<void> {
    this.#done ??= createMissingTopics(this.#client, this.#logger).catch((error: unknown) => {
      this.doubt();
      throw error;
    });
    return this.#done;
  }

  /** Something failed: the topics may be gone with the disk of a broker. */
  doubt(): void {
    this.#done = undefined;
  }
}

async function createMissingTopics(client: KafkaClient, logger: Logger): Promise<void> {
  const admin = client.admin();
  try {
    await admin.connect();
    const missing = await missingTopics(admin);
    await alignLimits(admin, missing);
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

/** What a topic of an earlier release, or one created by hand, does not have yet. Its other settings stay. */
async function alignLimits(admin: Admin, missing: readonly (readonly [string, Topic])[]): Promise<void> {
  const there = allTopics.filter(([name]) => !missing.some(([other]) => other === name));
  if (there.length === 0) return;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: there.map(([name]) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const toAlter = there.flatMap(([name, topic]) => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const limits = limitsOf(topic);
    if (limits.every((limit) => entries.some((entry) => entry.configName === limit.name && entry.configValue === limit.value))) return [];
    // the request replaces all that was set on the topic
    const own = entries.filter(
      ({ configSource, configName }) => configSource === ownSource && limits.every(({ name }) => name !== configName),
    );
    const kept = own.map(({ configName, configValue }) => ({ name: configName, value: configValue }));
    return [{ type: ConfigResourceTypes.TOPIC, name, configEntries: [...kept, ...limits] }];
  });
  if (toAlter.length > 0) await admin.alterConfigs({ validateOnly: false, resources: toAlter });
}

/** kafkajs has no name for it that its types export: set on the topic itself. */
const ownSource = 1;

/**
 * The broker undoes every compression: kafkajs knows gzip only, and a single message of another kind would stop each of its consumers for good. It also
 * makes the limit one of the message as it is read.
 */
export function limitsOf({ maxMessageBytes, cleanup, retentionMs, segmentMs, compactionLagMs, retentionBytes, segmentBytes }: Topic) {
  const limits = {
    'compression.type': 'uncompressed',
    'max.message.bytes': maxMessageBytes,
    // the retention of personal data is a guarantee to users
    'cleanup.policy': cleanup,
    'retention.ms': retentionMs,
    'segment.ms': segmentMs,
    'retention.bytes': retentionBytes,
    'segment.bytes': segmentBytes,
    'max.compaction.lag.ms': compactionLagMs,
  };
  return Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

async function missingTopics(admin: Admin): Promise<(readonly [string, Topic])[]> {
  const there = new Set(await admin.listTopics());
  return allTopics.filter(([name]) => !there.has(name));
}

function toConfig([name, topic]: readonly [string, Topic]) {
  const { partitions } = topic;
  return {
    topic: name,
    numPartitions: partitions,
    // -1: the default of the cluster
    replicationFactor: -1,
    configEntries: limitsOf(topic),
  };
}

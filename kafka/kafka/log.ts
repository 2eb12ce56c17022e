import { setTimeout as sleep } from 'node:timers/promises';
import { KeptAnswer } from '#platform/async/kept-answer.ts';
import { reasonOf } from '#platform/async/retry.ts';
import { variable } from '#platform/config.ts';
import type { Logger } from '#platform/logger.ts';
import type { EventLogDefinition } from '#platform/service/run-service.ts';
import type { Delivery, EventLog, Message, Subscription } from '../event-log.ts';
import { logExporterOf } from '../log-exporter.ts';
import { spanExporterOf } from '../span-exporter.ts';
import { createKafka, type KafkaClient } from './client.ts';
import { readLag } from './lag.ts';
import { createKafkaPublisher } from './publisher.ts';
import { readWholeTopic } from './reader.ts';
import { type KafkaSecurity, securityConfig, securityOf } from './security.ts';
import { subscribeToKafka } from './subscription.ts';
import { KafkaTopics } from './topics.ts';

export type KafkaLogOptions = {
  brokers: string[];
  security?: KafkaSecurity;
  /** The service's name, as the broker's own logs and metrics show it. */
  clientId: string;
  logger: Logger;
  /** A consumer ended that cannot be restarted in this process. The default logs it and ends the process, for its supervisor to restart. */
  onFatal?: (error: Error) => void;
};

/** The variables with which Kafka is reached. */
export const kafkaConfig = {
  KAFKA_BROKERS: variable.brokers().describe('The event log. A gateway without it serves everything but subscriptions.'),
  ...securityConfig,
} as const;

/** The event log of a process whose variables name the brokers. */
export const kafkaEventLog: EventLogDefinition<typeof kafkaConfig, EventLog> = {
  config: kafkaConfig,
  open: (config, clientId, logger) => openKafkaLog({ brokers: config.KAFKA_BROKERS, security: securityOf(config), clientId, logger }),
  spanExporter: spanExporterOf,
  logExporter: logExporterOf,
};

/** The log on Kafka. Connects on first use and retries: an unavailable broker delays everything and fails only a publish. */
export function openKafkaLog(options: KafkaLogOptions): EventLog {
  const { logger } = options;
  const client = createKafka(options);
  // kafkajs retries a connection as often as its client says, whatever an admin says: a probe has to answer at once
  const probe = createKafka({ ...options, retries: 0 });
  const topics = new KafkaTopics(client, logger);
  const publisher = createKafkaPublisher({ client, topics });
  const reporter = createKafkaPublisher({ client: createKafka({ ...options, isSilent: true }), topics, isTelemetry: true });
  const subscriptions = new Set<Subscription>();
  const onFatal =
    options.onFatal ??
    ((error: Error) => {
      logger.fatal({ error }, 'a consumer of the event log ended for good; the process ends');
      process.exit(1);
    });
  const closing = new AbortController();
  const unhealthyReason = new KeptAnswer(problemIsKnownForMs, () => problemInTime(probe));

  async function readEach(topic: Message['topic'], onDelivery: (delivery: Delivery) => void): Promise<void> {
    closing.signal.throwIfAborted();
    await topics.ensure();
    await readWholeTopic(options, topic, onDelivery);
  }

  return {
    async publish(messages: readonly Message[]) {
      closing.signal.throwIfAborted();
      await publisher.publish(messages);
    },
    async report(messages: readonly Message[]) {
      closing.signal.throwIfAborted();
      await reporter.publish(messages);
    },
    async subscribe(subscriber) {
      closing.signal.throwIfAborted();
      const subscription = subscribeToKafka({ ...options, subscriber, topics, onFatal, unhealthyReason: () => unhealthyReasonOf(probe) });
      subscriptions.add(subscription);
      return {
        unhealthyReason: () => subscription.unhealthyReason(),
        async stop() {
          subscriptions.delete(subscription);
          await subscription.stop();
        },
      };
    },
    readEach,
    async readAll(topic) {
      const deliveries: Delivery[] = [];
      await readEach(topic, (delivery) => deliveries.push(delivery));
      return deliveries;
    },
    async lag(groups) {
      closing.signal.throwIfAborted();
      return readLag(client, groups);
    },
    unhealthyReason: async () => (closing.signal.aborted ? 'the event log is closed' : unhealthyReason.read()),
    async close() {
      closing.abort(new Error('The event log is closed.'));
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await Promise.all([publisher.close(), reporter.close()]);
    },
  };
}

/** Readiness probes come often: one answer serves for so long. */
const problemIsKnownForMs = 2000;
/** Short timeouts here too: a broker that accepts the connection but does not respond is unavailable as well. */
const problemIsKnownWithinMs = 700;

async function problemInTime(client: KafkaClient): Promise<string | null> {
  const answered = new AbortController();
  const late = sleep(problemIsKnownWithinMs, 'Kafka cannot be reached: it does not answer', { signal: answered.signal });
  try {
    return await Promise.race([unhealthyReasonOf(client), late]);
  } finally {
    late.catch(() => undefined);
    answered.abort();
  }
}

async function unhealthyReasonOf(client: KafkaClient): Promise<string | null> {
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.listTopics();
    return null;
  } catch (error) {
    return `Kafka cannot be reached: ${reasonOf(error)}`;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

import { createRequire } from 'node:module';
import kafkajs, { type Kafka } from 'kafkajs';
import type { Logger } from '#platform/logger.ts';
import { exactHeaders } from './headers.ts';
import type { KafkaSecurity } from './security.ts';

export type KafkaClient = Kafka;
export type KafkaClientOptions = {
  brokers: string[];
  security?: KafkaSecurity;
  retries?: number;
  clientId: string;
  logger: Logger;
  /** For what carries log records: it must not make new ones. */
  isSilent?: boolean;
};

/** Every name of kafkajs that this program uses comes through here. */
export const { Kafka: KafkaJs, Partitioners, logLevel, ConfigResourceTypes, AssignerProtocol } = kafkajs;

/**
 * How long a producer or consumer goes by what it knows of a topic: it finds new partitions after so long at the latest. Five minutes by default of kafkajs.
 * It costs one small request of each client in that time.
 */
export const metadataMaxAgeMs = 15_000;

/** Short delays and few retries within one call: the callers retry without limit. */
const retry = { initialRetryTime: 100, maxRetryTime: 1000, multiplier: 1.5 };

export function createKafka({ brokers, security, retries = 5, clientId, logger, isSilent = false }: KafkaClientOptions): KafkaClient {
  cureIdleTimer();
  exactHeaders();
  return new KafkaJs({
    brokers,
    clientId,
    ...security,
    connectionTimeout: 4000,
    requestTimeout: 10_000,
    retry: { ...retry, retries },
    // kafkajs reports each failed attempt as an error: what matters of it is logged by the adapter, once
    logLevel: !isSilent && logger.isLevelEnabled('debug') ? logLevel.WARN : logLevel.NOTHING,
    logCreator:
      () =>
      ({ namespace, log }) =>
        logger.debug({ kafkajs: namespace, reason: log['error'] }, log.message),
  });
}

type RequestQueue = { pending: readonly unknown[]; throttledUntil: number; scheduleCheckPendingRequests(): void };

const cured = Symbol.for('marigold.kafkajs.idle-timer');

/**
 * kafkajs 2.2.4 arms a timer of 0 or 1 ms again and again on each idle connection (63 ms CPU a second, and TimeoutNegativeWarning):
 * arm it only when something waits or the broker throttles us. To be removed when RequestQueue does that itself.
 */
function cureIdleTimer(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { [cured]?: true };
  };
  if (prototype[cured]) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhenSomethingWaits(this: RequestQueue) {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
  prototype[cured] = true;
}

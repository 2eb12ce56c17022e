import type { Message as KafkaMessage, Producer } from 'kafkajs';
import { reasonOf, retry } from '#platform/async/retry.ts';
import type { Message } from '../event-log.ts';
import { UnpublishableError } from '../message-limits.ts';
import { type KafkaClient, metadataMaxAgeMs, Partitioners } from './client.ts';
import { toKafkaMessage } from './message.ts';
import type { KafkaTopics } from './topics.ts';

export type KafkaPublisher = { publish(messages: readonly Message[]): Promise<void>; close(): Promise<void> };
type PublisherOptions = {
  client: KafkaClient;
  topics: Pick<KafkaTopics, 'ensure' | 'doubt'>;
  /** It may be lost: acknowledged by one replica, and not sent again. */
  isTelemetry?: boolean;
};

/**
 * Sends batches, one after the other, each acknowledged by all in-sync replicas; telemetry by one.
 *
 * Not idempotent: kafkajs 2.2.4's idempotent producer that gave up on a message sends the next one under the same sequence number, which the
 * broker acknowledges as a repetition and drops. Repetitions are the inbox's work. One batch at a time, so that a batch sent again never overtakes.
 *
 * Not retried by kafkajs either, which asks only brokers that have not answered: what it should have sent to one whose partitions have moved to another
 * that has, it drops without an error. The whole batch is sent again.
 */
export function createKafkaPublisher(options: PublisherOptions): KafkaPublisher {
  return new SerialPublisher(options);
}

class SerialPublisher implements KafkaPublisher {
  readonly #client: KafkaClient;
  readonly #topics: PublisherOptions['topics'];
  readonly #isTelemetry: boolean;
  #producer: Promise<Producer> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor({ client, topics, isTelemetry = false }: PublisherOptions) {
    this.#isTelemetry = isTelemetry;
    this.#client = client;
    this.#topics = topics;
  }

  publish(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    const sent = this.#last.then(() => this.#insist(messages));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
    await this.#producer?.then((open) => open.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    await this.#topics.ensure();
    const connected = this.#client.producer({
      idempotent: false,
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 0 },
    });
    await connected.connect();
    return connected;
  }

  /** Some times, for a leader that has moved; what is away for longer is the caller's. */
  #insist(messages: readonly Message[]): Promise<void> {
    const mayRetry = (error: unknown, attempt: number) =>
      !this.#isTelemetry && attempt < mostAttempts && !(error instanceof UnpublishableError);
    return retry(() => this.#send(messages), { ...pauses, stopping: this.#closing.signal, onFailed: mayRetry });
  }

  async #send(messages: readonly Message[]): Promise<void> {
    if (this.#closing.signal.aborted) throw new Error('The event log is closed.');
    this.#producer ??= this.#connect();
    try {
      await (await this.#producer).sendBatch({ acks: this.#isTelemetry ? 1 : -1, topicMessages: byTopic(messages) });
    } catch (error) {
      // the next batch begins with a new connection, whatever state this one is in
      const failed = this.#producer;
      this.#producer = undefined;
      this.#topics.doubt();
      await failed?.then((broken) => broken.disconnect()).catch(() => undefined);
      throw isRejection(error) ? new UnpublishableError(reasonOf(error), { cause: error }) : error;
    }
  }
}

const mostAttempts = 5;
const pauses = { firstPauseMs: 100, longestPauseMs: 1000 };

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

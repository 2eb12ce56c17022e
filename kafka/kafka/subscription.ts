import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerConfig, EachBatchPayload } from 'kafkajs';
import { type Batcher, createBatcher } from '#platform/async/batcher.ts';
import { reasonOf, retry } from '#platform/async/retry.ts';
import { within } from '#platform/async/timeout.ts';
import type { Logger } from '#platform/logger.ts';
import { type Delivery, isTransient, type SubscribeOptions, type Subscription } from '../event-log.ts';
import { createKafka, type KafkaClient, metadataMaxAgeMs } from './client.ts';
import { clientIdOf, prepareGroup } from './group.ts';
import { Membership } from './membership.ts';
import { toDelivery } from './message.ts';
import { deleteGroup } from './reader.ts';
import type { KafkaSecurity } from './security.ts';
import type { KafkaTopics } from './topics.ts';

export type KafkaSubscriptionOptions = {
  brokers: string[];
  security?: KafkaSecurity;
  logger: Logger;
  subscriber: SubscribeOptions;
  topics: KafkaTopics;
  onFatal(error: Error): void;
  unhealthyReason(): Promise<string | null>;
};

const commitEveryMs = 400;
const heartbeatEveryMs = 500;
const watchEveryMs = 10_000;
/** A fetch takes half a second when nothing comes, and a rejoin some seconds: three times the longest of it. */
const longestSilenceMs = 90_000;
/** Four times as long as a fetch takes when nothing comes: what is derived from the stream is soon asked for elsewhere. */
const quietMs = 2000;
const joinWithinMs = 1000;
const endWithinMs = 1000;
/** One after the other, without a join between them. */
const mostCrashes = 10;

/** A member of a group on Kafka: joins in the background, for as long as it takes, and stays until it is stopped. */
export function subscribeToKafka(options: KafkaSubscriptionOptions): Subscription {
  return new GroupMember(options);
}

class GroupMember implements Subscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #about: { readonly group: string };
  readonly #client: KafkaClient;
  readonly #batches: Batcher<Delivery>;
  readonly #positions = createPositions();
  readonly #stopping = new AbortController();
  readonly #commitTimer: NodeJS.Timeout;
  readonly #watchTimer: NodeJS.Timeout;
  #consumer: Consumer | undefined;
  readonly #membership = new Membership();
  #lastFetchAt = Date.now();
  #crashes = 0;
  #committing: Promise<void> | undefined;
  #begun: Promise<void>;

  constructor(options: KafkaSubscriptionOptions) {
    const { subscriber, logger, brokers, security = {} } = options;
    this.#options = options;
    this.#about = { group: subscriber.group };
    // one client for one member: kafkajs shares what it knows of a group's offsets among the consumers of a client
    this.#client = createKafka({ brokers, security, clientId: clientIdOf(subscriber.memberId), logger });
    this.#batches = createBatcher<Delivery>({
      handle: subscriber.handle,
      minFetchIntervalMs: subscriber.minFetchIntervalMs,
      onFailed: (error) => logger.error({ ...this.#about, error }, 'messages were not handled; retrying'),
    });
    this.#commitTimer = setInterval(() => void this.#commit(), commitEveryMs);
    this.#watchTimer = setInterval(() => void this.#watch(), watchEveryMs);
    this.#begun = this.#begin();
  }

  unhealthyReason(): string | null {
    if (!this.#membership.isMember) return this.#membership.reason;
    // kafkajs retries for long before it reports an unavailable broker
    const isReceiving = this.#batches.isBusy() || Date.now() - this.#lastFetchAt < quietMs;
    return isReceiving ? null : 'it has received no fetch response from Kafka';
  }

  async stop(): Promise<void> {
    const { subscriber } = this.#options;
    this.#stopping.abort();
    clearInterval(this.#commitTimer);
    clearInterval(this.#watchTimer);
    await this.#batches.stop();
    await this.#begun;
    // the batches that ended note their positions in this turn
    await sleep(0);
    // kafkajs ignores a stop while it joins
    for (let waitedMs = 0; this.#consumer && !this.#membership.isMember && waitedMs < joinWithinMs; waitedMs += 20) await sleep(20);
    // the one that may be under way, and the one for what came since
    await within(endWithinMs, this.#commit());
    await within(endWithinMs, this.#commit());
    // with a broker that does not answer, kafkajs would try on for long
    await within(endWithinMs, this.#consumer?.disconnect().catch(() => undefined) ?? Promise.resolve());
    if (isTransient(subscriber) && this.#membership.isMember) await deleteGroup(this.#client, subscriber.group);
  }

  /**
   * Also after a crash: a consumer of kafkajs that met a TypeError, or found no coordinator, has ended for good whatever its `restartOnFailure` returns,
   * and one that kafkajs restarts waits for the session of its former self; a new one does neither.
   */
  async #begin(): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      this.#membership.lost('Kafka does not let it join its group');
      if (attempt % 10 === 1) this.#options.logger.warn({ ...this.#about, reason: reasonOf(error) }, 'waiting for Kafka');
      return true;
    };
    const pauses = { firstPauseMs: 100, longestPauseMs: 1000, stopping: this.#stopping.signal, onFailed };
    await retry(() => this.#run(), pauses).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { subscriber, topics, logger } = this.#options;
    await this.#consumer?.disconnect().catch(() => undefined);
    await topics.ensure();
    await prepareGroup(this.#client, subscriber, logger);
    if (this.#stopping.signal.aborted) return;
    const consumer = this.#client.consumer(consumerConfig(subscriber.group));
    this.#consumer = consumer;
    this.#listen(consumer);
    await consumer.connect();
    // positions of a group that begins at the end are set in prepareGroup: a partition without one is new, and all that it holds came meanwhile
    await consumer.subscribe({ topics: [...subscriber.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 24,
      eachBatch: (payload) => this.#handleBatch(payload),
    });
  }

  #listen(consumer: Consumer): void {
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, () => this.#onJoined(consumer));
    consumer.on(events.REBALANCING, () => this.#membership.rebalances());
    consumer.on(events.HEARTBEAT, () => this.#membership.confirmed());
    consumer.on(events.FETCH, () => {
      this.#lastFetchAt = Date.now();
    });
    consumer.on(events.CRASH, ({ payload: { error } }) => this.#onCrash(error));
  }

  #onJoined(consumer: Consumer): void {
    this.#membership.confirmed();
    this.#crashes = 0;
    this.#lastFetchAt = Date.now();
    // what was fetched before is fetched again from where the group stands
    this.#batches.drop();
    this.#positions.forget();
    this.#options.logger.debug(this.#about, 'joined');
    if (this.#stopping.signal.aborted) return void consumer.disconnect().catch(() => undefined);
    this.#options.subscriber.onJoined?.();
  }

  #onCrash(error: Error): void {
    this.#membership.lost('it lost Kafka, or Kafka its place in the group');
    if (this.#stopping.signal.aborted) return;
    this.#crashes += 1;
    this.#options.topics.doubt();
    if (this.#crashes > mostCrashes) {
      this.#options.onFatal(error);
      return;
    }
    this.#beginAnew(error.message);
  }

  #beginAnew(reason: string): void {
    this.#options.logger.warn({ ...this.#about, reason }, 'the consumer ended; it begins again');
    this.#begun = this.#begin();
  }

  async #handleBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    if (!isRunning() || isStale() || this.#stopping.signal.aborted) return;
    const { topic, partition } = batch;
    const handled = this.#batches.add(batch.messages.map((message) => toDelivery(topic, partition, message)));
    if (!(await withHeartbeats(handled, heartbeat))) return;
    resolveOffset(batch.lastOffset());
    this.#positions.reached(topic, partition, batch.lastOffset());
    await heartbeat();
  }

  /** One at a time: a commit that overtakes another would move the group back. */
  #commit(): Promise<void> {
    this.#committing ??= this.#commitReached().finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  async #commitReached(): Promise<void> {
    if (this.#consumer === undefined || !this.#membership.isMember) return;
    const reached = this.#positions.take();
    if (reached.length === 0) return;
    try {
      await this.#consumer.commitOffsets(reached);
      this.#membership.committed();
    } catch (error) {
      this.#positions.putBack(reached);
      this.#options.logger.debug({ ...this.#about, reason: reasonOf(error) }, 'positions not committed; retrying');
      if (!this.#membership.hasLostCoordinator(error) || this.#stopping.signal.aborted) return;
      this.#membership.lost('the coordinator of its group is another one, and it joins anew');
      this.#beginAnew('positions go to a broker that is no longer the coordinator of the group');
    }
  }

  /** kafkajs has been seen to stop fetching without an error or event. */
  async #watch(): Promise<void> {
    if (this.#batches.isBusy() || Date.now() - this.#lastFetchAt < longestSilenceMs) return;
    if ((await this.#options.unhealthyReason()) !== null || this.#stopping.signal.aborted) return;
    this.#options.onFatal(new Error(`The consumer of the group ${this.#about.group} has not fetched for ${longestSilenceMs} ms.`));
  }
}

const consumerConfig = (groupId: string): ConsumerConfig => ({
  groupId,
  sessionTimeout: 6000,
  rebalanceTimeout: 20_000,
  heartbeatInterval: 1000,
  maxWaitTimeInMs: 500,
  minBytes: 1,
  allowAutoTopicCreation: false,
  metadataMaxAge: metadataMaxAgeMs,
  // so many that a broker which is back within half a minute finds its member again, without a rejoin
  retry: { initialRetryTime: 100, maxRetryTime: 1000, multiplier: 1.5, retries: 40, restartOnFailure: async () => false },
});

/**
 * Whether the batch was handled. kafkajs sends heartbeats only between batches. A rebalance ends the wait by rejecting; the call itself goes on, and the
 * inbox sees to repetitions.
 */
async function withHeartbeats(handled: Promise<void>, heartbeat: () => Promise<void>): Promise<boolean> {
  const ended = handled.then(
    () => 'handled' as const,
    () => 'dropped' as const,
  );
  for (;;) {
    const how = await within(heartbeatEveryMs, ended);
    if (how !== undefined) return how === 'handled';
    await heartbeat();
  }
}

type Position = { topic: string; partition: number; offset: string };

type Positions = {
  /** `lastOffset` is the last one that is dealt with. */
  reached(topic: string, partition: number, lastOffset: string): void;
  /** What is to be committed: the offsets to be read next. */
  take(): Position[];
  putBack(positions: readonly Position[]): void;
  forget(): void;
};

/** How far a consumer came since its last commit. */
function createPositions(): Positions {
  const next = new Map<string, Position>();
  return {
    reached(topic, partition, lastOffset) {
      next.set(`${topic}/${partition}`, { topic, partition, offset: (BigInt(lastOffset) + 1n).toString() });
    },
    take() {
      const positions = [...next.values()];
      next.clear();
      return positions;
    },
    putBack(positions) {
      for (const position of positions) {
        const place = `${position.topic}/${position.partition}`;
        if (!next.has(place)) next.set(place, position);
      }
    },
    forget: () => next.clear(),
  };
}

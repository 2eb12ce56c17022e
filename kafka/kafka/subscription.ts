import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { createBatcher } from '#platform/async/batcher.ts';
import { reasonOf, retry } from '#platform/async/retry.ts';
import type { Logger } from '#platform/logger.ts';
import type { Delivery, SubscribeOptions, Subscription } from '../event-log.ts';
import { createKafka } from './client.ts';
import { clientIdOf, prepareGroup } from './group.ts';
import { toDelivery } from './message.ts';
import { createPositions } from './positions.ts';
import { deleteGroup } from './reader.ts';
import type { KafkaTopics } from './topics.ts';

export type KafkaSubscriptionOptions = {
  brokers: string[];
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
  const { subscriber, logger } = options;
  const about = { group: subscriber.group };
  // one client for one member: kafkajs shares what it knows of a group's offsets among the consumers of a client
  const client = createKafka({ brokers: options.brokers, clientId: clientIdOf(subscriber.memberId), logger });
  const positions = createPositions();
  const stopping = new AbortController();
  let consumer: Consumer | undefined;
  let joined = false;
  let notJoinedReason = 'it has not joined its group yet';
  let lastFetchAt = Date.now();
  let crashes = 0;
  let committing: Promise<void> | undefined;

  const batches = createBatcher<Delivery>({
    handle: subscriber.handle,
    minFetchIntervalMs: subscriber.minFetchIntervalMs,
    onFailed: (error) => logger.error({ ...about, error }, 'messages were not handled; retrying'),
  });

  /**
   * Also after a crash: a consumer of kafkajs that met a TypeError, or found no coordinator, has ended for good whatever its `restartOnFailure` returns,
   * and one that kafkajs restarts waits for the session of its former self; a new one does neither.
   */
  async function begin(): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      notJoinedReason = 'Kafka does not let it join its group';
      if (attempt % 10 === 1) logger.warn({ ...about, reason: reasonOf(error) }, 'waiting for Kafka');
      return true;
    };
    await retry(run, { firstPauseMs: 100, longestPauseMs: 1000, stopping: stopping.signal, onFailed }).catch(() => undefined);
  }

  async function run(): Promise<void> {
    await consumer?.disconnect().catch(() => undefined);
    await options.topics.ensure();
    await prepareGroup(client, subscriber, logger);
    if (stopping.signal.aborted) return;
    consumer = client.consumer({
      groupId: subscriber.group,
      sessionTimeout: 6000,
      rebalanceTimeout: 20_000,
      heartbeatInterval: 1000,
      maxWaitTimeInMs: 500,
      minBytes: 1,
      allowAutoTopicCreation: false,
      // so many that a broker which is back within half a minute finds its member again, without a rejoin
      retry: { initialRetryTime: 100, maxRetryTime: 1000, multiplier: 1.5, retries: 40, restartOnFailure: async () => false },
    });
    listen(consumer);
    await consumer.connect();
    // positions of a group that begins at the end are set in prepareGroup: `fromBeginning: false` would jump to the end with each rejoin
    await consumer.subscribe({ topics: [...subscriber.topics], fromBeginning: subscriber.from === 'beginning' });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 24, eachBatch });
  }

  function listen(on: Consumer): void {
    on.on(on.events.GROUP_JOIN, () => {
      joined = true;
      crashes = 0;
      lastFetchAt = Date.now();
      // what was fetched before is fetched again from where the group stands
      batches.drop();
      positions.forget();
      logger.debug(about, 'joined');
      if (stopping.signal.aborted) return void on.disconnect().catch(() => undefined);
      subscriber.onJoined?.();
    });
    on.on(on.events.REBALANCING, () => {
      joined = false;
    });
    on.on(on.events.FETCH, () => {
      lastFetchAt = Date.now();
    });
    on.on(on.events.CRASH, ({ payload: { error } }) => {
      joined = false;
      if (stopping.signal.aborted) return;
      notJoinedReason = 'it lost Kafka, or Kafka its place in the group';
      crashes += 1;
      options.topics.doubt();
      if (crashes > mostCrashes) return options.onFatal(error);
      logger.warn({ ...about, reason: error.message }, 'the consumer ended; it begins again');
      begun = begin();
    });
  }

  async function eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    if (!isRunning() || isStale() || stopping.signal.aborted) return;
    const { topic, partition } = batch;
    const handled = batches.add(batch.messages.map((message) => toDelivery(topic, partition, message)));
    if (!(await withHeartbeats(handled, heartbeat))) return;
    resolveOffset(batch.lastOffset());
    positions.reached(topic, partition, batch.lastOffset());
    await heartbeat();
  }

  /** kafkajs sends heartbeats only between batches. A rebalance ends the wait by rejecting; the call itself goes on, and the inbox sees to repetitions. */
  async function withHeartbeats(handled: Promise<void>, heartbeat: () => Promise<void>): Promise<boolean> {
    const ended = handled.then(
      () => 'handled' as const,
      () => 'dropped' as const,
    );
    for (;;) {
      const how = await within(ended, heartbeatEveryMs);
      if (how !== undefined) return how === 'handled';
      await heartbeat();
    }
  }

  /** One at a time: a commit that overtakes another would move the group back. */
  function commit(): Promise<void> {
    committing ??= commitReached().finally(() => {
      committing = undefined;
    });
    return committing;
  }

  async function commitReached(): Promise<void> {
    if (consumer === undefined || !joined) return;
    const reached = positions.take();
    if (reached.length === 0) return;
    try {
      await consumer.commitOffsets(reached);
    } catch (error) {
      positions.putBack(reached);
      logger.debug({ ...about, reason: reasonOf(error) }, 'positions not committed; tried again');
    }
  }

  /** kafkajs has been seen to stop fetching without an error or event. */
  async function watch(): Promise<void> {
    if (batches.isBusy() || Date.now() - lastFetchAt < longestSilenceMs) return;
    if ((await options.unhealthyReason()) !== null || stopping.signal.aborted) return;
    options.onFatal(new Error(`The consumer of the group ${subscriber.group} has not fetched for ${longestSilenceMs} ms.`));
  }

  const commitTimer = setInterval(() => void commit(), commitEveryMs);
  const watchTimer = setInterval(() => void watch(), watchEveryMs);
  let begun = begin();

  return {
    unhealthyReason() {
      if (!joined) return notJoinedReason;
      // kafkajs retries for long before it reports an unavailable broker
      return batches.isBusy() || Date.now() - lastFetchAt < quietMs ? null : 'it has received no fetch response from Kafka';
    },
    async stop() {
      stopping.abort();
      clearInterval(commitTimer);
      clearInterval(watchTimer);
      await batches.stop();
      await begun;
      // the batches that ended note their positions in this turn
      await sleep(0);
      // kafkajs ignores a stop while it joins
      for (let waitedMs = 0; consumer && !joined && waitedMs < joinWithinMs; waitedMs += 20) await sleep(20);
      // the one that may be under way, and the one for what came since
      await within(commit(), endWithinMs);
      await within(commit(), endWithinMs);
      // with a broker that does not answer, kafkajs would try on for long
      await within(consumer?.disconnect().catch(() => undefined) ?? Promise.resolve(), endWithinMs);
      if (subscriber.from === 'end' && joined) await deleteGroup(client, subscriber.group);
    },
  };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

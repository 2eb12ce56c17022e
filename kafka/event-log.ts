import type { AnyTopicName } from './topics.ts';

/** A message as it travels: CloudEvents 1.0 in Kafka's binary mode, so the headers hold the attributes and the value holds the data. */
export type Message = {
  readonly topic: AnyTopicName;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or null for a tombstone. */
  readonly value: string | null;
  /** The original bytes, only when the text above does not represent them exactly; never so for our own events. */
  readonly bytes?: MessageBytes;
};

/** A message as the log keeps it: any bytes, null where there is nothing. A header may come several times, and their order counts. */
export type MessageBytes = {
  readonly key: Buffer | null;
  readonly headers: readonly HeaderBytes[];
  readonly value: Buffer | null;
};
export type HeaderBytes = { readonly name: Buffer; readonly value: Buffer | null };

/** A message with the place it was read from. Offsets rise within a partition. */
export type Delivery = Message & { readonly partition: number; readonly offset: string };

export type Subscription = {
  /** Why it receives nothing at the moment, whatever there is; null when it does. */
  unhealthyReason(): string | null;
  /** Stops fetching, lets the running batch end, remembers how far it came, and leaves the group. */
  stop(): Promise<void>;
};

export type SubscribeOptions = {
  /** Consumers with the same group share the partitions; each group gets every message. */
  group: string;
  /** Identifies this member within its group; stable across restarts, so that a restarted process can remove its stale membership. */
  memberId: string;
  topics: readonly AnyTopicName[];
  /** Where a group that has never read begins. */
  from: 'beginning' | 'end';
  /**
   * The group is that of one process, and ends with its last member, as one that reads from the end always does: nobody waits for it, and
   * nothing of it is kept.
   */
  isTransient?: boolean;
  /** At least so long between the starts of two fetches under load; no delay when idle. */
  minFetchIntervalMs: number;
  /**
   * Called with what one fetch brought, all partitions together, in order within each partition; never twice at once.
   * Resolves when the messages are dealt with for good. Must not reject: a rejection stops the process's consumer and is retried.
   */
  handle(deliveries: readonly Delivery[]): Promise<void>;
  /** After each join of the group: positions may have moved, so what is derived from the stream must be read again. */
  onJoined?(): void;
};

/** The lag of a group on one of its subscribed topics. */
export type Lag = {
  readonly group: string;
  readonly topic: AnyTopicName;
  /** How many it has not dealt with. */
  readonly messages: number;
  /** How many processes share the group's work at the moment. */
  readonly members: number;
};

/**
 * The log of events, as a port. Two adapters pass one suite (`tests/event-log.int.ts`): kafka/ and in-memory/.
 * At least once, in order per key.
 */
export interface EventLog {
  /**
   * Resolves when the log will not lose the messages any more; rejects when that is not known, and they may be sent again.
   * @throws UnpublishableError when the log will never take one of them; the others may have been taken.
   */
  publish(messages: readonly Message[]): Promise<void>;
  /**
   * Publishes what the process reports of itself, to telemetry topics: over a way of its own, so that no event waits for it, and without logging.
   * Resolves when one broker has it; rejects when that is not known.
   */
  report(messages: readonly Message[]): Promise<void>;
  /** Resolves when the subscription is set up; joining the group goes on in the background. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Calls `onDelivery` with everything that a topic holds at the moment, from its beginning, and keeps none of it. For dead letters. */
  readEach(topic: AnyTopicName, onDelivery: (delivery: Delivery) => void): Promise<void>;
  /** The same as a list, which takes the memory of the whole topic: for tools and tests, not for services. */
  readAll(topic: AnyTopicName): Promise<Delivery[]>;
  /** How far each of these groups is behind; a group that never was is left out. Dead-letter topics are not counted. Rejects when the lag is unknown. */
  lag(groups: readonly string[]): Promise<Lag[]>;
  /** Null when the log can be reached, else why not. */
  unhealthyReason(): Promise<string | null>;
  close(): Promise<void>;
}

/** Whether the group of a subscriber ends with its last member. */
export const isTransient = ({ from, isTransient }: SubscribeOptions): boolean => from === 'end' || isTransient === true;

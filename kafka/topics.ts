/** A topic's key is always the id of the thing whose order matters. */
export type Topic = {
  readonly key: string;
  readonly partitions: number;
  /** compact: the last event of each key stays. delete: events go after `retentionMs`, and at most `segmentMs` later. */
  readonly cleanup: 'delete' | 'compact' | 'compact,delete';
  readonly retentionMs: number;
  /** The oldest messages of a partition go when it is larger; no limit without it. */
  readonly retentionBytes?: number;
  /** How long the log may write to the same file, of which nothing is removed meanwhile; the broker's own default without it. */
  readonly segmentMs?: number;
  readonly segmentBytes?: number;
  /** After so long at most, what a later event of its key replaced, or a tombstone forgot, is gone. Whenever the broker likes without it. */
  readonly compactionLagMs?: number;
  /** The log rejects a message that is larger, including its key and headers. */
  readonly maxMessageBytes: number;
  readonly about: string;
};

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const mebibyte = 1024 * 1024;

export const topics = {
  checkout: {
    key: 'order id',
    partitions: 6,
    cleanup: 'delete',
    retentionMs: 14 * day,
    segmentMs: day,
    maxMessageBytes: mebibyte,
    about: 'all events of a checkout from all publishers, so that the events of one order stay in order',
  },
  catalogue: {
    key: 'product id',
    partitions: 6,
    cleanup: 'compact',
    retentionMs: -1,
    maxMessageBytes: mebibyte,
    about: 'the public state of every product',
  },
  accounts: {
    key: 'user id',
    partitions: 6,
    cleanup: 'compact',
    // a new subscriber must learn of every account; the tombstone of a deleted one is removed after a day
    retentionMs: -1,
    compactionLagMs: day,
    maxMessageBytes: mebibyte,
    about: 'accounts, with their e-mail addresses; a tombstone forgets a deleted user',
  },
  'password-resets': {
    key: 'user id',
    partitions: 6,
    cleanup: 'delete',
    // a link is good for an hour: who comes later has nothing to mail
    retentionMs: 2 * hour,
    segmentMs: hour,
    maxMessageBytes: mebibyte,
    about: 'mails about passwords: reset links, sealed for mail, and warnings of guessed passwords',
  },
  sessions: {
    key: 'user id',
    partitions: 6,
    cleanup: 'delete',
    // as long as an access token may be good
    retentionMs: day,
    segmentMs: hour,
    maxMessageBytes: mebibyte,
    about: 'sessions that ended before their access tokens did, for services that verify them',
  },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;
export type DeadTopicName = `${TopicName}.dead`;

/** Where a message goes that a consumer gave up on: kept by dead letter id until it is replayed. */
export function deadTopicOf(topic: TopicName): DeadTopicName {
  return `${topic}.dead`;
}

export const deadTopic: Topic = {
  key: 'dead letter id',
  partitions: 1,
  cleanup: 'compact,delete',
  // it may hold what is known of a person
  retentionMs: 90 * day,
  // the largest message of another topic, as base64, and the reason
  maxMessageBytes: 4 * mebibyte,
  about: 'what a consumer gave up on, with the reason',
};

export const topicNames = Object.keys(topics) as TopicName[];

/** What processes report of themselves: no events of the shop, so it may be lost, and has no contracts and no dead letters. */
export const telemetryTopics = {
  traces: {
    key: 'service',
    partitions: 1,
    cleanup: 'delete',
    retentionMs: hour,
    retentionBytes: 64 * mebibyte,
    segmentMs: hour,
    segmentBytes: 8 * mebibyte,
    maxMessageBytes: mebibyte,
    about: 'spans of all services, as requests of OTLP in JSON',
  },
  logs: {
    key: 'service',
    partitions: 1,
    cleanup: 'delete',
    retentionMs: day,
    retentionBytes: 128 * mebibyte,
    segmentMs: hour,
    segmentBytes: 16 * mebibyte,
    maxMessageBytes: mebibyte,
    about: 'log records of all services, one JSON object a line',
  },
} as const satisfies Record<string, Topic>;
export type TelemetryTopicName = keyof typeof telemetryTopics;

export const isTelemetry = (topic: AnyTopicName): topic is TelemetryTopicName => topic in telemetryTopics;

/** Every topic of the log. */
export type AnyTopicName = TopicName | DeadTopicName | TelemetryTopicName;

export function topicOf(name: AnyTopicName): Topic {
  return name.endsWith('.dead') ? deadTopic : { ...topics, ...telemetryTopics }[name as TopicName | TelemetryTopicName];
}

/** All of them, by name. */
export const allTopics: readonly (readonly [AnyTopicName, Topic])[] = [
  ...topicNames.flatMap((name) => [[name, topics[name]] as const, [deadTopicOf(name), deadTopic] as const]),
  ...(Object.keys(telemetryTopics) as TelemetryTopicName[]).map((name) => [name, telemetryTopics[name]] as const),
];

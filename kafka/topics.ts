/** A topic's key is always the id of the thing whose order matters. */
export type Topic = {
  readonly key: string;
  readonly partitions: number;
  /** compact: the last fact of each key stays for ever. delete: facts go after `retentionMs`. */
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs: number;
  /** A message that is larger, with its key and headers, is refused by the log. */
  readonly maxMessageBytes: number;
  readonly about: string;
};

const day = 24 * 60 * 60 * 1000;
const mebibyte = 1024 * 1024;

export const topics = {
  checkout: {
    key: 'order id',
    partitions: 6,
    cleanup: 'delete',
    retentionMs: 14 * day,
    maxMessageBytes: mebibyte,
    about: 'every fact of a checkout, whoever says it, so that one order has one story',
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
    retentionMs: -1,
    maxMessageBytes: mebibyte,
    about: 'accounts; the only topic with e-mail addresses; a tombstone forgets a deleted user',
  },
  sessions: {
    key: 'user id',
    partitions: 6,
    cleanup: 'delete',
    // as long as an access token may be good
    retentionMs: day,
    maxMessageBytes: mebibyte,
    about: 'sessions that ended before their access tokens did, for whoever checks those',
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
  cleanup: 'compact',
  retentionMs: -1,
  // the largest message of another topic, as base64, and the reason
  maxMessageBytes: 4 * mebibyte,
  about: 'what a consumer gave up on, with the reason',
};

export const topicNames = Object.keys(topics) as TopicName[];

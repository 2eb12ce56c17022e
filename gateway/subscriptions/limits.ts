/** What one gateway spends on its sockets at the most. */
export type SubscriptionLimits = {
  /** Open at once, in all. */
  readonly sockets: number;
  /** Open at once from one address; many people may share one behind a proxy. */
  readonly socketsPerAddress: number;
  /** Under way at once on one socket: subscriptions, queries and mutations together. */
  readonly operationsPerSocket: number;
  /** The same on all sockets from one address together. */
  readonly operationsPerAddress: number;
  /** Characters of the messages that began these: what is under way keeps its text and its variables. */
  readonly heldCharactersPerAddress: number;
  /** Characters of the id that a client gives to an operation; every answer repeats it. */
  readonly idLength: number;
  /** Messages of one socket, with pings and pongs: so many at once, … */
  readonly messageBurst: number;
  /** … and then so many a second, before it is closed. */
  readonly messagesPerSecond: number;
  /** The same of all sockets from one address, opening one included: so many at once, … */
  readonly addressMessageBurst: number;
  /** … and then so many a second, before those that send are closed. */
  readonly addressMessagesPerSecond: number;
  /** Of one message of a client. */
  readonly messageBytes: number;
  /** Written to a socket and not yet taken by the network, before the client counts as too slow. */
  readonly backlogBytes: number;
  /** Update that wait for one subscription, before the client counts as too slow. */
  readonly queuedUpdates: number;
  /** Between two pings; a client that has not answered one by the next is gone. */
  readonly keepAliveMs: number;
  /** Until `connection_init` must have come. */
  readonly initWithinMs: number;
  /** How long a read is tried again that a subscription cannot go on without. */
  readonly readWithinMs: number;
  /** Reads for subscriptions that are under way at once. */
  readonly concurrentReads: number;
};

export const defaultLimits: SubscriptionLimits = {
  sockets: 20_000,
  socketsPerAddress: 2_000,
  operationsPerSocket: 100,
  operationsPerAddress: 4_000,
  heldCharactersPerAddress: 4 * 1024 * 1024,
  idLength: 200,
  messageBurst: 1_000,
  messagesPerSecond: 100,
  addressMessageBurst: 5_000,
  addressMessagesPerSecond: 500,
  messageBytes: 64 * 1024,
  backlogBytes: 1024 * 1024,
  queuedUpdates: 1_000,
  keepAliveMs: 12_000,
  initWithinMs: 10_000,
  readWithinMs: 10_000,
  concurrentReads: 16,
};

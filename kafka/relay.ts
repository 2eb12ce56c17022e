import type { Database } from '#platform/database.ts';
import type { Logger } from '#platform/logger.ts';
import type { EventLog } from './event-log.ts';

export type RelayOptions = { database: Database; eventLog: EventLog; logger: Logger };

/** Sends what lies in the outbox, in order; one relay per database is at work, however many processes there are. */
export type Relay = {
  /** After a commit that enqueued something: sends at once rather than with the next poll. */
  wake(): void;
  /** How many messages wait, and for how long the oldest one has. */
  lag(): Promise<{ messages: number; oldestMs: number }>;
  stop(): Promise<void>;
};

export declare function startRelay(options: RelayOptions): Promise<Relay>;

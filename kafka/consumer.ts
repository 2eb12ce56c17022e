import type { Database, Sql } from '#platform/database.ts';
import type { Logger } from '#platform/logger.ts';
import type { Fact, FactType } from './contracts.ts';
import type { EventLog } from './event-log.ts';

/**
 * A type of fact that a service hears, and what it does about it. `handle` gets the facts of one batch that are new to the
 * consumer, at most one per key, within the transaction that also holds their inbox rows; set-based SQL where it can be.
 */
export type Hearing = { readonly type: FactType; handle(sql: Sql, facts: readonly Fact[]): Promise<void> };

export function hear<Type extends FactType>(type: Type, handle: (sql: Sql, facts: readonly Fact<Type>[]) => Promise<void>): Hearing {
  return { type, handle: handle as unknown as Hearing['handle'] };
}

export type ConsumerOptions = {
  /** The service's name: its group, its key in the inbox, the name on its dead letters. */
  name: string;
  eventLog: EventLog;
  database: Database;
  hears: readonly Hearing[];
  /** 10 for a service that customers wait for, 100 for one that nobody waits for. */
  paceMs: number;
  /** After each committed batch: wake the relay, the worker. */
  onCommitted(): void;
  logger: Logger;
};

export type Consumer = { stop(): Promise<void> };

export declare function startConsumer(options: ConsumerOptions): Promise<Consumer>;

import { hostname } from 'node:os';
import type { Tracer } from '@opentelemetry/api';
import type { Logger } from '#platform/logger.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { createBatchHandler } from './consumer-batch.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import { contracts, type DomainEvent, type EventData, type EventType, type EventView } from './contracts.ts';
import type { EventLog } from './event-log.ts';
import { startInboxSweep } from './inbox.ts';
import { ProgressWatch } from './progress-watch.ts';

/**
 * A type of event that a service subscribes, and what it does about it. `handle` gets the events of one batch that are new to the
 * consumer, at most one per key, within the transaction that also holds their inbox rows; set-based SQL where it can be.
 */
export type EventHandler = {
  readonly type: EventType;
  /** The fields of its data that the service relies on: `npm run events` rejects a contract that removes one. */
  readonly reads: readonly string[];
  handle(sql: Sql, events: readonly DomainEvent[]): Promise<void>;
};

/** `handle` is given no other fields than those of `reads`, as far as its types go. */
export function on<Type extends EventType, const Field extends keyof EventData<Type> & string>(
  type: Type,
  reads: readonly Field[],
  handle: (sql: Sql, events: readonly EventView<Type, Field>[]) => Promise<void>,
): EventHandler {
  return { type, reads, handle: handle as unknown as EventHandler['handle'] };
}

export type ConsumerOptions = {
  /** The service's consumer group, its key in the inbox, the name on its dead letters. */
  name: string;
  eventLog: EventLog;
  database: Database;
  subscribes: readonly EventHandler[];
  /** 10 for a service that customers wait for, 100 for background work. */
  minFetchIntervalMs: number;
  /** After each committed batch: wake the relay, the worker. */
  onCommitted(): void;
  metrics?: ConsumerMetrics;
  /** Null when nothing is recorded. */
  tracer?: Tracer | null;
  logger: Logger;
  /** Milliseconds that only rise. */
  now?: () => number;
};

export type Consumer = {
  /** Null while it comes on with what there is; otherwise, after half a minute, that it does not, and why. */
  unhealthyReason(): string | null;
  /** For how long it has had something to do and not come on with it; 0 when it waits for nothing. */
  waitingSeconds(): number;
  stop(): Promise<void>;
};

const lookEveryMs = 1000;

/**
 * SubscribedBy events: each once, as far as its effects in the database go, in order per key. What cannot be handled is set aside as a dead letter;
 * it waits for an unavailable database. Resolves when the subscription is set up; joining continues in the background.
 */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { name, eventLog, subscribes } = options;
  const twice = subscribes.find(({ type }, index) => subscribes.findIndex((other) => other.type === type) !== index);
  if (twice) throw new Error(`The consumer ${name} subscribes to ${twice.type} twice.`);
  const stopping = new AbortController();
  const watch = new ProgressWatch(options.now);
  const joining = new ProgressWatch(options.now);
  const subscription = await eventLog.subscribe({
    group: name,
    // the same after a restart on the same machine
    memberId: `${name}@${hostname()}`,
    topics: [...new Set(subscribes.map(({ type }) => contracts[type].topic))],
    from: 'beginning',
    minFetchIntervalMs: options.minFetchIntervalMs,
    handle: createBatchHandler({ ...options, watch, stopping: stopping.signal }),
  });
  const sweep = startInboxSweep(options);
  const look = () => {
    const problem = subscription.unhealthyReason();
    if (problem === null) joining.idle();
    else joining.failed(problem);
  };
  // counted from when it became unavailable, not from the first health check
  const looking = setInterval(look, lookEveryMs);
  looking.unref();
  return {
    unhealthyReason() {
      look();
      return watch.unhealthyReason('the consumer', 'its handler does not come to an end') ?? joining.unhealthyReason('the consumer', '');
    },
    waitingSeconds() {
      look();
      return Math.max(watch.waitingSeconds(), joining.waitingSeconds());
    },
    async stop() {
      clearInterval(looking);
      stopping.abort();
      sweep.stop();
      await subscription.stop();
    },
  };
}

import type { Span, Tracer } from '@opentelemetry/api';
import { pause, reasonOf, retry } from '#platform/async/retry.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { secondsSince } from '#platform/metrics.ts';
import { afterCommit } from '#platform/postgres/after-commit.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { isPermanentDatabaseError, isTransientDatabaseError } from '#platform/postgres/errors.ts';
import { failSpan } from '#platform/tracing/spans.ts';
import { traceIdOf } from '#platform/tracing/trace-context.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import { contracts, type DomainEvent, type EventType } from './contracts.ts';
import { isForAnother, replayOf, toDeadLetter } from './dead-letter-message.ts';
import { fieldsOf } from './event-fields.ts';
import type { Delivery } from './event-log.ts';
import { eventIdOf, readEvent } from './events.ts';
import { enterInbox } from './inbox.ts';
import { toStorable } from './message-bytes.ts';
import { processInSpans } from './message-spans.ts';
import { enqueueMessages } from './outbox.ts';
import type { ProgressWatch } from './progress-watch.ts';

type EventHandler = { readonly type: EventType; handle(sql: Sql, events: readonly DomainEvent[]): Promise<void> };

type BatchHandlerOptions = {
  name: string;
  database: Database;
  subscribes: readonly EventHandler[];
  onCommitted(): void;
  watch: ProgressWatch;
  metrics?: ConsumerMetrics | undefined;
  tracer?: Tracer | null;
  logger: Logger;
  stopping: AbortSignal;
};

/** A message on a subscribed topic, with the reason when it holds no valid event. */
type Received = { readonly delivery: Delivery; readonly eventId: string; readonly span?: Span } & (
  | { readonly event: DomainEvent }
  | { readonly problem: Error }
);

/** Events that fail for an unknown reason may have met with bad luck, so they get a few short tries; poisoned ones must not hold up the others for long. */
const mostAttempts = 3;
const mostEvents = 500;
const firstPauseMs = 50;
const longestPauseMs = 2000;
const mostOfReason = 100;

/**
 * What a consumer does with one fetch: all its events in one transaction; if that fails, message by message; a message that fails for good, or holds
 * no event at all, becomes a dead letter in the transaction that notes it in the inbox. Rejects only when it is stopped.
 */
export function createBatchHandler(options: BatchHandlerOptions): (deliveries: readonly Delivery[]) => Promise<void> {
  const handler = new BatchHandler(options);
  return (deliveries) => handler.handleFetch(deliveries);
}

class BatchHandler {
  readonly #name: string;
  readonly #database: Database;
  readonly #handlers: ReadonlyMap<string, EventHandler>;
  readonly #onCommitted: () => void;
  readonly #watch: ProgressWatch;
  readonly #metrics: ConsumerMetrics | undefined;
  readonly #tracer: Tracer | null;
  readonly #logger: Logger;
  readonly #stopping: AbortSignal;

  constructor({ name, database, subscribes, onCommitted, watch, metrics, tracer = null, logger, stopping }: BatchHandlerOptions) {
    this.#name = name;
    this.#database = database;
    this.#handlers = new Map(subscribes.map((handler) => [handler.type, handler]));
    this.#onCommitted = onCommitted;
    this.#watch = watch;
    this.#metrics = metrics;
    this.#tracer = tracer;
    this.#logger = logger;
    this.#stopping = stopping;
  }

  /** After a long absence a fetch brings thousands, and one transaction of them all would meet the time limit of a statement. */
  async handleFetch(deliveries: readonly Delivery[]): Promise<void> {
    const received = deliveries.filter((delivery) => this.#isSubscribed(delivery));
    this.#watch.begin();
    for (let begin = 0; begin < received.length; begin += mostEvents)
      await this.#handleBatch(received.slice(begin, begin + mostEvents).map(toReceived));
    this.#watch.idle();
  }

  async #handleBatch(received: readonly Received[]): Promise<void> {
    const startedAt = performance.now();
    await processInSpans(this.#tracer, this.#name, received, async (traced) => {
      if (!(await this.#handledTogether(traced))) await this.#handleApart(traced);
    });
    if (received.length > 0) this.#metrics?.batches.observe(secondsSince(startedAt));
    this.#onCommitted();
  }

  /** Reads the headers only, so that events of other consumers are never parsed. */
  #isSubscribed({ headers }: Delivery): boolean {
    return this.#handlers.has(headers['ce_type'] ?? '') && !isForAnother(headers, this.#name);
  }

  async #handledTogether(received: readonly Received[]): Promise<boolean> {
    if (received.length === 1) return false;
    try {
      await this.#inTransaction(received);
      return true;
    } catch (error) {
      if (this.#stopping.aborted) throw error;
      this.#logger.warn({ consumer: this.#name, error, messages: received.length }, 'a batch failed; trying message by message');
      this.#metrics?.retries.inc();
      return false;
    }
  }

  /**
   * Each on its own, in order per key. The pause before another attempt is one for all that failed, so that thousands of poisoned messages take
   * little longer than one.
   */
  async #handleApart(received: readonly Received[]): Promise<void> {
    let queues = [...Map.groupBy(received, ({ delivery }) => `${delivery.topic}/${delivery.partition}/${delivery.key}`).values()];
    for (let attempt = 1; queues.length > 0; attempt += 1) {
      const left: Received[][] = [];
      for (const queue of queues) left.push(await this.#handleInOrder(queue, attempt));
      queues = left.filter((queue) => queue.length > 0);
      if (queues.length === 0) return;
      await pause(firstPauseMs * 2 ** (attempt - 1), this.#stopping);
      this.#stopping.throwIfAborted();
    }
  }

  /** Resolves to those that wait for another attempt: the one that failed, and all after it. */
  async #handleInOrder(queue: Received[], attempt: number): Promise<Received[]> {
    for (const [index, received] of queue.entries()) if (!(await this.#isSettled(received, attempt))) return queue.slice(index);
    return [];
  }

  /** False when it is worth another attempt. */
  async #isSettled(received: Received, attempt: number): Promise<boolean> {
    try {
      await this.#inTransaction([received]);
    } catch (error) {
      if (this.#stopping.aborted) throw error;
      this.#logger.warn({ consumer: this.#name, error, attempt, ...labelOf(received) }, 'an event could not be handled');
      if (attempt < mostAttempts && !isPermanentDatabaseError(error)) {
        this.#metrics?.retries.inc();
        return false;
      }
      if (received.span) failSpan(received.span, error);
      await this.#giveUp({ delivery: received.delivery, eventId: received.eventId, problem: asError(error) }, attempt);
    }
    return true;
  }

  /** A dead letter that cannot be written would be a lost event: nothing goes on until it is. */
  async #giveUp(received: Received, attempts: number): Promise<void> {
    const onFailed = (error: unknown) => {
      this.#logger.error({ consumer: this.#name, error, ...labelOf(received) }, 'a dead letter could not be written; retrying');
      this.#watch.failed(`a dead letter cannot be written (${forPeople(error)})`);
      return true;
    };
    await retry(() => this.#inTransaction([received], attempts), { firstPauseMs, longestPauseMs, stopping: this.#stopping, onFailed });
  }

  /** Retried for as long as a dependency is unavailable: every other event would fail as well. */
  async #inTransaction(received: readonly Received[], attempts = 1): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      this.#watch.failed(forPeople(error));
      if (!isTransient(error)) return false;
      this.#metrics?.retries.inc();
      if (attempt % 10 === 4) this.#logger.warn({ consumer: this.#name, reason: reasonOf(error) }, 'events wait for what they need');
      return true;
    };
    const handled = await retry(() => this.#database.transaction((sql) => this.#effect(sql, received, attempts)), {
      firstPauseMs,
      longestPauseMs,
      stopping: this.#stopping,
      onFailed,
    });
    this.#watch.progress();
    for (const event of handled) this.#logHandled(event);
  }

  /** What became of an order is read from the log, step by step; other events are too many. */
  #logHandled(event: DomainEvent): void {
    const level = isAboutOrder(event) ? 'info' : 'debug';
    if (this.#logger.isLevelEnabled(level)) this.#logger[level]({ consumer: this.#name, ...fieldsOf(event) }, 'handled');
  }

  /** Resolves to the events that were handled now, and not before. */
  async #effect(sql: Sql, received: readonly Received[], attempts: number): Promise<readonly DomainEvent[]> {
    const newIds = await enterInbox(
      sql,
      this.#name,
      received.map(({ eventId }) => eventId),
    );
    const unhandled = received.filter(({ eventId }) => newIds.delete(eventId));
    const events = unhandled.flatMap((one) => ('event' in one ? [one.event] : []));
    for (const { type, events: batch } of toEventBatches(events)) await this.#handlers.get(type)?.handle(sql, batch);
    const letters = unhandled.flatMap((one) => ('problem' in one ? [toDeadLetter(one.delivery, this.#name, one.problem, attempts)] : []));
    await enqueueMessages(sql, letters);
    afterCommit(sql, () => {
      for (const { type } of events) this.#metrics?.events.inc({ type });
      if (letters.length > 0) this.#metrics?.deadLetters.inc(letters.length);
    });
    for (const letter of letters)
      this.#logger.error({ consumer: this.#name, deadLetter: letter.key, topic: letter.topic }, 'a message was set aside as a dead letter');
    return events;
  }
}

function toReceived(delivery: Delivery): Received {
  const { topic, partition, offset, headers } = delivery;
  // a message without an id that can be kept is known by its place
  const eventId = replayOf(headers) ?? eventIdOf(delivery) ?? `${topic}/${partition}/${offset}`;
  try {
    return { delivery, eventId, event: readEvent(delivery) };
  } catch (error) {
    return { delivery, eventId, problem: asError(error) };
  }
}

function isTransient(error: unknown): boolean {
  return (error instanceof AppError && error.code === 'UNAVAILABLE') || isTransientDatabaseError(error);
}

/** In a sentence that admins are shown, without addresses. */
function forPeople(error: unknown): string {
  if (isTransientDatabaseError(error)) return 'the database does not answer';
  const reason = reasonOf(error);
  return error instanceof AppError || !/:\/\/|:\d|\d\.\d/.test(reason) ? toStorable(reason, mostOfReason) : 'see the log';
}

const isAboutOrder = ({ type }: DomainEvent): boolean => contracts[type].topic === 'checkout';

function labelOf({ delivery: { topic, key, partition, offset, headers } }: Received) {
  const order = topic === 'checkout' ? { orderId: key } : {};
  return { ...order, type: headers['ce_type'], id: headers['ce_id'], topic, partition, offset, traceId: traceIdOf(headers['traceparent']) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

type EventBatch = { readonly type: EventType; readonly events: readonly DomainEvent[] };

/**
 * Groups events by type for set-based handling: within a batch each key occurs once, and the events of a key keep their order over the batches.
 * Events of different keys have no order among each other, so those of one type come together.
 */
export function toEventBatches(events: readonly DomainEvent[]): EventBatch[] {
  const depths = new Map<string, number>();
  const levels: Map<EventType, DomainEvent[]>[] = [];
  for (const event of events) {
    const depth = depths.get(event.key) ?? 0;
    depths.set(event.key, depth + 1);
    const level = levels[depth] ?? new Map<EventType, DomainEvent[]>();
    levels[depth] = level;
    const batch = level.get(event.type) ?? [];
    level.set(event.type, batch);
    batch.push(event);
  }
  return levels.flatMap((level) => [...level].map(([type, batch]) => ({ type, events: batch })));
}

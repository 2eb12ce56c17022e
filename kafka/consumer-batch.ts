import { pause, reasonOf, retry } from '#platform/async/retry.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { type Database, isPermanentDatabaseError, isTransientDatabaseError, type Sql } from '#platform/postgres/database.ts';
import { traceIdOf, withTraceparent } from '#platform/telemetry.ts';
import type { DomainEvent, EventType } from './contracts.ts';
import { isForAnother, replayOf, toDeadLetter } from './dead-letter-message.ts';
import { toEventBatches } from './event-batches.ts';
import type { Delivery } from './event-log.ts';
import { eventIdOf, readEvent } from './events.ts';
import { enterInbox } from './inbox.ts';
import { toStorable } from './message-bytes.ts';
import { enqueueMessages } from './outbox.ts';
import type { ProgressWatch } from './progress-watch.ts';

type EventHandler = { readonly type: EventType; handle(sql: Sql, events: readonly DomainEvent[]): Promise<void> };

type BatchHandlerOptions = {
  name: string;
  database: Database;
  subscribes: readonly EventHandler[];
  onCommitted(): void;
  watch: ProgressWatch;
  logger: Logger;
  stopping: AbortSignal;
};

/** A message on a subscribed topic, with the reason when it holds no valid event. */
type Received = { readonly delivery: Delivery; readonly eventId: string } & ({ readonly event: DomainEvent } | { readonly problem: Error });

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
  const { name, database, logger, stopping, watch } = options;
  const handlers = new Map<string, EventHandler>(options.subscribes.map((handler) => [handler.type, handler]));

  /** After a long absence a fetch brings thousands, and one transaction of them all would meet the time limit of a statement. */
  async function handleFetch(deliveries: readonly Delivery[]): Promise<void> {
    const received = deliveries.filter(isSubscribed);
    watch.begin();
    for (let begin = 0; begin < received.length; begin += mostEvents)
      await handleBatch(received.slice(begin, begin + mostEvents).map(toReceived));
    watch.idle();
  }

  async function handleBatch(received: readonly Received[]): Promise<void> {
    await withTraceparent(received[0]?.delivery.headers['traceparent'], async () => {
      if (!(await handledTogether(received))) await handleApart(received);
    });
    options.onCommitted();
  }

  /** Reads the headers only, so that events of other consumers are never parsed. */
  function isSubscribed({ headers }: Delivery): boolean {
    return handlers.has(headers['ce_type'] ?? '') && !isForAnother(headers, name);
  }

  async function handledTogether(received: readonly Received[]): Promise<boolean> {
    if (received.length === 1) return false;
    try {
      await inTransaction(received);
      return true;
    } catch (error) {
      if (stopping.aborted) throw error;
      logger.warn({ consumer: name, error, messages: received.length }, 'a batch failed; trying message by message');
      return false;
    }
  }

  /**
   * Each on its own, in order per key. The pause before another attempt is one for all that failed, so that thousands of poisoned messages take
   * little longer than one.
   */
  async function handleApart(received: readonly Received[]): Promise<void> {
    let queues = [...Map.groupBy(received, ({ delivery }) => `${delivery.topic}/${delivery.partition}/${delivery.key}`).values()];
    for (let attempt = 1; queues.length > 0; attempt += 1) {
      const left: Received[][] = [];
      for (const queue of queues) left.push(await handleInOrder(queue, attempt));
      queues = left.filter((queue) => queue.length > 0);
      if (queues.length === 0) return;
      await pause(firstPauseMs * 2 ** (attempt - 1), stopping);
      stopping.throwIfAborted();
    }
  }

  /** Resolves to those that wait for another attempt: the one that failed, and all after it. */
  async function handleInOrder(queue: Received[], attempt: number): Promise<Received[]> {
    for (const [index, received] of queue.entries()) if (!(await isSettled(received, attempt))) return queue.slice(index);
    return [];
  }

  /** False when it is worth another attempt. */
  async function isSettled(received: Received, attempt: number): Promise<boolean> {
    try {
      await inTransaction([received]);
    } catch (error) {
      if (stopping.aborted) throw error;
      logger.warn({ consumer: name, error, attempt, ...labelOf(received) }, 'an event could not be handled');
      if (attempt < mostAttempts && !isPermanentDatabaseError(error)) return false;
      await giveUp({ delivery: received.delivery, eventId: received.eventId, problem: asError(error) }, attempt);
    }
    return true;
  }

  /** A dead letter that cannot be written would be a lost event: nothing goes on until it is. */
  async function giveUp(received: Received, attempts: number): Promise<void> {
    const onFailed = (error: unknown) => {
      logger.error({ consumer: name, error, ...labelOf(received) }, 'a dead letter could not be written; trying on');
      watch.failed(`a dead letter cannot be written (${forPeople(error)})`);
      return true;
    };
    await retry(() => inTransaction([received], attempts), { firstPauseMs, longestPauseMs, stopping, onFailed });
  }

  /** Retried for as long as a dependency is unavailable: every other event would fail as well. */
  async function inTransaction(received: readonly Received[], attempts = 1): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      watch.failed(forPeople(error));
      if (!isTransient(error)) return false;
      if (attempt % 10 === 4) logger.warn({ consumer: name, reason: reasonOf(error) }, 'events wait for what they need');
      return true;
    };
    await retry(() => database.transaction((sql) => effect(sql, received, attempts)), { firstPauseMs, longestPauseMs, stopping, onFailed });
    watch.progress();
  }

  async function effect(sql: Sql, received: readonly Received[], attempts: number): Promise<void> {
    const newIds = await enterInbox(
      sql,
      name,
      received.map(({ eventId }) => eventId),
    );
    const unhandled = received.filter(({ eventId }) => newIds.delete(eventId));
    const events = unhandled.flatMap((one) => ('event' in one ? [one.event] : []));
    for (const { type, events: batch } of toEventBatches(events)) {
      for (const event of batch) logger.debug({ consumer: name, type, id: event.id, traceId: traceIdOf(event.traceparent) }, 'handled');
      await handlers.get(type)?.handle(sql, batch);
    }
    const letters = unhandled.flatMap((one) => ('problem' in one ? [toDeadLetter(one.delivery, name, one.problem, attempts)] : []));
    await enqueueMessages(sql, letters);
    for (const letter of letters)
      logger.error({ consumer: name, deadLetter: letter.key, topic: letter.topic }, 'a message was set aside as a dead letter');
  }

  return handleFetch;
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

function labelOf({ delivery: { topic, partition, offset, headers } }: Received) {
  return { type: headers['ce_type'], id: headers['ce_id'], topic, partition, offset, traceId: traceIdOf(headers['traceparent']) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

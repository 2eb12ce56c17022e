import { type Database, isPermanentDatabaseError, isTransientDatabaseError, type Sql } from '#platform/database.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { traceIdOf, withTraceparent } from '#platform/telemetry.ts';
import type { Fact, FactType } from './contracts.ts';
import { isForAnother, replayOf, toDeadLetter } from './dead-letter-message.ts';
import type { Delivery } from './event-log.ts';
import { eventIdOf, readFact } from './facts.ts';
import { enterInbox } from './inbox.ts';
import { toStorable } from './message-bytes.ts';
import { enqueueMessages } from './outbox.ts';
import { pause, persist, reasonOf } from './persist.ts';
import type { ProgressWatch } from './progress-watch.ts';
import { toWaves } from './waves.ts';

type Hearing = { readonly type: FactType; handle(sql: Sql, facts: readonly Fact[]): Promise<void> };

type BatchHandlerOptions = {
  name: string;
  database: Database;
  hears: readonly Hearing[];
  onCommitted(): void;
  watch: ProgressWatch;
  logger: Logger;
  stopping: AbortSignal;
};

/** A message that the consumer hears; what is wrong with it, when it holds no fact. */
type Heard = { readonly delivery: Delivery; readonly eventId: string } & ({ readonly fact: Fact } | { readonly problem: Error });

/** Events that fail for an unknown reason may have met with bad luck, so they get a few short tries; poisoned ones must not hold up the others for long. */
const mostAttempts = 3;
const mostFacts = 500;
const firstPauseMs = 50;
const longestPauseMs = 2000;
const mostOfReason = 100;

/**
 * What a consumer does with one fetch: all its facts in one transaction; if that fails, message by message; a message that fails for good, or holds
 * no fact at all, becomes a dead letter in the transaction that notes it in the inbox. Rejects only when it is stopped.
 */
export function createBatchHandler(options: BatchHandlerOptions): (deliveries: readonly Delivery[]) => Promise<void> {
  const { name, database, logger, stopping, watch } = options;
  const hearings = new Map<string, Hearing>(options.hears.map((hearing) => [hearing.type, hearing]));

  /** After a long absence a fetch brings thousands, and one transaction of them all would meet the time limit of a statement. */
  async function handleFetch(deliveries: readonly Delivery[]): Promise<void> {
    const heard = deliveries.filter(isHeard);
    watch.begin();
    for (let begin = 0; begin < heard.length; begin += mostFacts) await handleBatch(heard.slice(begin, begin + mostFacts).map(toHeard));
    watch.idle();
  }

  async function handleBatch(heard: readonly Heard[]): Promise<void> {
    await withTraceparent(heard[0]?.delivery.headers['traceparent'], async () => {
      if (!(await handledTogether(heard))) await handleApart(heard);
    });
    options.onCommitted();
  }

  /** By its headers alone, so that what others hear is never parsed. */
  function isHeard({ headers }: Delivery): boolean {
    return hearings.has(headers['ce_type'] ?? '') && !isForAnother(headers, name);
  }

  async function handledTogether(heard: readonly Heard[]): Promise<boolean> {
    if (heard.length === 1) return false;
    try {
      await inTransaction(heard);
      return true;
    } catch (error) {
      if (stopping.aborted) throw error;
      logger.warn({ consumer: name, error, messages: heard.length }, 'a batch failed; trying message by message');
      return false;
    }
  }

  /**
   * Each on its own, in order per key. The pause before another attempt is one for all that failed, so that thousands of poisoned messages take
   * little longer than one.
   */
  async function handleApart(heard: readonly Heard[]): Promise<void> {
    let queues = [...Map.groupBy(heard, ({ delivery }) => `${delivery.topic}/${delivery.partition}/${delivery.key}`).values()];
    for (let attempt = 1; queues.length > 0; attempt += 1) {
      const left: Heard[][] = [];
      for (const queue of queues) left.push(await handleInOrder(queue, attempt));
      queues = left.filter((queue) => queue.length > 0);
      if (queues.length === 0) return;
      await pause(firstPauseMs * 2 ** (attempt - 1), stopping);
      stopping.throwIfAborted();
    }
  }

  /** Resolves to those that wait for another attempt: the one that failed, and all after it. */
  async function handleInOrder(queue: Heard[], attempt: number): Promise<Heard[]> {
    for (const [index, heard] of queue.entries()) if (!(await isSettled(heard, attempt))) return queue.slice(index);
    return [];
  }

  /** False when it is worth another attempt. */
  async function isSettled(heard: Heard, attempt: number): Promise<boolean> {
    try {
      await inTransaction([heard]);
    } catch (error) {
      if (stopping.aborted) throw error;
      logger.warn({ consumer: name, error, attempt, ...labelOf(heard) }, 'a fact could not be handled');
      if (attempt < mostAttempts && !isPermanentDatabaseError(error)) return false;
      await giveUp({ delivery: heard.delivery, eventId: heard.eventId, problem: asError(error) }, attempt);
    }
    return true;
  }

  /** A dead letter that cannot be written would be a lost fact: nothing goes on until it is. */
  async function giveUp(heard: Heard, attempts: number): Promise<void> {
    const onFailed = (error: unknown) => {
      logger.error({ consumer: name, error, ...labelOf(heard) }, 'a dead letter could not be written; trying on');
      watch.failed(`a dead letter cannot be written (${forPeople(error)})`);
      return true;
    };
    await persist(() => inTransaction([heard], attempts), { firstPauseMs, longestPauseMs, stopping, onFailed });
  }

  /** Repeated for as long as something is away: nothing else would help, and every other fact would fail as well. */
  async function inTransaction(heard: readonly Heard[], attempts = 1): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      watch.failed(forPeople(error));
      if (!isTransient(error)) return false;
      if (attempt % 10 === 4) logger.warn({ consumer: name, reason: reasonOf(error) }, 'facts wait for what they need');
      return true;
    };
    await persist(() => database.transaction((sql) => effect(sql, heard, attempts)), { firstPauseMs, longestPauseMs, stopping, onFailed });
    watch.progress();
  }

  async function effect(sql: Sql, heard: readonly Heard[], attempts: number): Promise<void> {
    const fresh = await enterInbox(
      sql,
      name,
      heard.map(({ eventId }) => eventId),
    );
    const news = heard.filter(({ eventId }) => fresh.delete(eventId));
    const facts = news.flatMap((one) => ('fact' in one ? [one.fact] : []));
    for (const { type, facts: wave } of toWaves(facts)) {
      for (const fact of wave) logger.debug({ consumer: name, type, id: fact.id, traceId: traceIdOf(fact.traceparent) }, 'heard');
      await hearings.get(type)?.handle(sql, wave);
    }
    const letters = news.flatMap((one) => ('problem' in one ? [toDeadLetter(one.delivery, name, one.problem, attempts)] : []));
    await enqueueMessages(sql, letters);
    for (const letter of letters)
      logger.error({ consumer: name, deadLetter: letter.key, topic: letter.topic }, 'a message was set aside as a dead letter');
  }

  return handleFetch;
}

function toHeard(delivery: Delivery): Heard {
  const { topic, partition, offset, headers } = delivery;
  // a message without an id that can be kept is known by its place
  const eventId = replayOf(headers) ?? eventIdOf(delivery) ?? `${topic}/${partition}/${offset}`;
  try {
    return { delivery, eventId, fact: readFact(delivery) };
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

function labelOf({ delivery: { topic, partition, offset, headers } }: Heard) {
  return { type: headers['ce_type'], id: headers['ce_id'], topic, partition, offset, traceId: traceIdOf(headers['traceparent']) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

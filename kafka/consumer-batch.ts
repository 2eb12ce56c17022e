import { type Database, isTransientDatabaseError, type Sql } from '#platform/database.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { traceIdOf, withTraceparent } from '#platform/telemetry.ts';
import type { Fact, FactType } from './contracts.ts';
import { isForAnother, replayOf, toDeadLetter } from './dead-letters.ts';
import type { Delivery } from './event-log.ts';
import { readFact } from './facts.ts';
import { enterInbox } from './inbox.ts';
import { enqueueMessages } from './outbox.ts';
import { persist, reasonOf } from './persist.ts';
import { toWaves } from './waves.ts';

type Hearing = { readonly type: FactType; handle(sql: Sql, facts: readonly Fact[]): Promise<void> };

type BatchHandlerOptions = {
  name: string;
  database: Database;
  hears: readonly Hearing[];
  onCommitted(): void;
  logger: Logger;
  stopping: AbortSignal;
};

/** A message that the consumer hears; what is wrong with it, when it holds no fact. */
type Heard = { readonly delivery: Delivery; readonly eventId: string } & ({ readonly fact: Fact } | { readonly problem: Error });

/** Facts that fail for an unknown reason may have met with bad luck, so they get a few short tries; a poisoned one must not hold up the others for long. */
const mostAttempts = 3;
const mostFacts = 500;
const firstPauseMs = 50;
const longestPauseMs = 2000;

/**
 * What a consumer does with one fetch: all its facts in one transaction; if that fails, message by message; a message that fails for good, or holds
 * no fact at all, becomes a dead letter in the transaction that notes it in the inbox. Rejects only when it is stopped.
 */
export function createBatchHandler(options: BatchHandlerOptions): (deliveries: readonly Delivery[]) => Promise<void> {
  const { name, database, logger, stopping } = options;
  const hearings = new Map<string, Hearing>(options.hears.map((hearing) => [hearing.type, hearing]));

  /** After a long absence a fetch brings thousands, and one transaction of them all would meet the time limit of a statement. */
  async function handleFetch(deliveries: readonly Delivery[]): Promise<void> {
    const heard = deliveries.filter(isHeard);
    for (let begin = 0; begin < heard.length; begin += mostFacts) await handleBatch(heard.slice(begin, begin + mostFacts).map(toHeard));
  }

  async function handleBatch(heard: readonly Heard[]): Promise<void> {
    await withTraceparent(heard[0]?.delivery.headers['traceparent'], async () => {
      if (heard.length === 1 || !(await handledTogether(heard))) for (const one of heard) await handleAlone(one);
    });
    options.onCommitted();
  }

  /** By its headers alone, so that what others hear is never parsed. */
  function isHeard({ headers }: Delivery): boolean {
    return hearings.has(headers['ce_type'] ?? '') && !isForAnother(headers, name);
  }

  async function handledTogether(heard: readonly Heard[]): Promise<boolean> {
    try {
      await inTransaction(heard);
      return true;
    } catch (error) {
      if (stopping.aborted) throw error;
      logger.warn({ consumer: name, error, messages: heard.length }, 'a batch failed; trying message by message');
      return false;
    }
  }

  async function handleAlone(heard: Heard): Promise<void> {
    let attempts = 0;
    const onFailed = (error: unknown, attempt: number) => {
      attempts = attempt;
      logger.warn({ consumer: name, error, attempt, ...labelOf(heard) }, 'a fact could not be handled');
      return attempt < mostAttempts;
    };
    try {
      await persist(() => inTransaction([heard]), { firstPauseMs, longestPauseMs, stopping, onFailed });
    } catch (error) {
      if (stopping.aborted) throw error;
      await giveUp({ delivery: heard.delivery, eventId: heard.eventId, problem: asError(error) }, attempts);
    }
  }

  /** A dead letter that cannot be written would be a lost fact: nothing goes on until it is. */
  async function giveUp(heard: Heard, attempts: number): Promise<void> {
    const onFailed = (error: unknown) => {
      logger.error({ consumer: name, error, ...labelOf(heard) }, 'a dead letter could not be written; trying on');
      return true;
    };
    await persist(() => inTransaction([heard], attempts), { firstPauseMs, longestPauseMs, stopping, onFailed });
  }

  /** Repeated for as long as something is away: nothing else would help, and every other fact would fail as well. */
  function inTransaction(heard: readonly Heard[], attempts = 1): Promise<void> {
    const onFailed = (error: unknown, attempt: number) => {
      if (!isTransient(error)) return false;
      if (attempt % 10 === 4) logger.warn({ consumer: name, reason: reasonOf(error) }, 'facts wait for what they need');
      return true;
    };
    return persist(() => database.transaction((sql) => effect(sql, heard, attempts)), { firstPauseMs, longestPauseMs, stopping, onFailed });
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
  const eventId = replayOf(headers) ?? (headers['ce_id'] || `${topic}/${partition}/${offset}`);
  try {
    return { delivery, eventId, fact: readFact(delivery) };
  } catch (error) {
    return { delivery, eventId, problem: asError(error) };
  }
}

function isTransient(error: unknown): boolean {
  return (error instanceof AppError && error.code === 'UNAVAILABLE') || isTransientDatabaseError(error);
}

function labelOf({ delivery: { topic, partition, offset, headers } }: Heard) {
  return { type: headers['ce_type'], id: headers['ce_id'], topic, partition, offset, traceId: traceIdOf(headers['traceparent']) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

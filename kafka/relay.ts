import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracer } from '@opentelemetry/api';
import { pause, reasonOf, retry } from '#platform/async/retry.ts';
import { createWakeSignal } from '#platform/async/wake-signal.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import type { EventLog, Message } from './event-log.ts';
import { toStorable } from './message-bytes.ts';
import { sizeOf, UnpublishableError } from './message-limits.ts';
import { sendInSpans } from './message-spans.ts';
import { ProgressWatch } from './progress-watch.ts';
import { leadUntilStopped } from './relay-leader.ts';

export type RelayOptions = {
  database: Database;
  eventLog: EventLog;
  /** Null when nothing is recorded. */
  tracer?: Tracer | null;
  logger: Logger;
  /** Milliseconds that only rise. */
  now?: () => number;
};

/** Sends what lies in the outbox, in order; one relay per database is at work, however many processes there are. */
export type Relay = {
  /** After a commit that enqueued something: sends at once rather than with the next poll. */
  wake(): void;
  /** How many messages wait, for how long the oldest one has, and how many the log will not take. */
  lag(): Promise<{ messages: number; oldestMs: number; rejected: number }>;
  /** Null while it comes on with what there is; otherwise, after half a minute, that it does not, and why. */
  unhealthyReason(): string | null;
  /** For how long there has been something to send and nothing was sent; 0 when nothing waits. */
  waitingSeconds(): number;
  stop(): Promise<void>;
};

type OutboxRow = Message & { id: string };

const pollEveryMs = 250;
const minFetchIntervalMs = 10;
const publishPauses = { firstPauseMs: 100, longestPauseMs: 1000 };
const mostRows = 500;
/** The broker rejects a batch of more than 1 MB (message.max.bytes), and kafkajs makes one of all that goes to one partition. */
const mostBytes = 400_000;
/** How long a stop waits for the log's answer; without it the messages are sent a second time by the next relay. */
const publishMayTakeMs = 300;

/**
 * Starts publishing the outbox. Resolves at once and never rejects: while the database, its tables or the log are unavailable, it retries.
 *
 * It selects what is there, rather than what comes after the last id sent: the row of a transaction that commits late has an
 * id lower than those of others before it. Rows that are sent are deleted. A message that the log will never take is marked and stays, and the others go
 * on; it is retried whenever a relay starts, since the broker's limit may have been raised.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relay = new OutboxRelay(options);
  return {
    wake: () => relay.wake(),
    lag: () => readLag(options.database),
    unhealthyReason: () => relay.unhealthyReason(),
    waitingSeconds: () => relay.waitingSeconds(),
    stop: () => relay.stop(),
  };
}

class OutboxRelay {
  readonly #eventLog: EventLog;
  readonly #tracer: Tracer | null;
  readonly #logger: Logger;
  readonly #wakeSignal = createWakeSignal();
  readonly #watch: ProgressWatch;
  readonly #stopping = new AbortController();
  readonly #working: Promise<void>;
  #failures = 0;

  constructor({ database, eventLog, tracer = null, logger, now }: RelayOptions) {
    this.#eventLog = eventLog;
    this.#tracer = tracer;
    this.#logger = logger;
    this.#watch = new ProgressWatch(now);
    this.#working = leadUntilStopped({
      database,
      stopping: this.#stopping.signal,
      lead: (sql, isLost) => this.#lead(sql, isLost),
      onLost: () => this.#wakeSignal.ring(),
      onFailed: (error) => this.#onOutboxFailed(error),
    });
  }

  wake(): void {
    this.#wakeSignal.ring();
  }

  unhealthyReason(): string | null {
    return this.#watch.unhealthyReason('the relay of the outbox', 'the event log does not answer');
  }

  waitingSeconds(): number {
    return this.#watch.waitingSeconds();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeSignal.ring();
    await this.#working;
  }

  async #lead(sql: Sql, isLost: () => boolean): Promise<void> {
    let lastSent = Number.NEGATIVE_INFINITY;
    await sql.query(retryRejected);
    while (!this.#stopping.signal.aborted && !isLost()) {
      const begun = performance.now();
      const sent = await this.#sendBatch(sql);
      this.#failures = 0;
      if (sent !== 'some') await this.#wakeSignal.wait(pollEveryMs);
      if (sent === 'nothing') continue;
      const early = lastSent + minFetchIntervalMs - performance.now();
      lastSent = begun;
      if (early >= 1) await pause(early, this.#stopping.signal);
    }
  }

  async #sendBatch(sql: Sql): Promise<'nothing' | 'some' | 'all'> {
    const { rows } = await sql.query<OutboxRow>(selectWaiting, [mostRows]);
    const batch = fitting(rows);
    if (batch.length === 0) this.#watch.idle();
    if (batch.length === 0 || !(await this.#send(sql, batch))) return 'nothing';
    return rows.length < mostRows && batch.length === rows.length ? 'all' : 'some';
  }

  /** False when it was stopped before the log answered: the messages stay, and may be sent a second time. */
  async #send(sql: Sql, batch: readonly OutboxRow[]): Promise<boolean> {
    this.#watch.begin();
    try {
      if (!(await this.#publish(batch))) return false;
      await sql.query(deleteSent, [batch.map((row) => row.id)]);
    } catch (error) {
      if (!(error instanceof UnpublishableError)) throw error;
      if (batch.length > 1) return this.#sendApart(sql, batch);
      await this.#setAside(sql, batch, error);
    }
    this.#watch.progress();
    return true;
  }

  /** One of them will never be taken: which one? */
  async #sendApart(sql: Sql, batch: readonly OutboxRow[]): Promise<boolean> {
    for (const row of batch) if (!(await this.#send(sql, [row]))) return false;
    return true;
  }

  async #setAside(sql: Sql, batch: readonly OutboxRow[], { message: reason }: Error): Promise<void> {
    for (const { id, topic, headers } of batch) {
      await sql.query(markRejected, [id, toStorable(reason, mostOfReason)]);
      this.#logger.error(
        { outboxId: id, topic, type: headers['ce_type'], id: headers['ce_id'], reason },
        'the event log will never take a message; it stays in the outbox',
      );
    }
  }

  /** False when it was stopped before the log answered. @throws UnpublishableError */
  async #publish(batch: readonly OutboxRow[]): Promise<boolean> {
    const messages = batch.map(({ topic, key, headers, value }) => ({ topic, key, headers, value }));
    const stopping = this.#stopping.signal;
    const onFailed = (error: unknown, attempt: number) => this.#mayPublishAgain(error, attempt);
    const publish = (traced: readonly Message[]) => retry(() => this.#eventLog.publish(traced), { ...publishPauses, stopping, onFailed });
    const published = sendInSpans(this.#tracer, messages, publish);
    const stopped = onAbort(stopping).then(() => sleep(publishMayTakeMs, 'stopped' as const, { ref: false }));
    return (await Promise.race([published, stopped])) !== 'stopped';
  }

  #mayPublishAgain(error: unknown, attempt: number): boolean {
    if (error instanceof UnpublishableError) return false;
    this.#watch.failed('the event log does not take what is in the outbox');
    if (attempt % 10 === 1) this.#logger.warn({ reason: reasonOf(error) }, 'the event log does not take what is in the outbox; retrying');
    return true;
  }

  #onOutboxFailed(error: unknown): void {
    if (isMissingTable(error)) return;
    this.#watch.failed('the outbox cannot be read');
    if (this.#failures % 20 === 0) this.#logger.warn({ reason: reasonOf(error) }, 'the outbox cannot be read; retrying');
    this.#failures += 1;
  }
}

async function readLag(database: Database): ReturnType<Relay['lag']> {
  const { rows } = await database.query<{ messages: number; oldest: number | null; rejected: number }>(selectLag);
  const { messages = 0, oldest = 0, rejected = 0 } = rows[0] ?? {};
  return { messages, oldestMs: Math.max(0, Math.round(oldest ?? 0)), rejected };
}

const mostOfReason = 500;
const selectWaiting = 'SELECT id, topic, key, headers, value FROM outbox WHERE refused_because IS NULL ORDER BY id LIMIT $1';
const deleteSent = 'DELETE FROM outbox WHERE id = ANY($1::bigint[])';
const markRejected = 'UPDATE outbox SET refused_because = $2 WHERE id = $1';
const retryRejected = 'UPDATE outbox SET refused_because = NULL WHERE refused_because IS NOT NULL';
const selectLag = `
  SELECT (count(*) FILTER (WHERE refused_because IS NULL))::int AS messages, (count(refused_because))::int AS rejected,
    (extract(epoch FROM now() - min(created_at) FILTER (WHERE refused_because IS NULL)) * 1000)::float8 AS oldest
  FROM outbox`;

/** As many of the first rows as one request may hold; at least one. */
function fitting(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  let size = 0;
  for (const [at, row] of rows.entries()) {
    size += sizeOf(row);
    if (size > mostBytes) return rows.slice(0, Math.max(1, at));
  }
  return rows;
}

function onAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The migrations are still to come. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '42P01';
}

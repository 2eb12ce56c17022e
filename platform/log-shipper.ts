import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { z } from 'zod';
import { cutRecord, mostLineBytes } from './cut-record.ts';

export const loggingConfig = {
  LOGS_EXPORTER: z
    .enum(['none', 'kafka'])
    .default('none')
    .describe(
      'Where log records go besides standard error: `kafka` to the topic `logs`, which the operations subgraph collects, or `none`.',
    ),
} as const;

/** Some log records of one service: JSON lines, each ended. A batch that is exported again has the same id. */
export type LogBatch = { readonly id: string; readonly service: string; readonly lines: string };
/** Resolves when the batch is taken; rejects when that is not known, and it is exported again. Must not log. */
export type LogExporter = (batch: LogBatch) => Promise<void>;

const mostBytes = 4 * 1024 * 1024;
const mostBatchBytes = 256 * 1024;
const flushEveryMs = 500;
const longestPauseMs = 5000;
const stopsWithinMs = 1000;

export type LogShipperOptions = { service: string /** What it keeps of what is not exported. */; maxBytes?: number };

/**
 * Sends log records on in batches, from the first one of the process: they wait until there is an exporter. Writing never blocks. When more waits than
 * `maxBytes` the oldest is dropped and counted, which one record tells once the exporter takes them again.
 */
export class LogShipper {
  readonly #service: string;
  readonly #maxBytes: number;
  #lines: string[] = [];
  #sizes: number[] = [];
  /** Of the oldest line that is still there. */
  #first = 0;
  #bytes = 0;
  #pending: LogBatch | null = null;
  #dropped = 0;
  #toReport = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #target: { exporter: LogExporter; logger: Logger } | undefined;
  #isStopped = false;

  constructor({ service, maxBytes = mostBytes }: LogShipperOptions) {
    this.#service = service;
    this.#maxBytes = maxBytes;
  }

  /** One record as a line of JSON, ended. */
  write(record: string): void {
    if (this.#isStopped) return;
    const whole = Buffer.byteLength(record);
    const line = whole > mostLineBytes ? cutRecord(record, whole) : record;
    const size = line === record ? whole : Buffer.byteLength(line);
    this.#lines.push(line);
    this.#sizes.push(size);
    this.#bytes += size;
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
    this.#schedule();
  }

  /** From now on records are exported, those that wait first. */
  start(exporter: LogExporter, logger: Logger): void {
    this.#target = { exporter, logger };
    this.#schedule();
  }

  /** `marigold_log_records_dropped_total` of this service. */
  register(registry: Registry): void {
    const counter = new Counter({
      name: 'marigold_log_records_dropped_total',
      help: 'Log records that were dropped because the event log did not take them in time; standard error has them all.',
      registers: [registry],
      collect: () => {
        counter.reset();
        counter.inc(this.#dropped);
      },
    });
  }

  /** Exports what waits, for at most a second, and takes no more. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), stopsWithinMs);
    await Promise.race([this.flush(), late.promise]);
    clearTimeout(timer);
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Exports what waits now, until the exporter fails. */
  flush(): Promise<void> {
    this.#flushing ??= this.#exportAll().finally(() => {
      this.#flushing = undefined;
      this.#schedule();
    });
    return this.#flushing;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#flushing || this.#target === undefined || this.#isStopped) return;
    if (this.#pending === null && this.#first === this.#lines.length) return;
    const pauseMs = Math.min(flushEveryMs * 2 ** this.#failures, longestPauseMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, pauseMs);
    this.#timer.unref();
  }

  async #exportAll(): Promise<void> {
    while (this.#target !== undefined) {
      this.#pending ??= this.#takeBatch();
      if (this.#pending === null) return;
      try {
        await this.#target.exporter(this.#pending);
      } catch {
        this.#failures = Math.min(this.#failures + 1, 10);
        return;
      }
      this.#pending = null;
      this.#failures = 0;
      this.#tellDropped(this.#target.logger);
    }
  }

  #tellDropped(logger: Logger): void {
    const dropped = this.#toReport;
    if (dropped === 0) return;
    this.#toReport = 0;
    logger.warn({ dropped }, 'log records were dropped: the event log did not take them in time');
  }

  #takeBatch(): LogBatch | null {
    const begin = this.#first;
    let bytes = 0;
    while (this.#first < this.#lines.length && bytes + (this.#sizes[this.#first] ?? 0) <= mostBatchBytes) {
      bytes += this.#sizes[this.#first] ?? 0;
      this.#first += 1;
    }
    if (this.#first === begin) return null;
    this.#bytes -= bytes;
    const lines = this.#lines.slice(begin, this.#first).join('');
    this.#forget();
    return { id: randomUUID(), service: this.#service, lines };
  }

  #dropOldest(): void {
    this.#bytes -= this.#sizes[this.#first] ?? 0;
    this.#lines[this.#first] = '';
    this.#first += 1;
    this.#dropped += 1;
    this.#toReport += 1;
    // cutting an array costs its length: only when half of it is gone
    if (this.#first > 1000 && this.#first * 2 > this.#lines.length) this.#forget();
  }

  #forget(): void {
    this.#lines = this.#lines.slice(this.#first);
    this.#sizes = this.#sizes.slice(this.#first);
    this.#first = 0;
  }
}

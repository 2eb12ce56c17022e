import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import { batchIdHeader } from '#kafka/log-exporter.ts';
import { reasonOf, retry } from '#platform/async/retry.ts';
import { LogFiles } from '#platform/log-files/log-files.ts';
import type { Logger } from '#platform/logger.ts';

export type LogCollectorOptions = {
  readonly folder: string;
  readonly maxBytes: number;
  readonly eventLog: EventLog;
  readonly logger: Logger;
};

/** Keeps the log records of all services in files of this process. Each copy of the subgraph is a group of its own, and has all of them. */
export class LogCollector {
  readonly #options: LogCollectorOptions;
  readonly #stopping = new AbortController();
  readonly #started: Promise<void>;
  #files: LogFiles | undefined;
  #subscription: Subscription | undefined;

  constructor(options: LogCollectorOptions) {
    this.#options = options;
    this.#started = this.#start().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) options.logger.error({ error }, 'log records are not collected');
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#started;
    await this.#subscription?.stop();
    await this.#files?.close();
  }

  async #start(): Promise<void> {
    const { folder, maxBytes, eventLog, logger } = this.#options;
    const waits = { firstPauseMs: 500, longestPauseMs: 10_000, stopping: this.#stopping.signal };
    const openFiles = async () => ({ files: await LogFiles.open(folder, maxBytes), id: await collectorIdOf(folder) });
    const onFailed = (error: unknown, attempt: number) => {
      if (attempt % 10 === 1) logger.warn({ reason: reasonOf(error) }, 'log records cannot be collected; retrying');
      return true;
    };
    const { files, id } = await retry(openFiles, { ...waits, onFailed });
    this.#files = files;
    this.#subscription = await retry(
      () =>
        eventLog.subscribe({
          group: `log-collector-${id}`,
          memberId: 'collector',
          topics: ['logs'],
          from: 'beginning',
          minFetchIntervalMs: 200,
          handle: (deliveries) => files.append(deliveries.map(toBatch)),
        }),
      { ...waits, onFailed },
    );
  }
}

function toBatch({ headers, value, partition, offset }: Delivery) {
  return { id: headers[batchIdHeader] ?? `${partition}/${offset}`, lines: value ?? '' };
}

/** Stays with the files: a restart goes on where it was, another copy with files of its own reads all. */
async function collectorIdOf(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'collector-id');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^[0-9a-f]{16}$/.test(kept)) return kept;
  const id = randomBytes(8).toString('hex');
  await writeFile(file, id, { mode: 0o600 });
  return id;
}

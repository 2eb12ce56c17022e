import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readOn } from '#platform/log-files/read-on.ts';
import type { Place } from '#platform/log-files/search-logs.ts';
import type { Logger } from '#platform/logger.ts';

export type LokiOptions = {
  /** The files of the collector. */
  readonly folder: string;
  /** With a user and a password where it asks for them. */
  readonly url: string;
  readonly logger: Logger;
  readonly lookEveryMs?: number;
  readonly firstPauseMs?: number;
};

const mostBytes = 512 * 1024;
const longestPauseMs = 30_000;
const answersWithinMs = 10_000;
const placeInFile = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/**
 * Sends the collected records on to Loki, by its HTTP API (`POST /loki/api/v1/push`, JSON). How far it came is kept beside the files: while Loki is
 * away they wait there, until the files go. A batch that is sent again is the same, which Loki ignores.
 */
export class LokiPusher {
  readonly #options: LokiOptions;
  readonly #placeFile: string;
  readonly #stopping = new AbortController();
  readonly #working: Promise<void>;
  #failures = 0;

  constructor(options: LokiOptions) {
    this.#options = options;
    this.#placeFile = join(options.folder, 'loki.json');
    this.#working = this.#work().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) options.logger.error({ error }, 'log records are not sent to Loki any more');
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { folder, lookEveryMs = 1000 } = this.#options;
    let place = await this.#readPlace();
    while (!this.#stopping.signal.aborted) {
      const { lines, next } = await readOn(folder, place, mostBytes);
      if (lines.length > 0) await this.#pushUntilTaken(lines);
      if (next[0] !== place[0] || next[1] !== place[1]) await this.#keepPlace(next);
      else await this.#pause(lookEveryMs);
      place = next;
    }
  }

  async #pushUntilTaken(lines: readonly string[]): Promise<void> {
    const { logger, firstPauseMs = 1000 } = this.#options;
    const body = JSON.stringify(toPush(lines));
    for (;;) {
      const problem = await this.#push(body);
      this.#stopping.signal.throwIfAborted();
      if (problem === null) break;
      if (problem.isFinal)
        return logger.warn({ reason: problem.reason, records: lines.length }, 'Loki rejected log records; they are skipped');
      if (this.#failures % 20 === 0) logger.warn({ reason: problem.reason }, 'Loki does not take log records; retrying');
      this.#failures += 1;
      await this.#pause(Math.min(firstPauseMs * 2 ** Math.min(this.#failures - 1, 10), longestPauseMs));
      this.#stopping.signal.throwIfAborted();
    }
    if (this.#failures > 0) logger.info('Loki takes log records again');
    this.#failures = 0;
  }

  /** Null when it was taken. */
  async #push(body: string): Promise<{ reason: string; isFinal: boolean } | null> {
    const url = new URL(this.#options.url);
    const { username, password } = url;
    url.username = '';
    url.password = '';
    url.pathname = `${url.pathname.replace(/\/$/, '')}/loki/api/v1/push`;
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(username === '' ? {} : { authorization: `Basic ${basic}` }) },
        body,
        redirect: 'error',
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(answersWithinMs)]),
      });
      await response.body?.cancel();
      const isMalformed = response.status === 400 || response.status === 413 || response.status === 422;
      return response.ok ? null : { reason: `it answers ${response.status}`, isFinal: isMalformed };
    } catch (error) {
      return { reason: error instanceof Error ? error.name : 'unknown', isFinal: false };
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  async #readPlace(): Promise<Place> {
    try {
      return placeInFile.parse(JSON.parse(await readFile(this.#placeFile, 'utf8')));
    } catch {
      return [0, 0];
    }
  }

  async #keepPlace(place: Place): Promise<void> {
    await writeFile(`${this.#placeFile}.new`, JSON.stringify(place), { mode: 0o600 });
    await rename(`${this.#placeFile}.new`, this.#placeFile);
  }
}

type Push = {
  readonly streams: readonly { readonly stream: Readonly<Record<string, string>>; readonly values: [string, string][] }[];
};

/** Only service and level are labels: each value of one is a stream of its own to Loki. Times are strings of nanoseconds. */
export function toPush(lines: readonly string[]): Push {
  const streams = new Map<string, { stream: Record<string, string>; values: [string, string][] }>();
  for (const line of lines) {
    const { service, level, time } = JSON.parse(line) as Readonly<Record<string, string>>;
    const labels = { service: String(service), level: String(level) };
    const key = JSON.stringify(labels);
    const stream: { stream: Record<string, string>; values: [string, string][] } = streams.get(key) ?? { stream: labels, values: [] };
    streams.set(key, stream);
    stream.values.push([`${Date.parse(time ?? '')}000000`, line]);
  }
  return { streams: [...streams.values()] };
}

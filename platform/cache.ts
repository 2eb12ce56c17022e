import { Redis } from 'ioredis';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { Outage } from './outage.ts';
import { redisTls } from './redis.ts';
import { connectionReasonOf } from './tls.ts';

/**
 * Copies of what a database knows, by key, as JSON. An unavailable cache behaves as an empty one: never an error, never a delay.
 *
 * Who reads the database, then fills, may be overtaken by a change. So a fill never replaces anything, and `drop` leaves a mark
 * for longer than any read takes: a fill that began before the change finds the mark and is lost.
 */
export type Cache = {
  /** In the order of the keys; undefined where nothing is held. */
  getMany(keys: readonly string[]): Promise<unknown[]>;
  /** Fills what is not held yet, for a while. */
  setMany(entries: readonly { key: string; value: unknown }[]): Promise<void>;
  /** Call it after the commit of the change. What cannot be dropped now is not read by this process, and dropped as soon as it can be. */
  dropMany(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

export type CacheOptions = {
  /** Before each key, so that services can share a Redis. */
  prefix: string;
  /** How long a copy may be held; also the bound for a change whose process died before it could drop. */
  ttlMs?: number;
  /** How long a drop keeps fills out: longer than the statement timeout of the database. */
  markMs?: number;
  /** A slower answer is none, and Redis is left alone for `pauseMs`. */
  timeoutMs?: number;
  pauseMs?: number;
  /** Certificates in PEM that sign that of Redis. */
  tlsCa?: string | undefined;
  /** Where its metrics are registered; without one nothing is measured. */
  registry?: Registry;
  logger: Logger;
};

/** Without a URL nothing is held: a cache inside one process would not learn what another one changes. */
export function openCache(url: string | undefined, options: CacheOptions): Cache {
  const cache = url === undefined ? noCache : new RedisCache(url, options);
  return options.registry === undefined ? cache : withCounts(cache, options.registry);
}

const noCache: Cache = {
  getMany: async (keys) => keys.map(() => undefined),
  setMany: async () => {},
  dropMany: async () => {},
  close: async () => {},
};

/** The cache with its reads counted: what is away counts as a miss, as it is read from the database. */
function withCounts(cache: Cache, registry: Registry): Cache {
  const reads = new Counter({
    name: 'marigold_cache_reads_total',
    help: 'Values that were asked of the shared cache, by whether it held them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['hit', 'miss']) reads.inc({ outcome }, 0);
  return {
    setMany: (entries) => cache.setMany(entries),
    dropMany: (keys) => cache.dropMany(keys),
    close: () => cache.close(),
    async getMany(keys) {
      const values = await cache.getMany(keys);
      const hits = values.filter((value) => value !== undefined).length;
      reads.inc({ outcome: 'hit' }, hits);
      reads.inc({ outcome: 'miss' }, values.length - hits);
      return values;
    },
  };
}

const mark = '-';

class RedisCache implements Cache {
  readonly #options: CacheOptions;
  readonly #redis: Redis;
  /** Drops that did not reach Redis. */
  readonly #owed = new Set<string>();
  readonly #outage = new Outage();
  #pausedUntil = 0;

  constructor(url: string, options: CacheOptions) {
    this.#options = options;
    this.#redis = new Redis(url, {
      ...redisTls(options.tlsCa),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: options.timeoutMs ?? 100,
      connectTimeout: 2000,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
    });
    this.#redis.on('error', (error) => this.#onAway(error));
    this.#redis.on('ready', () => {
      this.#pausedUntil = 0;
      this.#onAnswer();
      this.#payDebts().catch((error: unknown) => this.#onAway(error));
    });
  }

  async getMany(keys: readonly string[]): Promise<unknown[]> {
    if (keys.length === 0 || !this.#isUsable()) return keys.map(() => undefined);
    try {
      if (this.#owed.size > 0) await this.#payDebts();
      const texts = await this.#redis.mget(keys.map((key) => this.#options.prefix + key));
      this.#onAnswer();
      return keys.map((_, at) => read(texts[at]));
    } catch (error) {
      this.#onAway(error);
      return keys.map(() => undefined);
    }
  }

  async setMany(entries: readonly { key: string; value: unknown }[]): Promise<void> {
    const { prefix, ttlMs = 30_000 } = this.#options;
    if (entries.length === 0 || !this.#isUsable()) return;
    try {
      const pipeline = this.#redis.pipeline();
      for (const { key, value } of entries) pipeline.set(prefix + key, JSON.stringify(value), 'PX', ttlMs, 'NX');
      await pipeline.exec();
    } catch (error) {
      this.#onAway(error);
    }
  }

  async dropMany(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    for (const key of keys) this.#owed.add(key);
    if (!this.#isUsable()) return;
    await this.#payDebts().catch((error: unknown) => this.#onAway(error));
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  #isUsable(): boolean {
    return this.#redis.status === 'ready' && Date.now() >= this.#pausedUntil;
  }

  #onAway(error: unknown): void {
    const { pauseMs = 2000, logger } = this.#options;
    this.#pausedUntil = Date.now() + pauseMs;
    this.#outage.begin(() => logger.warn({ reason: connectionReasonOf(error) }, 'the cache does not answer: reading without it'));
  }

  #onAnswer(): void {
    this.#outage.end(() => this.#options.logger.info('the cache answers again'));
  }

  async #payDebts(): Promise<void> {
    const { prefix, markMs = 10_000 } = this.#options;
    const keys = [...this.#owed];
    if (keys.length === 0) return;
    const pipeline = this.#redis.pipeline();
    for (const key of keys) pipeline.set(prefix + key, mark, 'PX', markMs);
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    for (const key of keys) this.#owed.delete(key);
  }
}

/** Anything that is not ours to read counts as nothing. */
function read(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text === mark) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { Redis } from 'ioredis';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';
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
  const cache = url === undefined ? noCache : openRedisCache(url, options);
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
    ...cache,
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

function openRedisCache(url: string, options: CacheOptions): Cache {
  const { prefix, ttlMs = 30_000, markMs = 10_000, timeoutMs = 100, pauseMs = 2000, logger } = options;
  const redis = new Redis(url, {
    ...redisTls(options.tlsCa),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 2000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  });
  /** Drops that did not reach Redis. */
  const owed = new Set<string>();
  let pausedUntil = 0;
  let isAway = false;

  const gone = (error: unknown) => {
    pausedUntil = Date.now() + pauseMs;
    if (!isAway) logger.warn({ reason: connectionReasonOf(error) }, 'the cache does not answer: reading without it');
    isAway = true;
  };
  const back = () => {
    if (isAway) logger.info('the cache answers again');
    isAway = false;
  };
  redis.on('error', gone);
  redis.on('ready', () => {
    pausedUntil = 0;
    back();
    payDebts().catch(gone);
  });

  const isUsable = () => redis.status === 'ready' && Date.now() >= pausedUntil;

  async function writeMarks(keys: readonly string[]): Promise<void> {
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.set(prefix + key, mark, 'PX', markMs);
    const replies = (await pipeline.exec()) ?? [];
    for (const [error] of replies) if (error) throw error;
  }

  async function payDebts(): Promise<void> {
    const keys = [...owed];
    if (keys.length === 0) return;
    await writeMarks(keys);
    for (const key of keys) owed.delete(key);
  }

  return {
    async getMany(keys) {
      if (keys.length === 0 || !isUsable()) return keys.map(() => undefined);
      try {
        if (owed.size > 0) await payDebts();
        const texts = await redis.mget(keys.map((key) => prefix + key));
        back();
        return keys.map((_, at) => read(texts[at]));
      } catch (error) {
        gone(error);
        return keys.map(() => undefined);
      }
    },
    async setMany(entries) {
      if (entries.length === 0 || !isUsable()) return;
      try {
        const pipeline = redis.pipeline();
        for (const { key, value } of entries) pipeline.set(prefix + key, JSON.stringify(value), 'PX', ttlMs, 'NX');
        await pipeline.exec();
      } catch (error) {
        gone(error);
      }
    },
    async dropMany(keys) {
      if (keys.length === 0) return;
      for (const key of keys) owed.add(key);
      if (!isUsable()) return;
      try {
        await payDebts();
      } catch (error) {
        gone(error);
      }
    },
    async close() {
      redis.disconnect();
    },
  };
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

import type { Caches } from '../../runtime/caches.ts';
import type { Redis } from '../../runtime/redis.ts';
import { sha256 } from './trusted-documents.ts';

/** The texts of automatic persisted queries by their SHA-256 in hex. Forgetting one is allowed: the client sends it again. */
export type PersistedQueries = {
  get(hash: string): Promise<string | undefined>;
  set(hash: string, query: string): Promise<void>;
};

export type PersistedQueriesOptions = {
  caches: Caches;
  /** Null where there is none. */
  redis: Redis | null;
  /** Of texts, in this process. */
  maxCacheBytes: number;
  /** Of texts in UTF-8 with what each takes besides, in Redis. */
  maxRedisBytes: number;
};

const keptSeconds = 24 * 60 * 60;
/** Of a text however short it is: its hash in both keys, and what Redis adds. */
const entryBytes = 400;
// the braces keep them on one node of a cluster
const redisKeys = ['marigold:{apq}:texts', 'marigold:{apq}:used'] as const;

/** Uses are numbered, not dated: clocks of gateways differ and are set back, and a thousandth of a second may see several uses. */
const numberUse = `
local function numberUse(used, hash)
  local last = redis.call('ZREVRANGE', used, 0, 0, 'WITHSCORES')[2]
  redis.call('ZADD', used, (tonumber(last) or 0) + 1, hash)
end
`;

const useScript = `${numberUse}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then numberUse(KEYS[1], ARGV[1]) end
`;

/**
 * Puts a text in, and takes those out that were used longest ago until the rest fits. How many bytes there are stands among the texts. Redis may
 * evict a whole key when it needs memory: the entries of the other key could then never be evicted in order, and are deleted, too.
 */
const putScript = `${numberUse}
local texts, used = KEYS[1], KEYS[2]
local hash, text, most, seconds, each = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local kept = redis.call('HLEN', texts)
if (kept > 0 and kept - 1 or 0) ~= redis.call('ZCARD', used) then redis.call('DEL', texts, used) end
if redis.call('HSETNX', texts, hash, text) == 1 then redis.call('HINCRBY', texts, '#bytes', #text + each) end
numberUse(used, hash)
while tonumber(redis.call('HGET', texts, '#bytes') or '0') > most do
  local oldest = redis.call('ZPOPMIN', used)[1]
  if not oldest then break end
  redis.call('HINCRBY', texts, '#bytes', -(redis.call('HSTRLEN', texts, oldest) + each))
  redis.call('HDEL', texts, oldest)
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, seconds) end
`;

/**
 * In this process, and in Redis when there is one, so that every gateway knows what one was sent. What Redis answers is hashed again:
 * others may write there.
 */
export function createPersistedQueries(options: PersistedQueriesOptions): PersistedQueries {
  const { redis } = options;
  const texts = options.caches.open<{ text: string }>('persisted-queries', {
    maxBytes: options.maxCacheBytes,
    bytesOf: ({ text }) => 2 * text.length,
  });

  async function readShared(hash: string): Promise<string | undefined> {
    if (redis === null || redis.status !== 'ready') return undefined;
    const text = await redis.hget(redisKeys[0], hash).catch(() => null);
    if (text === null || sha256(text) !== hash) return undefined;
    redis.eval(useScript, 1, redisKeys[1], hash).catch(() => undefined);
    return text;
  }

  return {
    async get(hash) {
      const own = texts.get(hash);
      if (own !== undefined) return own.text;
      const text = await readShared(hash);
      if (text !== undefined) texts.set(hash, { text });
      return text;
    },
    async set(hash, text) {
      if (texts.get(hash) !== undefined) return;
      texts.set(hash, { text });
      if (redis?.status !== 'ready') return;
      await redis
        .eval(putScript, redisKeys.length, ...redisKeys, hash, text, options.maxRedisBytes, keptSeconds, entryBytes)
        .catch(() => undefined);
    },
  };
}

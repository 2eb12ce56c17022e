import type { Caches } from '../../runtime/caches.ts';
import type { Redis } from '../../runtime/redis.ts';

/** A token bucket: `burst` requests at once, then `perSecond`. Zero for either means no limit. */
export type RateBudget = { readonly burst: number; readonly perSecond: number };

export type RateLimiter = {
  /**
   * Takes tokens out of the caller's bucket, if only one is there: the rest is then owed. Answers 0, or after how many seconds to come back. Never
   * rejects.
   */
  take(key: string, budget: RateBudget, tokens?: number): Promise<number>;
};

type Bucket = { tokens: number; at: number };
const maxCacheBytes = 16 * 1024 * 1024;

/** `cache` names its buckets among the caches. */
export function createMemoryRateLimiter(caches: Caches, now: () => number = Date.now, cache = 'rate-limits'): RateLimiter {
  // the least recently used buckets are most likely full again
  const buckets = caches.open<Bucket>(cache, { maxBytes: maxCacheBytes, bytesOf: () => 100 });
  return {
    async take(key, { burst, perSecond }, tokens = 1) {
      if (burst === 0 || perSecond === 0) return 0;
      const time = now();
      const bucket = buckets.get(key) ?? { tokens: burst, at: time };
      bucket.tokens = Math.min(burst, bucket.tokens + ((time - bucket.at) / 1000) * perSecond);
      bucket.at = time;
      buckets.set(key, bucket);
      if (bucket.tokens >= 1) {
        bucket.tokens -= tokens;
        return 0;
      }
      return Math.ceil((1 - bucket.tokens) / perSecond);
    },
  };
}

/** The same bucket in Redis, with its clock, so that several gateways share it. Answers milliseconds to wait. */
const takeScript = `
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + (now - (tonumber(kept[2]) or now)) * rate / 1000)
local wait = 0
if tokens >= 1 then tokens = tokens - tonumber(ARGV[3]) else wait = math.ceil((1 - tokens) * 1000 / rate) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / rate) + 1000)
return wait
`;

/** Counts in Redis, and in this process while Redis does not answer: a limit is worth less than the shop. */
export function createSharedRateLimiter(redis: Redis, caches: Caches): RateLimiter {
  const own = createMemoryRateLimiter(caches);
  return {
    async take(key, budget, tokens = 1) {
      if (budget.burst === 0 || budget.perSecond === 0) return 0;
      if (redis.status !== 'ready') return own.take(key, budget, tokens);
      try {
        const waitMs = await redis.eval(takeScript, 1, `marigold:rate:${key}`, budget.burst, budget.perSecond, tokens);
        return Math.ceil(Number(waitMs) / 1000);
      } catch {
        return own.take(key, budget, tokens);
      }
    },
  };
}

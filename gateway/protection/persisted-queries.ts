import type { Redis } from '../redis.ts';

/** The texts of automatic persisted queries by their SHA-256 in hex. Forgetting one is allowed: the client sends it again. */
export type PersistedQueries = {
  get(hash: string): Promise<string | undefined>;
  set(hash: string, query: string): Promise<void>;
};

const maxKept = 2000;
const keptSeconds = 24 * 60 * 60;

/** In this process, and in Redis when there is one, so that every gateway knows what one was sent. */
export function createPersistedQueries(redis: Redis | null): PersistedQueries {
  const texts = new Map<string, string>();
  const keep = (hash: string, query: string) => {
    texts.delete(hash);
    texts.set(hash, query);
    for (const oldest of texts.keys()) {
      if (texts.size <= maxKept) break;
      texts.delete(oldest);
    }
  };
  return {
    async get(hash) {
      const own = texts.get(hash);
      if (own !== undefined || redis === null || redis.status !== 'ready') return own;
      const shared = await redis.get(`marigold:apq:${hash}`).catch(() => null);
      if (shared !== null) keep(hash, shared);
      return shared ?? undefined;
    },
    async set(hash, query) {
      if (texts.get(hash) === query) return;
      keep(hash, query);
      if (redis?.status === 'ready') await redis.set(`marigold:apq:${hash}`, query, 'EX', keptSeconds).catch(() => undefined);
    },
  };
}

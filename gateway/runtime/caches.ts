import { LRUCache } from 'lru-cache';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The values that were used last, as many as fit into a number of bytes. Keys are texts of a bounded length. */
export type Cache<Value extends object> = {
  /** The value under this key, which is thereby the one used last. */
  get(key: string): Value | undefined;
  /** Keeps a value in place of others; not when it alone is more than there is room for. */
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
};

export type CacheOptions<Value> = {
  readonly maxBytes: number;
  /** What a value takes in memory, by estimate and rather too much than too little. */
  bytesOf(value: Value): number;
};

/** Opens caches whose sizes are shown as metrics. */
export type Caches = {
  /** Least recently used first out. */
  open<Value extends object>(name: string, options: CacheOptions<Value>): Cache<Value>;
  /**
   * A segmented LRU (Karedla, Love, Wherry: "Caching strategies to improve disk system performance", 1994): what was used once stands in a small
   * segment and is soon forgotten, what is used a second time moves into the large one. So a flood of entries that are never requested again cannot evict
   * out what is in use.
   */
  openSegmented<Value extends object>(name: string, options: CacheOptions<Value>): Cache<Value>;
};

/** An entry of an LRU with its key, whatever it holds. */
const entryBytes = 400;
/** The part of a segmented cache for what was used once. */
const probation = 1 / 8;

type Sized = { readonly calculatedSize: number; readonly size: number };
type Opened = { readonly segments: readonly Sized[]; hits: number; misses: number };

/** Without a registry the sizes are not exported. */
export function createCaches(registry?: Registry): Caches {
  const opened = new Map<string, Opened>();
  if (registry !== undefined) {
    showSizes(registry, opened);
    showReads(registry, opened);
  }

  function create<Value extends object>({ maxBytes, bytesOf }: CacheOptions<Value>) {
    return new LRUCache<string, Value>({
      maxSize: Math.max(1, Math.floor(maxBytes)),
      sizeCalculation: (value, key) => Math.max(1, Math.ceil(bytesOf(value) + 2 * key.length + entryBytes)),
    });
  }

  /** Counts in plain numbers, which `/metrics` reads: a read of a cache takes less than a counter of the library. */
  function counted<Value extends object>(name: string, segments: readonly Sized[], cache: Cache<Value>): Cache<Value> {
    const reads: Opened = { segments, hits: 0, misses: 0 };
    opened.set(name, reads);
    return {
      get(key) {
        const value = cache.get(key);
        if (value === undefined) reads.misses += 1;
        else reads.hits += 1;
        return value;
      },
      set: (key, value) => {
        cache.set(key, value);
      },
      delete: (key) => {
        cache.delete(key);
      },
      clear: () => cache.clear(),
    };
  }

  return {
    open<Value extends object>(name: string, options: CacheOptions<Value>) {
      const cache = create(options);
      return counted<Value>(name, [cache], {
        get: (key) => cache.get(key),
        set: (key, value) => cache.set(key, value),
        delete: (key) => cache.delete(key),
        clear: () => cache.clear(),
      });
    },
    openSegmented<Value extends object>(name: string, { maxBytes, bytesOf }: CacheOptions<Value>) {
      const once = create({ maxBytes: maxBytes * probation, bytesOf });
      const again = create({ maxBytes: maxBytes * (1 - probation), bytesOf });
      return counted<Value>(name, [once, again], {
        get(key) {
          const kept = again.get(key);
          if (kept !== undefined) return kept;
          const value = once.get(key);
          if (value === undefined) return undefined;
          once.delete(key);
          again.set(key, value);
          return value;
        },
        set(key, value) {
          if (again.has(key)) again.set(key, value);
          else once.set(key, value);
        },
        delete(key) {
          once.delete(key);
          again.delete(key);
        },
        clear() {
          once.clear();
          again.clear();
        },
      });
    },
  };
}

function showSizes(registry: Registry, opened: ReadonlyMap<string, Opened>): void {
  const show = (name: string, help: string, of: (cache: Sized) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['cache'],
      registers: [registry],
      collect() {
        for (const [cache, { segments }] of opened)
          this.set(
            { cache },
            segments.reduce((sum, segment) => sum + of(segment), 0),
          );
      },
    });
  show('marigold_gateway_cache_bytes', 'What a cache takes in memory, by estimate.', ({ calculatedSize }) => calculatedSize);
  show('marigold_gateway_cache_entries', 'How many values a cache holds.', ({ size }) => size);
}

function showReads(registry: Registry, opened: ReadonlyMap<string, Opened>): void {
  new Counter({
    name: 'marigold_gateway_cache_reads_total',
    help: 'How often a cache was read, by whether it held the value.',
    labelNames: ['cache', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cache, { hits, misses }] of opened) {
        this.inc({ cache, outcome: 'hit' }, hits);
        this.inc({ cache, outcome: 'miss' }, misses);
      }
    },
  });
}

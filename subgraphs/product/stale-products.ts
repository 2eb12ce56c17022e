import type { Cache } from '#platform/cache.ts';

/** Products that the running batch of events changes: they leave the cache when it has committed, not before. */
export class StaleProducts {
  readonly #cache: Cache;
  readonly #ids = new Set<string>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
  }

  /** Call it after each batch of events. A batch that failed only drops what need not have been. Never rejects: a cache that is away is no cache. */
  async dropFromCache(): Promise<void> {
    const ids = [...this.#ids];
    this.#ids.clear();
    await this.#cache.dropMany(ids);
  }
}

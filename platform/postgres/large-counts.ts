import { LRUCache } from 'lru-cache';

/** What takes long to count; a page of a hundred is nowhere near it. */
const large = 10_000;
const freshMs = 10_000;
/** Nobody waits for the next count when the last one is no older than this. */
const usableMs = 60_000;

type Counted = { readonly result: unknown; readonly at: number };

/**
 * Counts that say how many rows a statement has found. A small one is made anew each time. Of a large one, which reads a part of the table, the last result
 * is fresh for ten seconds and served for a minute while the next one is made (stale-while-revalidate): paging through a million rows does not count them for each page.
 */
export class LargeCounts {
  readonly #kept = new LRUCache<string, Counted>({ max: 1000 });
  readonly #counting = new Map<string, Promise<unknown>>();
  readonly #now: () => number;

  /** `now`: in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `key`: the statement and its values; `sizeOf`: how many rows the result counts. Rejects as `count` does where there is no earlier result. */
  async get<Result>(key: string, count: () => Promise<Result>, sizeOf: (result: Result) => number): Promise<Result> {
    const kept = this.#kept.get(key);
    const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : this.#now() - kept.at;
    if (kept !== undefined && ageMs < freshMs) return kept.result as Result;
    const next = this.#count(key, count, sizeOf);
    if (kept === undefined || ageMs >= usableMs) return next;
    // that it could not be counted is said to who has to wait for it
    next.catch(() => undefined);
    return kept.result as Result;
  }

  #count<Result>(key: string, count: () => Promise<Result>, sizeOf: (result: Result) => number): Promise<Result> {
    const counting = this.#counting.get(key) as Promise<Result> | undefined;
    if (counting !== undefined) return counting;
    const at = this.#now();
    const next = count().then((result) => {
      if (sizeOf(result) >= large) this.#kept.set(key, { result, at });
      else this.#kept.delete(key);
      return result;
    });
    this.#counting.set(key, next);
    const forget = () => void this.#counting.delete(key);
    next.then(forget, forget);
    return next;
  }
}

import type { Cache } from '#platform/cache.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { LargeCounts } from '#platform/postgres/large-counts.ts';
import type { StaleProducts } from './stale-products.ts';

/** What commands, queries and event handlers are given. */
export type ProductDependencies = {
  readonly database: Database;
  /** Of products by id, as the graph shows them. */
  readonly cache: Cache;
  readonly staleProducts: StaleProducts;
  readonly largeCounts: LargeCounts;
  /** After a commit that enqueued something. */
  wakeRelay(): void;
};

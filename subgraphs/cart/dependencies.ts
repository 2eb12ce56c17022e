import type { Database } from '#platform/postgres/database.ts';

/** What the commands and queries of carts are given. */
export type CartDependencies = { readonly database: Database };

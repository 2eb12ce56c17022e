import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { UserDependencies } from './dependencies.ts';
import { findAddresses, findVisibleAccounts } from './queries.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** One set for each request: what many fields ask for is asked of the database once. */
export function createLoaders(deps: UserDependencies, identity: Identity) {
  return {
    account: new DataLoader((ids: readonly string[]) => findVisibleAccounts(deps, identity, ids)),
    addresses: new DataLoader((accountIds: readonly string[]) => findAddresses(deps, accountIds)),
  };
}

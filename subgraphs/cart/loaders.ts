import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { CartDependencies } from './dependencies.ts';
import { type Cart, findCarts, findCartsOfUsers } from './queries.ts';

export type Loaders = {
  carts: DataLoader<string, Cart | null>;
  cartsOfUsers: DataLoader<string, Cart | null>;
};

/** One set for each request: what it asks for one by one is read together, as its caller. */
export function createLoaders(deps: CartDependencies, identity: Identity): Loaders {
  return {
    carts: new DataLoader((ids) => findCarts(deps.database, identity, ids)),
    cartsOfUsers: new DataLoader((userIds) => findCartsOfUsers(deps, identity, userIds)),
  };
}

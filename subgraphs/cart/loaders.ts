import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { Cart } from './carts.ts';
import type { CartService } from './service.ts';

export type Loaders = {
  carts: DataLoader<string, Cart | null>;
  cartsOfUsers: DataLoader<string, Cart | null>;
};

/** One set for each request: what it asks for one by one is read together, as its caller. */
export function createLoaders(service: CartService, identity: Identity): Loaders {
  return {
    carts: new DataLoader((ids) => service.findCarts(identity, ids)),
    cartsOfUsers: new DataLoader((userIds) => service.findCartsOfUsers(identity, userIds)),
  };
}

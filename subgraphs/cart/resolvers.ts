import { isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Loaders } from './loaders.ts';
import type { Resolvers } from './schema.types.ts';
import type { CartService } from './service.ts';

export type Context = RequestContext<Loaders>;

/** The graph of the carts, on top of their use cases. */
export function createResolvers(service: CartService): Resolvers {
  return {
    Query: {
      cart: (_, { id }, { identity }) => service.getCart(identity, id ?? null),
    },
    Mutation: {
      addToCart: (_, { input }, { identity }) => service.addToCart(identity, input),
      setCartQuantity: (_, { input }, { identity }) => service.setCartQuantity(identity, input),
      removeFromCart: (_, { input }, { identity }) => service.removeFromCart(identity, input),
      clearCart: (_, { input }, { identity }) => service.clearCart(identity, input),
      claimCart: (_, { input }, { identity }) => service.claimCart(identity, input),
    },
    Cart: {
      __resolveReference: ({ id }, { loaders }) => loaders.carts.load(id),
    },
    CartLine: {
      product: ({ productId }) => ({ id: productId }),
      notice: ({ notices }) => notices[0] ?? null,
    },
    User: {
      __resolveReference: ({ id }, { identity }) =>
        isAdmin(identity) || (identity.kind === 'user' && identity.userId === id) ? { id } : null,
      cart: ({ id }, _, { loaders }) => loaders.cartsOfUsers.load(id),
    },
  };
}

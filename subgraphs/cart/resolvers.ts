import { isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { addToCart } from './commands/add-to-cart.ts';
import { claimCart } from './commands/claim-cart.ts';
import { clearCart } from './commands/clear-cart.ts';
import { removeFromCart } from './commands/remove-from-cart.ts';
import { setCartQuantity } from './commands/set-cart-quantity.ts';
import type { CartDependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import { getCart } from './queries.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** The graph of the carts, on top of their commands and queries. */
export function createResolvers(deps: CartDependencies): Resolvers {
  return {
    Query: {
      cart: (_, { id }, { identity }) => getCart(deps, identity, id ?? null),
    },
    Mutation: {
      addToCart: (_, { input }, { identity }) => addToCart(deps, identity, input),
      setCartQuantity: (_, { input }, { identity }) => setCartQuantity(deps, identity, input),
      removeFromCart: (_, { input }, { identity }) => removeFromCart(deps, identity, input),
      clearCart: (_, { input }, { identity }) => clearCart(deps, identity, input),
      claimCart: (_, { input }, { identity }) => claimCart(deps, identity, input),
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

import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Resolvers } from './schema.types.ts';
import type { UserService } from './service.ts';

export type Loaders = ReturnType<typeof createLoaders>;
export type Context = RequestContext<Loaders>;

/** One request's loaders: what many fields ask for is asked of the database once. */
export function createLoaders(service: UserService, identity: Identity) {
  return {
    account: new DataLoader((ids: readonly string[]) => service.visibleAccounts(identity, ids)),
    addresses: new DataLoader((accountIds: readonly string[]) => service.addressesOf(accountIds)),
  };
}

export function createResolvers(service: UserService): Resolvers {
  return {
    Query: {
      me: (_, __, { identity, loaders }) => (identity.kind === 'user' ? loaders.account.load(identity.userId) : null),
    },
    Mutation: {
      register: (_, { input }, { clientAddress }) => service.register(input, clientAddress),
      logIn: (_, { input }, { clientAddress }) => service.logIn(input, clientAddress),
      refreshSession: (_, { input }) => service.refreshSession(input),
      confirmEmail: (_, { input }) => service.confirmEmail(input),
      logOut: (_, { input }) => service.logOut(input),
      changePassword: (_, { input }, { identity, clientAddress }) => service.changePassword(identity, input, clientAddress),
      requestPasswordReset: (_, { input }) => service.requestPasswordReset(input),
      resetPassword: (_, { input }) => service.resetPassword(input),
      changeEmail: (_, { input }, { identity, clientAddress }) => service.changeEmail(identity, input, clientAddress),
      saveAddress: (_, { input }, { identity }) => service.saveAddress(identity, input),
      removeAddress: (_, { input }, { identity }) => service.removeAddress(identity, input),
      setUserRole: (_, { input }, { identity }) => service.setUserRole(identity, input),
      deleteAccount: (_, { input }, { identity, clientAddress }) => service.deleteAccount(identity, input, clientAddress),
    },
    User: {
      __resolveReference: ({ id }, { loaders }) => (isId(id) ? loaders.account.load(id.toLowerCase()) : null),
      addresses: ({ id }, _, { loaders }) => (id === undefined ? null : loaders.addresses.load(id)),
    },
  };
}

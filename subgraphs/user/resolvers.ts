import { isId } from '#platform/ids.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { changeEmail } from './commands/change-email.ts';
import { changePassword } from './commands/change-password.ts';
import { confirmEmail } from './commands/confirm-email.ts';
import { deleteAccount } from './commands/delete-account.ts';
import { logIn } from './commands/log-in.ts';
import { logOut } from './commands/log-out.ts';
import { refreshSession } from './commands/refresh-session.ts';
import { register } from './commands/register.ts';
import { removeAddress } from './commands/remove-address.ts';
import { requestPasswordReset } from './commands/request-password-reset.ts';
import { resetPassword } from './commands/reset-password.ts';
import { saveAddress } from './commands/save-address.ts';
import { setUserRole } from './commands/set-user-role.ts';
import type { UserDependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** The graph of the accounts, on top of their commands and queries. */
export function createResolvers(deps: UserDependencies): Resolvers {
  return {
    Query: {
      me: (_, __, { identity, loaders }) => (identity.kind === 'user' ? loaders.account.load(identity.userId) : null),
    },
    Mutation: {
      register: (_, { input }, caller) => register(deps, caller, input),
      logIn: (_, { input }, caller) => logIn(deps, caller, input),
      refreshSession: (_, { input }, { identity }) => refreshSession(deps, identity, input),
      confirmEmail: (_, { input }, { identity }) => confirmEmail(deps, identity, input),
      logOut: (_, { input }, { identity }) => logOut(deps, identity, input),
      changePassword: (_, { input }, caller) => changePassword(deps, caller, input),
      requestPasswordReset: (_, { input }, { identity }) => requestPasswordReset(deps, identity, input),
      resetPassword: (_, { input }, { identity }) => resetPassword(deps, identity, input),
      changeEmail: (_, { input }, caller) => changeEmail(deps, caller, input),
      saveAddress: (_, { input }, { identity }) => saveAddress(deps, identity, input),
      removeAddress: (_, { input }, { identity }) => removeAddress(deps, identity, input),
      setUserRole: (_, { input }, { identity }) => setUserRole(deps, identity, input),
      deleteAccount: (_, { input }, caller) => deleteAccount(deps, caller, input),
    },
    User: {
      __resolveReference: ({ id }, { loaders }) => (isId(id) ? loaders.account.load(id.toLowerCase()) : null),
      addresses: ({ id }, _, { loaders }) => (id === undefined ? null : loaders.addresses.load(id)),
    },
  };
}

import { isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { setFaultSwitches } from './commands/set-fault-switches.ts';
import type { PaymentDependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import { findFaultSwitches } from './queries.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** From arguments to commands and queries, and from their results to the graph. */
export function createResolvers(deps: PaymentDependencies): Resolvers<Context> {
  return {
    Query: {
      paymentMethods: () => [...deps.provider.methods],
      faultSwitches: (_, __, { identity }) => findFaultSwitches(deps, identity),
    },
    Mutation: {
      setFaultSwitches: (_, { input }, { identity }) => setFaultSwitches(deps, identity, input),
    },
    Payment: {
      __resolveReference: ({ id = '' }, { loaders }) => loaders.payment.load(id.toLowerCase()),
      refunds: ({ id }, _, { loaders }) => loaders.refunds.load(id),
      ledger: ({ orderId }, _, { identity, loaders }) => (isAdmin(identity) ? loaders.ledger.load(orderId) : null),
    },
    LedgerEntry: { amount: ({ amount, currency }) => ({ amount, currency }) },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      payment: ({ id = '' }, _, { loaders }) => loaders.paymentOfOrder.load(id.toLowerCase()),
    },
  };
}

import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { sendMailAgain } from './commands/send-mail-again.ts';
import type { MailDependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import { findFailedMails } from './queries.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** From arguments to commands and queries, and from their results to the graph. */
export function createResolvers(deps: MailDependencies): Resolvers {
  return {
    Query: { failedMails: (_, { first, after }, { identity }) => findFailedMails(deps, identity, first ?? 20, after ?? null) },
    Mutation: { sendMailAgain: (_, { input }, { identity }) => sendMailAgain(deps, identity, input) },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      mails: ({ id }, _, { loaders }) => loaders.mailsOfOrder.load(id.toLowerCase()),
    },
  };
}

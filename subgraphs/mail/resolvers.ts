import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Mail } from './queries.ts';
import type { Resolvers } from './schema.types.ts';
import type { MailService } from './service.ts';

export type Loaders = ReturnType<typeof createLoaders>;
export type Context = RequestContext<Loaders>;

/** One request's loaders: the mails of all its orders are read at once. */
export function createLoaders(service: MailService, identity: Identity) {
  return { mailsOfOrder: new DataLoader<string, Mail[] | null>((orderIds) => service.mailsOfOrders(identity, orderIds)) };
}

export function createResolvers(service: MailService): Resolvers {
  return {
    Query: { failedMails: (_, { first, after }, { identity }) => service.failedMails(identity, first ?? 20, after ?? null) },
    Mutation: { sendMailAgain: (_, { input }, { identity }) => service.sendMailAgain(identity, input) },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      mails: ({ id }, _, { loaders }) => loaders.mailsOfOrder.load(id.toLowerCase()),
    },
  };
}

import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Resolvers } from './schema.types.ts';
import type { OperationsService } from './service.ts';

export type Context = RequestContext<Record<string, never>>;

export function createResolvers(service: OperationsService): Resolvers {
  return {
    Query: {
      components: (_, __, { identity }) => service.components(identity),
      consumers: (_, __, { identity }) => service.consumers(identity),
      deadLetters: (_, { first, after }, { identity }) => service.deadLetters(identity, first ?? 20, after ?? null),
    },
    Mutation: {
      replayDeadLetter: (_, { input }, { identity }) => service.replayDeadLetter(identity, input),
      discardDeadLetter: (_, { input }, { identity }) => service.discardDeadLetter(identity, input),
    },
  };
}

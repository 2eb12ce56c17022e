import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { discardDeadLetter } from './commands/discard-dead-letter.ts';
import { replayDeadLetter } from './commands/replay-dead-letter.ts';
import type { OperationsDependencies } from './dependencies.ts';
import { findComponents, findConsumers, findDeadLetters, findLogs, findMetrics, findTrace } from './queries.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Record<string, never>>;

/** From arguments to commands and queries, and from their results to the graph. */
export function createResolvers(deps: OperationsDependencies): Resolvers {
  return {
    Query: {
      components: (_, __, { identity }) => findComponents(deps, identity),
      consumers: (_, __, { identity }) => findConsumers(deps, identity),
      deadLetters: (_, { first, after }, { identity }) => findDeadLetters(deps, identity, first ?? 20, after ?? null),
      trace: (_, { id }, { identity }) => findTrace(deps, identity, id),
      metrics: (_, __, { identity }) => findMetrics(deps, identity),
      logs: (_, { first, after, ...filter }, { identity }) => findLogs(deps, identity, filter, first ?? 50, after ?? null),
    },
    Mutation: {
      replayDeadLetter: (_, { input }, { identity }) => replayDeadLetter(deps, identity, input),
      discardDeadLetter: (_, { input }, { identity }) => discardDeadLetter(deps, identity, input),
    },
  };
}

import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { type ExecutionResult, executeSync, type GraphQLError } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import { withTraceparent } from '#platform/telemetry.ts';
import type { GatewayContext } from '../context.ts';
import type { SubgraphClients } from '../execution/subgraph-clients.ts';
import type { News } from './news.ts';
import { type PlannedSubscription, seedService } from './plans.ts';

/** One subscription of one caller: what is run for each of the news. */
export type Execution = {
  readonly planned: PlannedSubscription;
  /** Coerced, with the defaults. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  /** Equal for executions that answer alike: the same supergraph, operation, rights, and variables on which the answer depends. */
  readonly key: string;
};

export type Executor = {
  /** The answer for one piece of news. Executions with equal keys share one. Never rejects. */
  execute(execution: Execution, news: News): Promise<ExecutionResult>;
};

export type ExecutorOptions = {
  clients: Pick<SubgraphClients, 'dataSources'>;
  presentError(error: unknown): GraphQLError;
  onExecuted(): void;
  logger: Logger;
};

type RequestContext = Parameters<typeof executeQueryPlan>[2];
type Seed = ReturnType<typeof executeSync>;

export function createExecutor({ clients, presentError, onExecuted, logger }: ExecutorOptions): Executor {
  const seeds = new WeakMap<object, Seed>();
  const shared = new WeakMap<News, Map<string, Promise<ExecutionResult>>>();
  const seedSource = {
    process: (options: { incomingRequestContext: object }) => Promise.resolve(seeds.get(options.incomingRequestContext)),
  };
  // subgraphs that a later supergraph adds are found through the prototype
  const services: Record<string, GraphQLDataSource> = Object.create(clients.dataSources, {
    [seedService]: { value: seedSource },
  });

  async function run({ planned, variables, context }: Execution, news: News): Promise<ExecutionResult> {
    onExecuted();
    const requestContext = {
      request: { variables },
      document: planned.document,
      schema: planned.apiSchema,
      // what an event brought is never answered with a fetch that began before it
      context: { ...context, fresh: true },
      // Apollo's executor reads it without looking whether it is there
      metrics: {},
      logger,
    } as unknown as RequestContext;
    try {
      seeds.set(requestContext, seedFrom(planned, variables, news));
      const { plan, operationContext, supergraphSchema, api } = planned;
      const { data, errors } = await executeQueryPlan(plan, services, requestContext, operationContext, supergraphSchema, api);
      // among them are plain Errors, whose missing toJSON would end the subscription
      return errors === undefined ? { data: data ?? null } : { data: data ?? null, errors: errors.map(presentError) };
    } catch (error) {
      return { data: null, errors: [presentError(error)] };
    }
  }

  return {
    execute(execution, news) {
      const ofNews = shared.get(news) ?? new Map<string, Promise<ExecutionResult>>();
      shared.set(news, ofNews);
      const equal = ofNews.get(execution.key);
      if (equal) return equal;
      const mine = withTraceparent(news.traceparent, () => run(execution, news));
      ofNews.set(execution.key, mine);
      return mine;
    },
  };
}

/** What the event answers of the operation: aliases, fragments and directives are graphql-js's work, as in a subgraph with a server. */
function seedFrom({ eventsSchema, seed, field }: PlannedSubscription, variableValues: Execution['variables'], news: News): Seed {
  return executeSync({ schema: eventsSchema, document: seed, variableValues, rootValue: { [field.name.value]: news.value } });
}

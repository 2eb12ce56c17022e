import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import { createIntrospect } from '../execution/introspect.ts';
import { createOperationExecutor, executedBy } from '../execution/operation-executor.ts';
import { SubgraphAddressError, type SubgraphClients } from '../execution/subgraph-clients.ts';
import type { Caches } from '../runtime/caches.ts';
import type { Planning } from '../supergraph/planning/planning.ts';
import type { PlanningThread } from '../supergraph/planning/planning-thread.ts';
import type { LiveSupergraph } from '../supergraph/supergraph.ts';
import type { GatewayContext } from './context.ts';
import type { ConcurrencyLimiter } from './limit/concurrency-limiter.ts';
import type { OperationRequest } from './operation.ts';
import type { Documents } from './parse/documents.ts';
import { RequestError } from './request-error.ts';

export type Operations = ReturnType<typeof createOperations>;

/** Runs operations that were prepared: Apollo Server around our executor of Apollo's plans, without its HTTP server. */
export function createOperations(options: {
  supergraph: LiveSupergraph;
  planning: Planning;
  thread: Pick<PlanningThread, 'introspect'>;
  clients: Pick<SubgraphClients, 'fetch'>;
  documents: Documents;
  caches: Caches;
  concurrency: ConcurrencyLimiter;
  presentError(error: unknown): GraphQLError;
  introspection: boolean;
  logger: Logger;
}) {
  const { presentError, concurrency } = options;
  const inTurn = <T>({ rateKey, cost }: GatewayContext, work: () => Promise<T>): Promise<T> =>
    cost === undefined ? work() : concurrency.run(rateKey, cost, work);
  const server = new ApolloServer<GatewayContext>({
    gateway: executedBy(
      options.supergraph.gateway,
      createOperationExecutor(options.planning, options.clients, createIntrospect(options.caches, options.thread)),
    ),
    introspection: options.introspection,
    documentStore: options.documents.store,
    // already validated in prepare.ts, where long documents do not block other requests
    dangerouslyDisableValidation: true,
    // the gateway's own, in prepare.ts, serve sockets as well
    persistedQueries: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    apollo: {},
    logger: options.logger.child({ part: 'apollo' }, { level: 'warn' }),
    formatError: (_formatted: GraphQLFormattedError, error: unknown) => presentError(error).toJSON(),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      queryPlanPlugin,
    ],
  });

  return {
    /** Loads the supergraph. Rejects with one sentence when it cannot be served. */
    async start(): Promise<void> {
      try {
        await server.start();
      } catch (cause) {
        if (cause instanceof SubgraphAddressError) throw cause;
        throw new Error('The file holds no supergraph that can be served.', { cause });
      }
    },
    stop: () => server.stop(),

    /** The answer to a prepared operation as HTTP, of the media type `accept`. @throws RequestError when its caller asks for too much at once. */
    respond(request: OperationRequest & { query: string }, accept: string, context: GatewayContext): Promise<HTTPGraphQLResponse> {
      const headers = new HeaderMap([
        ['content-type', 'application/json'],
        ['accept', accept],
      ]);
      return inTurn(context, () =>
        server.executeHTTPGraphQLRequest({
          httpGraphQLRequest: { method: 'POST', headers, search: '', body: bodyOf(request) },
          context: async () => context,
        }),
      );
    },

    /** The answer to a prepared operation as a result. Never rejects. */
    async execute(request: OperationRequest & { query: string }, context: GatewayContext): Promise<ExecutionResult> {
      try {
        const { body } = await inTurn(context, () => server.executeOperation(bodyOf(request), { contextValue: context }));
        if (body.kind === 'incremental') throw new Error('An answer in parts was not asked for.');
        const { data, errors } = body.singleResult;
        return {
          ...(data === undefined ? {} : { data }),
          ...(errors === undefined ? {} : { errors: errors.map(toError) }),
        };
      } catch (error) {
        return { errors: error instanceof RequestError ? error.errors : [presentError(error)] };
      }
    },
  };
}

/** Adds execution details to the response when the caller requested them. */
const queryPlanPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async ({ contextValue: { explanation } }) => {
    if (explanation === undefined) return;
    return {
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single') return;
        body.singleResult.extensions = { ...body.singleResult.extensions, queryPlan: explanation.tree() };
      },
    };
  },
};

function bodyOf({ query, operationName, variables }: OperationRequest & { query: string }) {
  return { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) };
}

function toError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}

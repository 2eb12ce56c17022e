import type { GraphQLDataSource } from '@apollo/gateway';
import type { GatewayContext } from '../context.ts';

/** How the gateway asks subgraphs: by Apollo's executor through `dataSources`, or directly. */
export type SubgraphClients = {
  /** By the subgraph's name; grows when a new supergraph names a new one. The virtual subgraph `events` refuses every call. */
  readonly dataSources: Readonly<Record<string, GraphQLDataSource<GatewayContext>>>;
  /**
   * Asks one subgraph a query as the caller of `context`, with the same timeout, retry and breaker as an execution.
   * @throws AppError UNAVAILABLE when it does not answer.
   */
  ask(
    subgraph: string,
    request: { query: string; variables?: Readonly<Record<string, unknown>> },
    context: GatewayContext,
  ): Promise<{
    data: Record<string, unknown> | null;
    errors: readonly { message: string; extensions?: Readonly<Record<string, unknown>> }[];
  }>;
};

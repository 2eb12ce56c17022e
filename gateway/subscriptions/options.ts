import type { IncomingMessage, Server } from 'node:http';
import type { Tracer } from '@opentelemetry/api';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { Registry } from 'prom-client';
import type { EventLog } from '#kafka/event-log.ts';
import type { Logger } from '#platform/logger.ts';
import type { SubgraphClients } from '../execution/subgraph-clients.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { ObserveOperation } from '../pipeline/observe-operations.ts';
import type { OperationRequest, PreparedOperation } from '../pipeline/operation.ts';
import type { Planning } from '../supergraph/planning/planning.ts';
import type { SupergraphSource } from '../supergraph/supergraph-source.ts';

/** What the gateway gives to its subscriptions. */
export type SubscriptionOptions = {
  /** Not listening yet. The subscriptions take its `upgrade` events for /graphql and answer others with 404. */
  httpServer: Server;
  supergraph: SupergraphSource;
  planning: Planning;
  clients: SubgraphClients;
  /** Null where there is no event log: `subscribe` is then rejected with UNAVAILABLE, queries and mutations are served. */
  eventLog: EventLog | null;
  /** Origins a browser may open a socket from, besides the gateway's own; `*` is any. A client without an Origin is no browser. */
  allowedOrigins: readonly string[];
  /** Where a socket comes from, as far as it can be believed; how many may be open is counted by it. */
  clientAddress(request: IncomingMessage): string;
  /**
   * Who the access token speaks for; without one a guest. `expiresAt` and `sessionId` are null for guests.
   * @throws AppError UNAUTHENTICATED when the token is not valid, UNAVAILABLE when it cannot be checked at the moment.
   */
  identify(
    token: string | undefined,
    request: IncomingMessage,
  ): Promise<{ context: GatewayContext; expiresAt: Date | null; sessionId: string | null }>;
  /** Calls `onEnded` when the session has ended before its token; answers what forgets that. */
  onSessionEnded(sessionId: string, onEnded: () => void): () => void;
  /**
   * Everything that happens before planning, as over HTTP: the rate limit of the caller, trusted documents, tokens, syntax, validation,
   * depth, aliases, cost. For queries, mutations and subscriptions. Never rejects. The errors are ready for the client.
   */
  prepare(request: OperationRequest, context: GatewayContext): Promise<PreparedOperation>;
  /** Validates again, without counting: for a document that went through `prepare` under an earlier supergraph. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /** Runs a query or a mutation that went through `prepare`, as over HTTP. Never rejects. */
  execute(request: OperationRequest & { readonly query: string }, context: GatewayContext): Promise<ExecutionResult>;
  /** Whether a document is one of the registered operations: what those cost is known, and their answers are shared by all who may see the same. */
  isRegistered(document: DocumentNode): boolean;
  observe?: ObserveOperation;
  /** What updates of one caller's other documents may cost at once, by estimate; 0 is no limit. */
  maxCostAtOnce: number;
  /** Makes an error of an execution fit for clients: no addresses or bodies of subgraphs, INTERNAL with a trace id for bugs. */
  presentError(error: unknown): GraphQLError;
  /** Null when nothing is recorded. */
  tracer?: Tracer | null;
  logger: Logger;
  /** Where gauges and counters of sockets and subscriptions are registered, named `marigold_…`. */
  metrics: Registry;
};
export type Subscriptions = {
  /** Null when subscriptions can be served, else why not, for /readyz. */
  unhealthyReason(): Promise<string | null>;
  /** Answers queries and mutations, closes every socket with 1001 and stops reading the log, without closing it. Resolves within 3 s. */
  stop(): Promise<void>;
};

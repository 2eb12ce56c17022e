import type { IncomingMessage, Server } from 'node:http';
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Registry } from 'prom-client';
import type { EventLog } from '#kafka/event-log.ts';
import type { Logger } from '#platform/logger.ts';
import type { SubgraphClients } from './execution/subgraph-clients.ts';
import type { GatewayContext } from './pipeline/context.ts';
import type { PlannedOperation } from './supergraph/planning/operation-planner.ts';
import type { Planning } from './supergraph/planning/planning.ts';

/** The supergraph that is served at the moment. A new one is a new object. */
export type SupergraphState = {
  /** What clients see, executable by validation rules. */
  readonly apiSchema: GraphQLSchema;
  /** The composed SDL with its join directives, for planners. */
  readonly sdl: string;
};

export type SupergraphSource = {
  current(): SupergraphState;
  /** Calls `listener` after each reload that was accepted; answers what unsubscribes it. */
  onChange(listener: (state: SupergraphState) => void): () => void;
};

/** An operation as a client sends it, in a body or in a socket's subscribe message. */
export type OperationRequest = {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};

export type PreparedOperation =
  | {
      readonly ok: true;
      readonly document: DocumentNode;
      readonly operation: OperationDefinitionNode;
      readonly planned: PlannedOperation;
      /** The objects that it may bring by estimate, and each fetch as 50. */
      readonly cost: number;
      /** As it is to be run: with its text, and the variables of that text. */
      readonly request: OperationRequest & { readonly query: string };
    }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** What the gateway gives to its subscriptions. */
export type SubscriptionOptions = {
  /** Not listening yet. The subscriptions take its `upgrade` events for /graphql and answer others with 404. */
  httpServer: Server;
  supergraph: SupergraphSource;
  planning: Planning;
  clients: SubgraphClients;
  /** Null where there is no event log: `subscribe` is then refused with UNAVAILABLE, queries and mutations are served. */
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
  /** Makes an error of an execution fit for clients: no addresses or bodies of subgraphs, INTERNAL with a correlation id for bugs. */
  presentError(error: unknown): GraphQLError;
  logger: Logger;
  /** Where gauges and counters of sockets and subscriptions are registered, named `marigold_…`. */
  metrics: Registry;
};

export type Subscriptions = {
  /** Null when subscriptions can be served, else why not, for /readyz. */
  unhealthyReason(): Promise<string | null>;
  /** Closes every socket with 1001 and stops reading the log, without closing it. Resolves within 2 s. */
  stop(): Promise<void>;
};

/** Implemented by `serveSubscriptions` in subscriptions/serve-subscriptions.ts. Must not reject because the log cannot be reached. */
export type ServeSubscriptions = (options: SubscriptionOptions) => Promise<Subscriptions>;

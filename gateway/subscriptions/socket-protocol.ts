import type { IncomingMessage } from 'node:http';
import { context, SpanKind } from '@opentelemetry/api';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import { type Context, makeServer, type Server } from 'graphql-ws';
import { AppError } from '#platform/errors.ts';
import { exactNumber, type ReviverContext } from '#platform/exact-json.ts';
import type { Logger } from '#platform/logger.ts';
import { secondsSince } from '#platform/metrics.ts';
import { describeSpan, inEntrySpan } from '#platform/tracing/spans.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import { type OperationRequest, spanOf } from '../pipeline/operation.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { completed, tooManyOperations, tooMuchFromAddress } from './errors.ts';
import type { SubscriptionLimits } from './limits.ts';
import type { Answers, LiveSubscriptions } from './live-subscriptions.ts';
import type { SubscriptionOptions } from './options.ts';
import type { SocketOperations } from './socket-operations.ts';

/** What the protocol knows of one socket. */
export type Connection = {
  readonly request: IncomingMessage;
  close(why: CloseCode): void;
  /** Called once when it is known until when the caller may stay, null is for ever, and with which session, null is none. */
  onIdentified(expiresAt: Date | null, sessionId: string | null): void;
  /** Who is connected; null until `connection_init` was accepted. */
  caller: GatewayContext | null;
  readonly operations: SocketOperations;
};

export type SocketProtocolOptions = Pick<
  SubscriptionOptions,
  'identify' | 'prepare' | 'execute' | 'observe' | 'presentError' | 'supergraph' | 'tracer'
> & {
  live: LiveSubscriptions;
  limits: Pick<SubscriptionLimits, 'operationsPerSocket' | 'initWithinMs'>;
  logger: Logger;
};

type Params = Record<string, unknown> | undefined;
type Run = () => Promise<ExecutionResult> | Answers;
type Begun = { readonly document: DocumentNode; readonly run: Run; readonly isAnsweredOnce: boolean };

/** graphql-transport-ws: who connects, and what runs behind each operation. Subscriptions are ours, the rest is what HTTP would run. */
export function createSocketProtocol(options: SocketProtocolOptions): Server<Connection> {
  const { identify, prepare, execute, presentError, supergraph, live, limits, tracer = null, logger } = options;
  // carries an operation from the hook that prepares it to the hook that runs it
  const runs = new WeakMap<object, Run>();

  async function connect({ extra, connectionParams }: Context<Params, Connection>): Promise<boolean> {
    try {
      const { context, expiresAt, sessionId } = await identify(tokenOf(connectionParams, extra.request), extra.request);
      extra.caller = context;
      extra.onIdentified(expiresAt, sessionId);
      return true;
    } catch (error) {
      logger.debug({ error }, 'a socket was not let in');
      extra.close(closeCodeOf(error));
      return false;
    }
  }

  async function begin(request: OperationRequest, caller: GatewayContext, wanted: AbortSignal): Promise<Begun | readonly GraphQLError[]> {
    const startedAt = performance.now();
    const prepared = await prepare(request, caller);
    if (!prepared.ok) return prepared.errors;
    if (wanted.aborted) return [completed()];
    describeSpan(...spanOf(prepared));
    const { document, operation, planned, cost } = prepared;
    if (operation.operation !== 'subscription')
      return {
        ...{ document, isAnsweredOnce: true },
        run: context.bind(context.active(), async () => {
          const result = await execute(prepared.request, { ...caller, planned, cost, signal: wanted });
          options.observe?.(prepared, secondsSince(startedAt), (result.errors ?? []).length > 0);
          return result;
        }),
      };
    const opened = live.open(prepared, prepared.request, caller);
    return opened.ok ? { document, run: () => opened.answers, isAnsweredOnce: false } : opened.errors;
  }

  function runOf(contextValue: unknown): ReturnType<Run> {
    const run = typeof contextValue === 'object' && contextValue !== null ? runs.get(contextValue) : undefined;
    if (run === undefined) throw new Error('An operation was lost between two hooks of its protocol.');
    return run();
  }

  return makeServer<Params, Connection>({
    connectionInitWaitTimeout: limits.initWithinMs,
    jsonMessageReviver: reviveMessage,
    onConnect: connect,
    async onSubscribe({ extra }, id, request) {
      const { caller, operations } = extra;
      if (caller === null) return [presentError(new AppError('UNAUTHENTICATED', 'The socket is not authenticated.'))];
      if (operations.running > limits.operationsPerSocket) return [tooManyOperations(limits.operationsPerSocket)];
      if (operations.isAddressExceeded) return [tooMuchFromAddress()];
      const entry = { kind: SpanKind.SERVER, traceparent: traceparentOf(request), isTrusted: false };
      const begun = await inEntrySpan(tracer, 'operation', entry, () => begin(request, caller, operations.signalOf(id)));
      if (!('run' in begun)) return begun;
      if (begun.isAnsweredOnce) operations.expectAnswer(id);
      const contextValue = {};
      runs.set(contextValue, begun.run);
      const schema = supergraph.current().apiSchema;
      return { schema, document: begun.document, operationName: request.operationName, contextValue };
    },
    subscribe: ({ contextValue }) => runOf(contextValue),
    execute: ({ contextValue }) => runOf(contextValue),
  });
}

/** A socket has no headers for each operation: clients send the trace context in the extensions. */
function traceparentOf({ extensions }: OperationRequest): string | undefined {
  const traceparent = extensions?.['traceparent'];
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** `JSON.parse` calls it, with a context that the library does not know of. */
function reviveMessage(key: string, value: unknown, context?: ReviverContext): unknown {
  return typeof value === 'number' ? exactNumber(value, context?.source) : withText(key, value);
}

/**
 * The protocol's library rejects an operation without a document, and one that is identified by its hash has none: an empty document means the
 * same. Not needed any more once the library checks `extensions` first.
 */
function withText(key: string, message: unknown): unknown {
  if (key !== '' || !isRecord(message) || message['type'] !== 'subscribe') return message;
  const { payload } = message;
  const isNamedByHash = isRecord(payload) && payload['query'] == null && isRecord(payload['extensions']);
  return isNamedByHash ? { ...message, payload: { ...payload, query: '' } } : message;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `connectionParams.authorization`, in any case, before the header of the upgrade, which browsers cannot set. */
function tokenOf(params: Params, request: IncomingMessage): string | undefined {
  const [, param] = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  const value = typeof param === 'string' && param !== '' ? param : request.headers.authorization;
  return value === undefined ? undefined : value.replace(/^Bearer\s+/i, '');
}

function closeCodeOf(error: unknown): CloseCode {
  if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') return closeCodes.tryAgainLater;
  const isExpired = error.cause instanceof Error && error.cause.name === 'TokenExpiredError';
  return isExpired ? closeCodes.expiredToken : closeCodes.invalidToken;
}

import { setTimeout as pause } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { inSpan } from '#platform/tracing/spans.ts';
import { currentTraceparent } from '#platform/tracing/trace-context.ts';
import { callerLeft, type GatewayContext } from '../pipeline/context.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import { type BreakerState, createCircuitBreaker } from './circuit-breaker.ts';
import { SharedRequests } from './shared-requests.ts';
import { openTransport, TransportError, type TransportFailure } from './transport.ts';

export type SubgraphClientOptions = {
  name: string;
  url: string;
  /** For the whole call, a retry included. */
  timeoutMs: number;
  connections: number;
  breaker: { failures: number; openMs: number };
  internalToken(context: GatewayContext): string | undefined;
  metrics: GatewayMetrics;
  logger: Logger;
};

export type SubgraphRequest = { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> | undefined };

export type SubgraphClient = {
  /**
   * The text of the answer to one operation, which should be JSON with `data`, `errors` or both.
   * @throws AppError UNAVAILABLE when the subgraph cannot be asked.
   */
  send(request: SubgraphRequest, context: GatewayContext): Promise<string>;
  /** Whether anything answers at its address just now. */
  isReachable(): Promise<boolean>;
  /** Closes its connections when the calls in flight have ended; it records no metrics and logs from now on. */
  retire(): Promise<void>;
  close(): Promise<void>;
};

type Attempt = Outcome & { readonly text?: string; readonly reason?: string };

type Call = { readonly body: string; readonly headers: Record<string, string>; readonly ended: AbortSignal | undefined };

/** The error message for clients. */
export const unavailableMessage = 'This part of the shop does not answer at the moment. Try again soon.';
const pauseBeforeRetryMs = 25;
const mostUnread = 3;

/** Calls one subgraph with the caller's identity and a timeout. Retries queries once after a connection error, and whatever was not read; fails fast while the circuit is open. */
export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  return new Client(options);
}

class Client implements SubgraphClient {
  readonly #options: SubgraphClientOptions;
  readonly #logger: Logger;
  readonly #transport: ReturnType<typeof openTransport>;
  readonly #shared = new SharedRequests<string>();
  readonly #underWay = new Set<Promise<string>>();
  readonly #breaker: ReturnType<typeof createCircuitBreaker>;
  #isRetired = false;

  constructor(options: SubgraphClientOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ subgraph: options.name });
    this.#transport = openTransport(options.url, options.connections);
    this.#breaker = createCircuitBreaker({ ...options.breaker, onChange: (state) => this.#onBreaker(state) });
    options.metrics.breakers.set({ subgraph: options.name }, 0);
  }

  send(request: SubgraphRequest, context: GatewayContext): Promise<string> {
    const answer = this.#sendOnce(request, context).finally(() => this.#underWay.delete(answer));
    this.#underWay.add(answer);
    return answer;
  }

  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#options.metrics.breakers.remove({ subgraph: this.#options.name });
    await Promise.allSettled(this.#underWay);
    await this.#transport.close();
  }

  async isReachable(): Promise<boolean> {
    try {
      return !isTrouble(await this.#transport.post('{"query":"{__typename}"}', { 'content-type': 'application/json' }, 500));
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #onBreaker(state: BreakerState): void {
    // the host name may resolve to another server by now
    if (this.#isRetired) return;
    this.#options.metrics.breakers.set({ subgraph: this.#options.name }, state === 'closed' ? 0 : 1);
    if (state === 'open') this.#logger.warn('the subgraph does not answer; it is not asked for a while');
    if (state === 'closed') this.#logger.info('the subgraph answers again');
  }

  async #post({ body, headers, ended }: Call, timeoutMs: number): Promise<Attempt> {
    try {
      return await this.#transport.post(body, headers, timeoutMs, ended);
    } catch (error) {
      return { failure: error instanceof TransportError ? error.failure : 'connection', reason: reasonOf(error) };
    }
  }

  async #attempt(call: Call, timeoutMs: number): Promise<Attempt> {
    if (!this.#breaker.admit()) throw new AppError('UNAVAILABLE', unavailableMessage);
    const outcome = await this.#post(call, timeoutMs);
    if ('failure' in outcome && outcome.failure === 'left') this.#breaker.left();
    else this.#learn(outcome);
    return outcome;
  }

  #learn(outcome: Attempt): void {
    // logged once, not with every call while it is unavailable
    if ('failure' in outcome) this.#logger[this.#breaker.state() === 'closed' ? 'warn' : 'debug'](outcome, 'a call to the subgraph failed');
    if (isTrouble(outcome)) this.#breaker.failed();
    else this.#breaker.succeeded();
  }

  async #call(body: string, kind: OperationKind, context: GatewayContext, ended?: AbortSignal): Promise<string> {
    const deadline = Date.now() + this.#options.timeoutMs;
    const headers = headersFor(context, this.#options.internalToken(context));
    for (let count = 1; ; count += 1) {
      const outcome = await this.#attempt({ body, headers, ended }, Math.max(1, deadline - Date.now()));
      if (!mayRetry(kind, count, outcome)) return read(outcome, this.#logger);
      this.#options.metrics.retries.inc({ subgraph: this.#options.name });
      await pause(pauseBeforeRetryMs);
    }
  }

  async #timed(body: string, kind: OperationKind, context: GatewayContext, ended?: AbortSignal): Promise<string> {
    const end = this.#options.metrics.fetches.startTimer({ subgraph: this.#options.name });
    try {
      const text = await inSpan(`fetch ${this.#options.name}`, spanOf(this.#options, kind), () => this.#call(body, kind, context, ended));
      end({ outcome: 'answered' });
      return text;
    } catch (error) {
      end({ outcome: ended?.aborted ? 'left' : 'failed' });
      throw error;
    }
  }

  async #sendOnce(request: SubgraphRequest, context: GatewayContext): Promise<string> {
    const body = JSON.stringify({ query: request.query, variables: request.variables });
    if (kindOf(request.query) === 'query') {
      context.signal?.throwIfAborted();
      if (context.skipDedup === true) return this.#timed(body, 'query', context, context.signal);
      return this.#shared.share(`${context.dedupKey}\n${body}`, (ended) => this.#timed(body, 'query', context, ended), context.signal);
    }
    // a mutation is never aborted, even when its caller has left: a partial change is worse than a lost response
    try {
      return await this.#timed(body, 'mutation', context);
    } finally {
      // reads after a mutation must see its effect
      this.#shared.renew();
    }
  }
}

const spanOf = ({ name, url }: SubgraphClientOptions, kind: OperationKind) => ({
  kind: SpanKind.CLIENT,
  attributes: { 'graphql.operation.type': kind, 'peer.service': name, 'url.full': url },
});

/** A short reason for the log: repeated errors while a subgraph is unavailable need no stack. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The only headers a subgraph ever sees: nothing the client sent is among them. */
function headersFor(context: GatewayContext, token: string | undefined): Record<string, string> {
  const traceparent = currentTraceparent();
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(context.clientAddress === undefined ? {} : { 'x-client-address': context.clientAddress }),
    ...(context.skipDedup === true ? { 'cache-control': 'no-cache' } : {}),
  };
}

function read(outcome: Attempt, logger: Logger): string {
  if ('failure' in outcome && outcome.failure === 'left') throw callerLeft();
  if ('failure' in outcome) throw new AppError('UNAVAILABLE', unavailableMessage, { details: { failure: outcome.failure } });
  const { status, text = '' } = outcome;
  if (status >= 200 && status < 300) return text;
  if (status === 401) logger.error('the subgraph does not accept the token of this gateway: is INTERNAL_TOKEN_SECRET the same?');
  if (status === 401 || wasNotRead(outcome) || status >= 500)
    throw new AppError('UNAVAILABLE', unavailableMessage, { details: { status } });
  // what GraphQL servers answer with 4xx has errors in its body, and they are handled as any others
  return text;
}

type OperationKind = 'query' | 'mutation';
type Outcome = { readonly failure: TransportFailure } | { readonly status: number };

/** The planner prints the keyword of every mutation; what has none is a query. */
export function kindOf(operation: string): OperationKind {
  return /^\s*mutation\b/.test(operation) ? 'mutation' : 'query';
}

/**
 * Whether a call may be made once more. A mutation only when the subgraph has not read it: it may have done it before a connection broke.
 * A timeout never: the caller has waited long enough.
 */
export function mayRetry(kind: OperationKind, attempt: number, outcome: Outcome): boolean {
  // each connection that was idle when a copy of the subgraph ended says so once
  if (wasNotRead(outcome)) return attempt <= mostUnread;
  if (attempt > 1) return false;
  if ('failure' in outcome) return outcome.failure === 'refused' || (outcome.failure === 'connection' && kind === 'query');
  return kind === 'query' && (outcome.status === 502 || outcome.status === 503);
}

/** What a server answers that closes an idle connection, as ours do when they end (RFC 9110, 15.5.9). */
const wasNotRead = (outcome: Outcome): boolean => 'status' in outcome && outcome.status === 408;

/** Whether the outcome means that the subgraph is unhealthy, not that it rejected the request or that all connections are in use. */
export function isTrouble(outcome: Outcome): boolean {
  if (!('failure' in outcome)) return outcome.status >= 500;
  return outcome.failure === 'connection' || outcome.failure === 'refused' || outcome.failure === 'timeout';
}

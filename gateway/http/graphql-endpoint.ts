import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { GraphQLError } from 'graphql';
import { AppError } from '#platform/errors.ts';
import { secondsSince } from '#platform/metrics.ts';
import { describeSpan } from '#platform/tracing/spans.ts';
import { bearerToken, type Caller, type Identify } from '../pipeline/authenticate/identity.ts';
import { callerLeft, createContext, type GatewayContext, placeOf } from '../pipeline/context.ts';
import type { ObserveOperation } from '../pipeline/observe-operations.ts';
import { spanOf } from '../pipeline/operation.ts';
import type { Operations } from '../pipeline/operations.ts';
import type { Prepare, Prepared } from '../pipeline/prepare.ts';
import { graphqlError, RequestError, reject } from '../pipeline/request-error.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import type { QueryPlans } from '../supergraph/plans/query-plans.ts';
import { sendText } from './answers.ts';
import type { IncomingBodies } from './incoming-bodies.ts';
import { type ResponseType, responseTypeFor, responseTypes } from './negotiation.ts';
import { readRequest } from './read-request.ts';

export type Endpoint = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
export type GraphqlEndpoint = {
  /** POST and GET at /graphql: reads, identifies, prepares, runs. */
  readonly run: Endpoint;
  /** POST at /graphql/plan: returns the query plan of an operation. Null when plans are disabled. */
  readonly plan: Endpoint | null;
};

export type EndpointOptions = {
  operations: Operations;
  observe: ObserveOperation;
  prepare: Prepare;
  /** Null when query plans are disabled. */
  plans: QueryPlans | null;
  identify: Identify;
  presentError(error: unknown): GraphQLError;
  clientAddress(request: IncomingMessage): string;
  /** By kind of caller. */
  maxBodyBytes: { readonly user: number; readonly guest: number };
  bodies: IncomingBodies;
  metrics: GatewayMetrics;
  /**
   * Resolves when a caller who is over a budget is answered: not at once, because a rejection costs nearly as much as a small operation, and a connection has
   * one request at a time.
   */
  holdBack(): Promise<void>;
};

type Ready = { readonly prepared: Prepared; readonly context: GatewayContext };

const overHttp =
  'Subscriptions are served over WebSocket at this address, with the protocol graphql-transport-ws; over HTTP only queries and mutations.';

/** Whatever is rejected is answered with a 4xx and the reason as a GraphQL error. */
export function createGraphqlEndpoint(options: EndpointOptions): GraphqlEndpoint {
  const { operations, prepare, metrics, plans } = options;

  async function identifyCaller(request: IncomingMessage): Promise<Caller> {
    try {
      return await options.identify(bearerToken(request.headers.authorization));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED')
        throw new RequestError([options.presentError(error)], { status: 503 });
      // RFC 6750, 3: the client should retry with another token
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
      throw new RequestError([graphqlError('UNAUTHENTICATED', error.message)], { headers });
    }
  }

  /** @throws RequestError */
  async function read(request: IncomingMessage, url: URL, use = { isRun: true }): Promise<Ready> {
    // what is over the budget is not even read
    const { identity } = await identifyCaller(request);
    const context = createContext(identity, options.clientAddress(request));
    await prepare.admit(context);
    options.bodies.receive(request, placeOf(context));
    const operation = await readRequest(request, url, options.maxBodyBytes[identity.kind]);
    return { context, prepared: await prepare.prepareOrReject(operation, context, use) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<string> {
    const startedAt = performance.now();
    const type = responseTypeFor(request);
    // from now on: the client may leave while its operation waits, is parsed or planned
    const signal = leavingOf(response);
    const { prepared, context } = await read(request, url);
    describeSpan(...spanOf(prepared));
    if (signal.aborted) return prepared.operation.operation;
    assertServedOverHttp(prepared, request.method);
    const isExplained = request.headers['x-query-plan'] === 'on' && plans !== null;
    const explanation = isExplained ? { explanation: plans.explain(prepared.planned) } : {};
    const result = await operations.respond(prepared.request, type, {
      ...context,
      ...explanation,
      planned: prepared.planned,
      cost: prepared.cost,
      signal,
    });
    for (const [name, value] of result.headers) response.setHeader(name, value);
    if (result.body.kind === 'chunked') throw new Error('An answer in parts was not asked for.');
    // Apollo Server writes the errors of an answer first
    options.observe(prepared, secondsSince(startedAt), result.body.string.startsWith('{"errors"'));
    await sendText(request, response, { status: result.status ?? 200, type, text: result.body.string });
    return prepared.operation.operation;
  }

  async function answerPlan(shown: QueryPlans, request: IncomingMessage, response: ServerResponse, url: URL): Promise<string> {
    const type = responseTypeFor(request, [responseTypes[0]]);
    const { prepared } = await read(request, url, { isRun: false });
    const plan = shown.treeOf(prepared.planned);
    await sendText(request, response, { status: 200, type, text: JSON.stringify({ plan }) });
    return 'plan';
  }

  function rejecting(work: (...request: Parameters<Endpoint>) => Promise<string>): Endpoint {
    return async (request, response, url) => {
      const end = metrics.requests.startTimer();
      response.appendHeader('vary', 'accept');
      const rejection = await rejectionOf(response, () => work(request, response, url), end);
      if (rejection === null) return;
      if (rejection.status === 429) {
        discourage(request, response);
        await options.holdBack();
      }
      await sendRejected(request, response, rejection);
    };
  }

  return { run: rejecting(answer), plan: plans && rejecting((...request) => answerPlan(plans, ...request)) };
}

function assertServedOverHttp({ operation }: Prepared, method: string | undefined): void {
  if (operation.operation === 'subscription') reject('BAD_REQUEST', overHttp);
  if (operation.operation === 'mutation' && method === 'GET') {
    reject('BAD_REQUEST', 'A GET never changes anything: send mutations with POST.', { status: 405, headers: { allow: 'POST' } });
  }
}

/** Null when the request was answered. Its time, which `end` takes, is over before a rejection is held back. */
async function rejectionOf(
  response: ServerResponse,
  work: () => Promise<string>,
  end: (labels: { operation: string; status: number }) => void,
): Promise<RequestError | null> {
  let operation = 'rejected';
  try {
    operation = await work();
    return null;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    response.statusCode = error.status;
    return error;
  } finally {
    end({ operation, status: response.statusCode });
  }
}

/** Who goes on asking over the budget on one connection loses it: that costs less than to answer. */
function discourage(request: IncomingMessage, response: ServerResponse): void {
  const times = (rejectedOn.get(request.socket) ?? 0) + 1;
  rejectedOn.set(request.socket, times);
  if (times >= mostRejections) response.setHeader('connection', 'close');
  request.resume();
}
const rejectedOn = new WeakMap<Socket, number>();
const mostRejections = 20;

/** Aborted when the client leaves before it was answered. */
function leavingOf(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort(callerLeft());
  });
  return leaving.signal;
}

async function sendRejected(request: IncomingMessage, response: ServerResponse, { errors, status, headers }: RequestError): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  await sendText(request, response, { status, type: errorTypeFor(request), text: JSON.stringify({ errors }) });
}

/** Errors are sent even to a client that accepts none of our media types. */
function errorTypeFor(request: IncomingMessage): ResponseType {
  try {
    return responseTypeFor(request);
  } catch {
    return responseTypes[0];
  }
}

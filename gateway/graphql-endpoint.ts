import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { AppError } from '#platform/errors.ts';
import { createContext } from './context.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Operations } from './operations.ts';
import type { Prepare, Prepared } from './prepare.ts';
import { bearerToken, type Caller, type Identify } from './protection/identity.ts';
import { Refused, refusal, refuse } from './protection/refusals.ts';
import { readRequest } from './read-request.ts';

export type GraphqlEndpoint = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export type EndpointOptions = {
  operations: Operations;
  prepare: Prepare;
  identify: Identify;
  presentError(error: unknown): GraphQLError;
  clientAddress(request: IncomingMessage): string;
  maxBodyBytes: number;
  metrics: GatewayMetrics;
};

const overHttp =
  'Subscriptions are served over WebSocket at this address, with the protocol graphql-transport-ws; over HTTP only queries and mutations.';

/** POST and GET at /graphql: reads, identifies, prepares, runs. Whatever is refused is answered with a 4xx and the reason as a GraphQL error. */
export function createGraphqlEndpoint(options: EndpointOptions): GraphqlEndpoint {
  const { operations, prepare, metrics } = options;

  async function identifyCaller(request: IncomingMessage): Promise<Caller> {
    try {
      return await options.identify(bearerToken(request.headers.authorization));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED')
        throw new Refused([options.presentError(error)], { status: 503 });
      // RFC 6750, 3: tells the client that another token would help
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
      throw new Refused([refusal('UNAUTHENTICATED', error.message)], { headers });
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<string> {
    const operation = await readRequest(request, url, options.maxBodyBytes);
    const { identity } = await identifyCaller(request);
    const context = createContext(identity, options.clientAddress(request));
    const prepared = await prepare.prepareOrRefuse(operation, context);
    assertServedOverHttp(prepared, request.method);
    const result = await operations.respond({ ...operation, query: prepared.query }, request.headers.accept, context);
    for (const [name, value] of result.headers) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    response.statusCode = result.status ?? 200;
    if (result.body.kind === 'chunked') throw new Error('An answer in parts was not asked for.');
    response.end(result.body.string);
    return prepared.operation.operation;
  }

  return async (request, response, url) => {
    const end = metrics.requests.startTimer();
    let operation = 'refused';
    try {
      operation = await answer(request, response, url);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      sendRefused(request, response, error);
    } finally {
      end({ operation, status: response.statusCode });
    }
  };
}

function assertServedOverHttp({ operation }: Prepared, method: string | undefined): void {
  if (operation.operation === 'subscription') refuse('BAD_REQUEST', overHttp);
  if (operation.operation === 'mutation' && method === 'GET') {
    refuse('BAD_REQUEST', 'A GET never changes anything: send mutations with POST.', { status: 405, headers: { allow: 'POST' } });
  }
}

function sendRefused(request: IncomingMessage, response: ServerResponse, { errors, status, headers }: Refused): void {
  const accepts = request.headers.accept ?? '';
  const type = accepts.includes('application/graphql-response+json') ? 'application/graphql-response+json' : 'application/json';
  response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(JSON.stringify({ errors }));
}

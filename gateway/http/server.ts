import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SpanKind, type Tracer } from '@opentelemetry/api';
import { ATTR_HTTP_REQUEST_METHOD, ATTR_HTTP_RESPONSE_STATUS_CODE, ATTR_URL_PATH } from '@opentelemetry/semantic-conventions';
import type { Logger } from '#platform/logger.ts';
import { shorten } from '#platform/shorten.ts';
import { inEntrySpan } from '#platform/tracing/spans.ts';
import { currentTraceId } from '#platform/tracing/trace-context.ts';
import { addressBlock } from '../pipeline/context.ts';
import { json, sendText } from './answers.ts';
import { type CorsRules, setCorsHeaders, setSecurityHeaders } from './browser-rules.ts';
import type { Endpoint, GraphqlEndpoint } from './graphql-endpoint.ts';
import { serveInOrder } from './in-order.ts';
import type { StaticFiles } from './static-files.ts';
import { Turns } from './turns.ts';
import type { Visits } from './visits.ts';

export type HttpOptions = {
  graphql: GraphqlEndpoint;
  /** What admins uploaded; before the files, whose folder it looks like. */
  pictures: StaticFiles;
  /** What the playground reads besides the graph. */
  playground: StaticFiles;
  /** Accounts for a browser on the same machine. */
  accounts: StaticFiles;
  files: StaticFiles;
  visits: Visits;
  /** How many seconds nothing is taken from where a request comes from; 0 is usual. */
  suspendedSeconds(request: IncomingMessage): number;
  /** False while it cannot be called. */
  isReady(): boolean;
  /** Called when a connection was cut off on which too many requests waited. */
  onCut(): void;
  cors: CorsRules;
  /** Null when nothing is recorded. */
  tracer: Tracer | null;
  logger: Logger;
};

export type ServerOptions = {
  readonly stalledMs: number;
  /** How long a client may take to send a request. */
  readonly requestMs: number;
};

const internalError = 'Something went wrong on our side.';

/**
 * A server with the timeouts of the gateway; it listens when everything behind it is ready. A connection on which nothing moves for
 * `stalledMs`, while it is not idle between two requests, is cut off: its client does not read. So is one whose request is not there after `requestMs`,
 * however often something of it comes.
 */
export function createHttpServer({ stalledMs, requestMs }: ServerOptions): Server {
  const server = createServer({
    // longer than what load balancers keep connections for, or a request meets a closing connection
    keepAliveTimeout: 65_000,
    headersTimeout: Math.ceil((requestMs * 2) / 3),
    requestTimeout: requestMs,
    // otherwise Node looks every 30 s, and a request may take that much longer
    connectionsCheckingInterval: Math.min(1000, requestMs),
    maxHeaderSize: 16 * 1024,
  });
  server.setTimeout(stalledMs);
  return server;
}

/** Everything the gateway answers over HTTP: the graph, its pages and files, and what the platform asks. */
export function serveHttp(server: Server, options: HttpOptions): void {
  const { logger } = options;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const entry = {
      kind: SpanKind.SERVER,
      traceparent: [request.headers['traceparent']].flat()[0],
      isTrusted: false,
      attributes: { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_PATH]: path },
    };
    // pages and health checks would fill every trace view
    const tracer = path === '/graphql' ? options.tracer : null;
    inEntrySpan(tracer, `${method} ${path}`, entry, async (span) => {
      const traceId = currentTraceId() ?? '';
      response.setHeader('x-trace-id', traceId);
      try {
        await route(request, response, options);
      } catch (error) {
        if (request.destroyed && !request.complete) return;
        logger.error({ error, traceId }, 'a request failed outside of GraphQL');
        fail(response, traceId);
      }
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, response.statusCode);
    }).catch((error: unknown) => logger.error({ error }, 'a request could not be answered'));
  };
  const serveCounted = (request: IncomingMessage, response: ServerResponse): void => {
    if (!isOfUndeclaredLength(request)) {
      serve(request, response);
      return;
    }
    // the client may send without end, and in pieces of a byte, whether its body is read or not
    response.shouldKeepAlive = false;
    // the pieces that came with the headers are counted first: Node hands over none of them any more when it is answered
    setImmediate(() => {
      if (!request.socket.destroyed) serve(request, response);
    });
  };
  const turns = new Turns();
  const serveInTurn = (request: IncomingMessage, response: ServerResponse): void =>
    turns.begin(addressBlock(request.socket.remoteAddress ?? ''), () => {
      if (!request.socket.destroyed) serveCounted(request, response);
    });
  serveInOrder(server, { serve: serveInTurn, onCut: options.onCut });
}

/** A client that declares no length says with each piece whether it was the last. */
const isOfUndeclaredLength = (request: IncomingMessage): boolean => request.headers['transfer-encoding'] !== undefined;

/** What begins with // is a path like any other, and names no host. */
const urlOf = (target: string): URL | null => URL.parse(target.startsWith('/') ? `http://gateway.invalid${target}` : target);

async function route(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  setSecurityHeaders(response);
  const url = urlOf(request.url ?? '/');
  const answer = (status: number, body: unknown) => sendText(request, response, { status, type: json, text: JSON.stringify(body) });
  const suspendedSeconds = options.suspendedSeconds(request);
  if (suspendedSeconds > 0) {
    response.shouldKeepAlive = false;
    response.setHeader('retry-after', suspendedSeconds);
    return answer(429, { error: `Nothing is taken from your address: try again in ${suspendedSeconds} s.` });
  }
  if (url === null) return answer(400, { error: 'This is no address.' });
  setCorsHeaders(request, response, options.cors);
  const endpoint = endpointAt(request, url, options.graphql);
  if (endpoint !== null) return endpoint(request, response, url);
  const seconds = await options.visits.enter(request);
  // health checks have to be answered, even if late
  if (await answerPlatform(request, response, url.pathname, options)) return;
  if (seconds > 0) {
    response.setHeader('retry-after', seconds);
    return answer(429, { error: `Too many requests: try again in ${seconds} s.` });
  }
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { allow: methodsAt(url, options.graphql) }).end();
    return;
  }
  return visit(request, response, url, options);
}

/** Everything but the graph. */
async function visit(request: IncomingMessage, response: ServerResponse, url: URL, options: HttpOptions): Promise<void> {
  const answer = (status: number, body: unknown) => sendText(request, response, { status, type: json, text: JSON.stringify(body) });
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading || methodsAt(url, options.graphql) === planMethods) {
    response.setHeader('allow', methodsAt(url, options.graphql));
    return answer(405, { error: 'Only the graph at /graphql takes anything, and a plan is asked for with POST.' });
  }
  if (await options.pictures.serve(request, response, url)) return;
  if (await options.playground.serve(request, response, url)) return;
  if (await options.accounts.serve(request, response, url)) return;
  if (await options.files.serve(request, response, url)) return;
  await answer(404, { error: shorten(`There is nothing at ${url.pathname}. The graph is at /graphql.`) });
}

const planMethods = 'POST, OPTIONS';

function methodsAt(url: URL, graphql: GraphqlEndpoint): string {
  if (url.pathname === '/graphql') return 'GET, POST, OPTIONS';
  return url.pathname === '/graphql/plan' && graphql.plan !== null ? planMethods : 'GET, HEAD, OPTIONS';
}

function endpointAt(request: IncomingMessage, url: URL, graphql: GraphqlEndpoint): Endpoint | null {
  if (request.method === 'OPTIONS') return null;
  if (url.pathname === '/graphql') return wantsPage(request, url) ? null : graphql.run;
  return url.pathname === '/graphql/plan' && request.method === 'POST' ? graphql.plan : null;
}

/** What load balancers ask of every process. */
async function answerPlatform(request: IncomingMessage, response: ServerResponse, path: string, options: HttpOptions): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (path === '/livez') await sendText(request, response, { status: 200, type: json, text: '{"status":"live"}' });
  else if (path === '/readyz') {
    // how the parts are is for operators, at the admin address
    const ready = options.isReady();
    await sendText(request, response, { status: ready ? 200 : 503, type: json, text: `{"status":"${ready ? 'ready' : 'not ready'}"}` });
  } else return false;
  return true;
}

/** A person who opened /graphql in a browser gets the playground there. */
function wantsPage(request: IncomingMessage, url: URL): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return isReading && !url.searchParams.has('query') && (request.headers.accept ?? '').includes('text/html');
}

function fail(response: ServerResponse, traceId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': json, 'cache-control': 'no-store' });
  response.end(JSON.stringify({ errors: [{ message: internalError, extensions: { code: 'INTERNAL', traceId } }] }));
}

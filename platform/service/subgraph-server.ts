import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { SpanKind, type Tracer } from '@opentelemetry/api';
import { ATTR_HTTP_REQUEST_METHOD, ATTR_HTTP_RESPONSE_STATUS_CODE, ATTR_URL_PATH } from '@opentelemetry/semantic-conventions';
import { type GraphQLSchema, isUnionType, parse } from 'graphql';
import type { Registry } from 'prom-client';
import type { Identity, Secrets } from '../auth.ts';
import { drainOf } from '../http/drain.ts';
import { listen } from '../http/server.ts';
import type { Logger } from '../logger.ts';
import { isTransientDatabaseError } from '../postgres/errors.ts';
import { inEntrySpan } from '../tracing/spans.ts';
import { header, send, sendError, unavailableMessage } from './answers.ts';
import { GraphqlEndpoint } from './graphql-endpoint.ts';
import { measureFields, type ObserveField, traceRootFields } from './traced-fields.ts';

export type SubgraphServerOptions<Loaders> = {
  name: string;
  typeDefs: string;
  // biome-ignore lint/suspicious/noExplicitAny: resolver maps are typed where they are written, by the generated types
  resolvers: any;
  host: string;
  /** 0 takes a free port. */
  port: number;
  internalTokenSecrets: Secrets;
  createLoaders(identity: Identity): Loaders;
  /** False with a reason while the service cannot do its work; for /readyz. */
  readiness(): Promise<string | null>;
  /** Documents for GET requests beside GraphQL, by path, as the JWKS of the user subgraph. */
  documents?: Readonly<Record<string, () => unknown | Promise<unknown>>>;
  /** Files for GET requests beside GraphQL, by path; null where there is none. What was at a path once is there for good, unchanged. */
  file?: (path: string) => Promise<ServedFile | null>;
  /** Where its metrics are registered; without one nothing is measured. */
  registry?: Registry;
  /** Null when nothing is recorded. */
  tracer?: Tracer | null;
  logger: Logger;
};

/** Served as immutable, with this media type and without content sniffing. */
export type ServedFile = { readonly mediaType: string; readonly bytes: Uint8Array };

export type SubgraphServer = { readonly url: string; readonly port: number; stop(): Promise<void> };

const requestsEndWithinMs = 3000;

/**
 * The schema of a subgraph. In a union `<Verb><Noun>Result` a user error names its type in `__typename`, and what names none is the
 * `<Verb><Noun>Success`, so that no resolver map has to do it for each mutation.
 */
export function createSubgraphSchema(typeDefs: string, resolvers: object, observe: ObserveField | null = null): GraphQLSchema {
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }] as never);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isUnionType(type) || !type.name.endsWith('Result')) continue;
    type.resolveType = (value) => value.__typename ?? type.name.replace(/Result$/, 'Success');
  }
  traceRootFields(schema, observe);
  return schema;
}

/** Serves one subgraph at /graphql for the gateway alone, and its health at /livez and /readyz. */
export async function serveSubgraph<Loaders>(options: SubgraphServerOptions<Loaders>): Promise<SubgraphServer> {
  const { logger } = options;
  const http = createServer();
  // must outlive the idle connections of the gateway's pool, or both close at once and a request is lost
  http.keepAliveTimeout = 65_000;
  const drain = drainOf(http);
  const schema = createSubgraphSchema(options.typeDefs, options.resolvers, options.registry ? measureFields(options.registry) : null);
  const graphql = new GraphqlEndpoint({ ...options, schema });
  await graphql.start();
  http.on('request', (request, response) => {
    // it came after the connection was told that nothing more is read
    if (request.socket.writableEnded) return;
    const method = request.method ?? 'GET';
    const path = pathOf(request);
    const entry = {
      kind: SpanKind.SERVER,
      traceparent: header(request, 'traceparent'),
      attributes: { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_PATH]: path },
    };
    // health checks would fill every trace view
    const tracer = path === '/graphql' ? (options.tracer ?? null) : null;
    inEntrySpan(tracer, `${method} ${path}`, entry, async (span) => {
      await answer(request, response, graphql, options);
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, response.statusCode);
    }).catch((error: unknown) => {
      logger.error({ error }, 'a request failed outside of GraphQL');
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}');
    });
  });
  const port = await listen(http, options.host, options.port);
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/graphql`,
    port,
    async stop() {
      await drain.end(requestsEndWithinMs);
      await graphql.stop();
    },
  };
}

async function answer<Loaders>(
  request: IncomingMessage,
  response: ServerResponse,
  graphql: GraphqlEndpoint<Loaders>,
  options: SubgraphServerOptions<Loaders>,
): Promise<void> {
  const path = pathOf(request);
  if (path === '/graphql') return graphql.answer(request, response);
  if (path === '/livez') return send(response, 200, { status: 'live' });
  if (path === '/readyz') return answerReadiness(response, await options.readiness());
  const document = options.documents?.[path];
  if (document) return send(response, 200, await document());
  if (await answerFile(request, response, path, options.file)) return;
  send(response, 404, { error: `There is nothing at ${path}. The graph is at /graphql.` });
}

/** Why not is for operators, at the admin address. */
function answerReadiness(response: ServerResponse, reason: string | null): void {
  if (reason === null) send(response, 200, { status: 'ready' });
  else send(response, 503, { status: 'not ready' });
}

/** False when there is nothing at this path. */
async function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  find: ((path: string) => Promise<ServedFile | null>) | undefined,
): Promise<boolean> {
  if (find === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  let file: ServedFile | null;
  try {
    file = await find(path);
  } catch (error) {
    if (!isTransientDatabaseError(error)) throw error;
    sendError(response, 503, 'UNAVAILABLE', unavailableMessage);
    return true;
  }
  if (file === null) return false;
  response.writeHead(200, {
    'content-type': file.mediaType,
    'content-length': file.bytes.length,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
  return true;
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

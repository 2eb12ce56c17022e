import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { type DocumentNode, execute, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Identity, InternalTokenVerifier, type Secrets } from '../auth.ts';
import { AppError, extensionsOf } from '../errors.ts';
import { readJson } from '../http/server.ts';
import { brokenTexts } from '../input.ts';
import type { Logger } from '../logger.ts';
import { isTransientDatabaseError } from '../postgres/errors.ts';
import { shorten } from '../shorten.ts';
import { currentTraceId } from '../tracing/trace-context.ts';
import { withoutValues } from '../without-values.ts';
import { header, sendError, unavailableMessage } from './answers.ts';

/** What each resolver of a subgraph is given besides its arguments: who asks, and the loaders of this request. */
export type RequestContext<Loaders> = {
  readonly identity: Identity;
  /** The gateway's token as it came, to be sent along when one subgraph asks another. */
  readonly internalToken: string;
  /** The caller's address as sent by the gateway (`x-client-address`), for rate limits. Undefined without the header. */
  readonly clientAddress?: string | undefined;
  readonly loaders: Loaders;
};

export type GraphqlEndpointOptions<Loaders> = {
  schema: GraphQLSchema;
  internalTokenSecrets: Secrets;
  createLoaders(identity: Identity): Loaders;
  logger: Logger;
};

const mostDocuments = 500;
const longestDocument = 20_000;

/** The body of a request that needs nothing but to be executed. */
type PlainBody = { readonly query: string; readonly variables?: Record<string, unknown> | null; readonly operationName?: string | null };

/**
 * Answers GraphQL to the gateway. Apollo Server takes each document that comes for the first time: it parses, validates and rejects. The
 * gateway sends the same few documents again and again, and those are executed at once, which saves a third of a small request.
 */
export class GraphqlEndpoint<Loaders> {
  readonly #options: GraphqlEndpointOptions<Loaders>;
  readonly #tokens: InternalTokenVerifier;
  readonly #apollo: ApolloServer<RequestContext<Loaders>>;
  /** Valid documents by their text. */
  readonly #documents = new LRUCache<string, DocumentNode>({ max: mostDocuments });

  constructor(options: GraphqlEndpointOptions<Loaders>) {
    this.#options = options;
    this.#tokens = new InternalTokenVerifier(options.internalTokenSecrets);
    const keepValid: ApolloServerPlugin<RequestContext<Loaders>> = {
      requestDidStart: async () => ({
        didResolveOperation: async ({ source, document }) => {
          if (source.length <= longestDocument) this.#documents.set(source, document);
        },
      }),
    };
    this.#apollo = new ApolloServer<RequestContext<Loaders>>({
      schema: options.schema,
      introspection: true,
      csrfPrevention: false,
      allowBatchedHttpRequests: false,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      formatError: (formatted, error) => presentError(formatted, error, options.logger),
      plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled(), keepValid],
    });
  }

  start(): Promise<void> {
    return this.#apollo.start();
  }

  stop(): Promise<void> {
    return this.#apollo.stop();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return sendError(response, 405, 'INVALID_INPUT', 'Subgraphs answer POST only.');
    const internalToken = /^Bearer (.+)$/.exec(header(request, 'authorization') ?? '')?.[1];
    const identity = internalToken === undefined ? null : this.#identify(internalToken);
    if (internalToken === undefined || identity === null)
      return sendError(response, 401, 'UNAUTHENTICATED', 'Subgraphs answer the gateway only.');
    const body = await readJson(request);
    if (!body.ok) return sendError(response, body.status, 'INVALID_INPUT', body.message);
    const [broken] = brokenVariables(body.value);
    if (broken !== undefined)
      return sendError(response, 400, 'INVALID_INPUT', `${broken}: There are characters in this that cannot be kept.`);
    const context: RequestContext<Loaders> = {
      identity,
      internalToken,
      clientAddress: header(request, 'x-client-address')?.slice(0, 64),
      loaders: this.#options.createLoaders(identity),
    };
    const accept = header(request, 'accept') ?? 'application/json';
    const text = accept === 'application/json' && isPlain(body.value) ? await this.#executeKnown(body.value, context) : null;
    if (text === null) return this.#answerWithApollo(response, accept, body.value, context);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(text);
  }

  #identify(internalToken: string): Identity | null {
    try {
      return this.#tokens.verify(internalToken);
    } catch {
      return null;
    }
  }

  /** Null when the document is unknown, or when nothing was executed because the variables do not fit: Apollo Server says why. */
  async #executeKnown({ query, variables, operationName }: PlainBody, contextValue: RequestContext<Loaders>): Promise<string | null> {
    const document = this.#documents.get(query);
    if (document === undefined) return null;
    const { schema, logger } = this.#options;
    const { data, errors } = await execute({
      schema,
      document,
      contextValue,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    });
    if (data === undefined) return null;
    if (errors === undefined) return JSON.stringify({ data });
    return JSON.stringify({ errors: errors.map((error) => presentError(formatted(error), error, logger)), data });
  }

  async #answerWithApollo(response: ServerResponse, accept: string, body: unknown, context: RequestContext<Loaders>): Promise<void> {
    const headers = new HeaderMap([
      ['content-type', 'application/json'],
      ['accept', accept],
    ]);
    const result = await this.#apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => context,
    });
    for (const [name, value] of result.headers) response.setHeader(name, value);
    response.statusCode = result.status ?? 200;
    if (result.body.kind === 'complete') response.end(result.body.string);
    else response.end();
  }
}

/** What else a body may hold, as persisted queries, is for Apollo Server; so is to say what is wrong with it. */
function isPlain(body: unknown): body is PlainBody {
  if (typeof body !== 'object' || body === null || !('query' in body) || 'extensions' in body || 'http' in body) return false;
  const { query, variables = null, operationName = null } = body as Record<string, unknown>;
  const hasVariables = typeof variables === 'object' && !Array.isArray(variables);
  return typeof query === 'string' && hasVariables && (operationName === null || typeof operationName === 'string');
}

/** As Apollo Server formats an error before it asks how to present it. */
function formatted(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  return { ...rest, extensions: { ...extensions, code: extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR' } };
}

/** The variables of a query that are no valid Unicode; those of a mutation are reported as user errors of its input. */
function brokenVariables(body: unknown): string[] {
  if (body === null || typeof body !== 'object' || !('variables' in body) || !('query' in body)) return [];
  return String(body.query).startsWith('mutation') ? [] : brokenTexts(body.variables);
}

/** The only place where errors of a subgraph become GraphQL: AppErrors show their code, everything unknown is INTERNAL. */
function presentError(formatted: GraphQLFormattedError, error: unknown, logger: Logger): GraphQLFormattedError {
  const original = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (original instanceof AppError) {
    logger.debug({ code: original.code, details: original.details }, shorten(original.message));
    return { ...located(formatted), message: shorten(original.message), extensions: extensionsOf(original) };
  }
  if (isTransientDatabaseError(original)) {
    logger.warn({ error: original }, 'the database did not answer');
    return { ...located(formatted), message: unavailableMessage, extensions: { code: 'UNAVAILABLE' } };
  }
  const code = formatted.extensions?.['code'];
  if (original instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR')
    return { ...formatted, message: withoutValues(formatted.message) };
  logger.error({ error: original }, 'a resolver failed');
  return {
    ...located(formatted),
    message: 'Something went wrong on our side.',
    extensions: { code: 'INTERNAL', traceId: currentTraceId() },
  };
}

function located({ path, locations }: GraphQLFormattedError): Pick<GraphQLFormattedError, 'path' | 'locations'> {
  return { ...(path ? { path } : {}), ...(locations ? { locations } : {}) };
}

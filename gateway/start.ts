import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { EventLog } from '#kafka/event-log.ts';
import { guest } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { listen } from '#platform/http.ts';
import type { Logger } from '#platform/logger.ts';
import { gatewayVariable } from './config-types.ts';
import { createContext } from './context.ts';
import { createDocuments } from './documents.ts';
import { createPlanning } from './execution/planning/planning.ts';
import { createSubgraphClients } from './execution/subgraph-clients.ts';
import { createGraphqlEndpoint } from './graphql-endpoint.ts';
import { closeHttp, createHttpServer, serveHttp } from './http.ts';
import { createMetrics } from './metrics.ts';
import { createOperations, type Operations } from './operations.ts';
import type { Ask } from './page-list.ts';
import { createQueryPlans } from './plans/query-plans.ts';
import { createPlaygroundData, playgroundAccounts } from './playground-data.ts';
import { createPrepare } from './prepare.ts';
import { createClientAddress } from './protection/client-address.ts';
import { createEndedSessions, fetchEndedSessions } from './protection/ended-sessions.ts';
import { createIdentify } from './protection/identity.ts';
import { createPersistedQueries } from './protection/persisted-queries.ts';
import { createPresentError } from './protection/present-error.ts';
import { createMemoryRateLimiter, createSharedRateLimiter } from './protection/rate-limiter.ts';
import { startSessionFeed } from './protection/session-feed.ts';
import { loadTrustedDocuments } from './protection/trusted-documents.ts';
import { createReadiness } from './readiness.ts';
import { openRedis } from './redis.ts';
import { createSite } from './site.ts';
import { serveSubscriptions } from './subscriptions/serve-subscriptions.ts';
import { openSupergraph } from './supergraph.ts';
import { createUploadedPictures } from './uploaded-pictures.ts';

const checkout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { count } = gatewayVariable;

export const gatewayConfig = {
  HOST: variable.host(),
  PORT: variable.port(4000),
  LOG_LEVEL: variable.logLevel(),
  /** The file with the composed supergraph; a change of it is served within a second, and on SIGHUP at once. */
  SUPERGRAPH: z.string().default(checkout('schema/supergraph.graphql')),
  /** Addresses of subgraphs that replace those of the supergraph: product=http://127.0.0.1:4001/graphql,cart=… */
  SUBGRAPH_URLS: gatewayVariable.urlsByName(),
  /** For a call to a subgraph, a second attempt included. */
  SUBGRAPH_TIMEOUT_MS: variable.milliseconds(5000),
  /** Connections kept to each subgraph at most. */
  SUBGRAPH_CONNECTIONS: variable.poolSize(64),
  /** So many failures in a row, and a subgraph is not asked any more … */
  BREAKER_FAILURES: count(5),
  /** … until so much later, when one call is tried. */
  BREAKER_OPEN_MS: variable.milliseconds(1000),
  /** Where the public keys of the access tokens are; without it everybody is a guest, and a token is refused. */
  JWKS_URL: variable.httpUrl().optional(),
  /** Where the sessions are that ended before their tokens; without it only events tell. */
  ENDED_SESSIONS_URL: variable.httpUrl().optional(),
  /** Shared with the subgraphs, which refuse calls that are not signed with it. */
  INTERNAL_TOKEN_SECRET: variable.secret().optional(),
  /** Shares rate limits and persisted queries among gateways; in memory without it. */
  REDIS_URL: variable.redisUrl().optional(),
  /** Origins besides its own from which browsers may use the graph, separated by commas; * is any. */
  ALLOWED_ORIGINS: gatewayVariable.origins(),
  /** Headers besides those of GraphQL clients that pages of these origins may send, separated by commas: names, or x-shop-* for all that begin so. */
  ALLOWED_HEADERS: gatewayVariable.headers(),
  /** How many proxies of ours stand before the gateway, each adding to x-forwarded-for; 0 believes no such header. */
  TRUSTED_PROXIES: count(0),
  /** Which documents are served: all (off), all but with a log line for unknown ones (log), or those of the folder (only). */
  TRUSTED_DOCUMENTS: z.enum(['off', 'log', 'only']).default('off'),
  /** One operation per *.graphql file. */
  TRUSTED_DOCUMENTS_FOLDER: z.string().default(checkout('schema/operations')),
  /** The built storefront: an index.html and its assets. It may come later, and be replaced. */
  STOREFRONT_FOLDER: z.string().default(checkout('storefront/dist')),
  /** Whether clients may read the schema. */
  INTROSPECTION: gatewayVariable.onOff('on'),
  /** Whether clients may see how their operations are carried out, and the supergraph; as INTROSPECTION when it is not said. */
  QUERY_PLANS: z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .optional(),
  /** Accounts for the playground, as JSON, which everybody at this machine's own address gets: never where strangers come. */
  PLAYGROUND_ACCOUNTS: playgroundAccounts(),
  MAX_BODY_BYTES: count(1_048_576),
  /** Limits of one operation, checked before it is planned. */
  MAX_TOKENS: count(5000),
  MAX_DEPTH: count(12),
  MAX_ALIASES: count(30),
  MAX_ROOT_FIELDS: count(20),
  MAX_DIRECTIVES: count(30),
  /** Objects an operation may bring by estimate; a full page of orders with their lines and products is about 5000. */
  MAX_COST: count(10_000),
  /** Requests of one account: so many at once, then so many a second. 0 is no limit. */
  RATE_LIMIT_BURST: count(300),
  RATE_LIMIT_PER_SECOND: count(50),
  /** The same for everybody without an account at one address, who may be many behind one router. */
  GUEST_RATE_LIMIT_BURST: count(600),
  GUEST_RATE_LIMIT_PER_SECOND: count(100),
} as const;

export type GatewayParts = { readonly eventLog?: EventLog | null; readonly logger: Logger };
export type RunningGateway = {
  /** Of the graph: http://host:port/graphql */
  readonly url: string;
  readonly port: number;
  /** Looks at the supergraph file now; false when it was refused. */
  reload(): Promise<boolean>;
  stop(): Promise<void>;
};

const requestsEndWithinMs = 2500;

/**
 * Starts the gateway. Subgraphs, event log, Redis and the issuer of tokens may all be away: what they would answer is missing until they
 * come. The event log is not closed by `stop`, which ends within 4 s.
 */
export async function startGateway(
  config: ConfigOf<typeof gatewayConfig>,
  { eventLog = null, logger }: GatewayParts,
): Promise<RunningGateway> {
  const metrics = createMetrics();
  const redis = config.REDIS_URL === undefined ? null : openRedis(config.REDIS_URL, logger);
  const clients = createSubgraphClients({
    urls: config.SUBGRAPH_URLS,
    timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
    connections: config.SUBGRAPH_CONNECTIONS,
    breaker: { failures: config.BREAKER_FAILURES, openMs: config.BREAKER_OPEN_MS },
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    metrics,
    logger,
  });
  const supergraph = openSupergraph({ path: config.SUPERGRAPH, clients, metrics, logger });
  const planning = createPlanning(supergraph);
  const presentError = createPresentError(logger);
  const trusted = loadTrustedDocuments(config.TRUSTED_DOCUMENTS_FOLDER, config.TRUSTED_DOCUMENTS);
  const documents = createDocuments({ supergraph, limits: limitsOf(config), trusted, introspection: config.INTROSPECTION, logger });
  const prepare = createPrepare({
    supergraph,
    documents,
    trusted,
    persisted: createPersistedQueries(redis),
    rateLimiter: redis === null ? createMemoryRateLimiter() : createSharedRateLimiter(redis),
    budgets: {
      user: { burst: config.RATE_LIMIT_BURST, perSecond: config.RATE_LIMIT_PER_SECOND },
      guest: { burst: config.GUEST_RATE_LIMIT_BURST, perSecond: config.GUEST_RATE_LIMIT_PER_SECOND },
    },
    maxCost: config.MAX_COST,
    presentError,
    metrics,
  });
  const operations = createOperations({
    supergraph,
    planning,
    clients,
    documents,
    presentError,
    introspection: config.INTROSPECTION,
    maxTokens: config.MAX_TOKENS,
    logger,
  });
  const plans = (config.QUERY_PLANS ?? config.INTROSPECTION) ? createQueryPlans(planning) : null;
  const endedUrl = config.ENDED_SESSIONS_URL;
  const endedSessions = createEndedSessions({ fetchEnded: endedUrl === undefined ? null : () => fetchEndedSessions(endedUrl), logger });
  const sessionFeed = startSessionFeed({ eventLog, ended: endedSessions, logger });
  const identify = createIdentify({ jwksUrl: config.JWKS_URL, endedSessions, logger });
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const server = createHttpServer();
  let stopping = false;

  await operations.start();
  // the file may have changed before it was watched
  await supergraph.reload();
  const subscriptions = await serveSubscriptions({
    httpServer: server,
    supergraph,
    planning,
    clients,
    eventLog,
    allowedOrigins: config.ALLOWED_ORIGINS,
    clientAddress,
    identify: async (token, request) => {
      const { identity, expiresAt, sessionId } = await identify(token);
      return { context: createContext(identity, clientAddress(request)), expiresAt, sessionId };
    },
    onSessionEnded: endedSessions.watch,
    prepare: prepare.prepare,
    validate: documents.validate,
    execute: operations.execute,
    presentError,
    logger: logger.child({ part: 'subscriptions' }),
    metrics: metrics.registry,
  });
  serveHttp(server, {
    graphql: createGraphqlEndpoint({
      operations,
      prepare,
      plans,
      identify,
      presentError,
      clientAddress,
      maxBodyBytes: config.MAX_BODY_BYTES,
      metrics,
    }),
    playground: createPlaygroundData({
      supergraph: plans && supergraph,
      operationsFolder: config.TRUSTED_DOCUMENTS_FOLDER,
      accounts: config.PLAYGROUND_ACCOUNTS,
    }),
    files: createSite({ storefrontFolder: config.STOREFRONT_FOLDER, ask: createAsk(operations) }),
    pictures: createUploadedPictures({
      address: () => clients.addressOf('product'),
      timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
      logger,
    }),
    readiness: createReadiness({
      clients,
      eventLog,
      subscriptions: async () => (await subscriptions?.problem()) ?? null,
      redis,
      isStopping: () => stopping,
    }),
    metrics: () => metrics.registry.metrics(),
    cors: { origins: config.ALLOWED_ORIGINS, headers: config.ALLOWED_HEADERS },
    logger,
  });

  const port = await listen(server, config.HOST, config.PORT);
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;

  return {
    url: `http://${host}:${port}/graphql`,
    port,
    reload: supergraph.reload,
    async stop() {
      stopping = true;
      const closed = closeHttp(server, requestsEndWithinMs);
      await Promise.all([subscriptions.stop(), sessionFeed.stop()]);
      await closed;
      await operations.stop();
      await clients.close();
      redis?.disconnect();
    },
  };
}

/** Asks as a guest of this machine whether there is what an operation's first field names. */
function createAsk(operations: Pick<Operations, 'execute'>): Ask {
  const context = createContext(guest, '127.0.0.1');
  const absent: readonly unknown[] = ['INVALID_INPUT', 'BAD_USER_INPUT', 'NOT_FOUND'];
  return async (query, variables) => {
    const { data, errors } = await operations.execute({ query, variables }, context);
    if (errors) return errors.every(({ extensions }) => absent.includes(extensions['code'])) ? 'missing' : 'unknown';
    return Object.values(data ?? {})[0] == null ? 'missing' : 'found';
  };
}

function limitsOf(config: ConfigOf<typeof gatewayConfig>) {
  return {
    maxTokens: config.MAX_TOKENS,
    maxDepth: config.MAX_DEPTH,
    maxAliases: config.MAX_ALIASES,
    maxRootFields: config.MAX_ROOT_FIELDS,
    maxDirectives: config.MAX_DIRECTIVES,
    maxCost: config.MAX_COST,
  };
}

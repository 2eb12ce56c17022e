import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { EventLog } from '#kafka/event-log.ts';
import { guest } from '#platform/auth.ts';
import type { ConfigOf } from '#platform/config.ts';
import { listen } from '#platform/http/server.ts';
import type { LogShipper } from '#platform/log-shipper.ts';
import type { Logger } from '#platform/logger.ts';
import { type AdminServer, serveAdmin } from '#platform/service/admin-server.ts';
import { startTracing, type Tracing } from '#platform/tracing/start-tracing.ts';
import { budgetsOf, gatewayConfig, limitsOf } from './config.ts';
import { ConnectedSubgraphs } from './execution/subgraph-clients.ts';
import { costOfVisit, createAsk } from './http/ask-page.ts';
import { createClientAddress } from './http/client-address.ts';
import { createGraphqlEndpoint } from './http/graphql-endpoint.ts';
import { createGuardedServer, type GuardedServer } from './http/guarded-server.ts';
import { IncomingBodies } from './http/incoming-bodies.ts';
import { assertPlaygroundAccounts, createPlaygroundAccounts } from './http/playground/accounts.ts';
import { createPlaygroundData } from './http/playground/data.ts';
import { serveHttp } from './http/server.ts';
import { createSite } from './http/site.ts';
import { createUploadedPictures } from './http/uploaded-pictures.ts';
import { createVisits } from './http/visits.ts';
import { EndedSessions, fetchEndedSessions } from './pipeline/authenticate/ended-sessions.ts';
import { createIdentify } from './pipeline/authenticate/identity.ts';
import { SessionFeed } from './pipeline/authenticate/session-feed.ts';
import { createContext } from './pipeline/context.ts';
import { createAssertAffordable } from './pipeline/limit/affordable.ts';
import { createConcurrencyLimiter } from './pipeline/limit/concurrency-limiter.ts';
import { createMemoryRateLimiter, createSharedRateLimiter } from './pipeline/limit/rate-limiter.ts';
import { observeOperations } from './pipeline/observe-operations.ts';
import { createOperations } from './pipeline/operations.ts';
import { createDocuments } from './pipeline/parse/documents.ts';
import { createPersistedQueries } from './pipeline/parse/persisted-queries.ts';
import { loadTrustedDocuments } from './pipeline/parse/trusted-documents.ts';
import { createPrepare } from './pipeline/prepare.ts';
import { createPresentError } from './pipeline/respond/present-error.ts';
import { createCaches } from './runtime/caches.ts';
import { createMetrics } from './runtime/metrics.ts';
import { createReadiness } from './runtime/readiness.ts';
import { openRedis } from './runtime/redis.ts';
import type { Subscriptions } from './subscriptions/options.ts';
import { serveSubscriptions } from './subscriptions/serve-subscriptions.ts';
import { Planning } from './supergraph/planning/planning.ts';
import { createPlanningThread } from './supergraph/planning/planning-thread.ts';
import { createQueryPlans } from './supergraph/plans/query-plans.ts';
import { openSupergraph } from './supergraph/supergraph.ts';

export { gatewayConfig };

export type GatewayDependencies = {
  readonly eventLog?: EventLog | null;
  readonly logger: Logger;
  readonly spanExporter?: SpanExporter;
  readonly logShipper?: LogShipper | null;
};
export type RunningGateway = {
  /** Of the graph: http://host:port/graphql */
  readonly url: string;
  readonly port: number;
  /** For operators: http://host:port */
  readonly adminUrl: string;
  /** Looks at the supergraph file now; false when it was rejected. */
  reload(): Promise<boolean>;
  stop(): Promise<void>;
};

const requestsEndWithinMs = 2500;
/** For what is over a budget. */
const rejectedAfterMs = 250;

/**
 * Starts the gateway. Subgraphs, event log, Redis and the issuer of tokens may all be away: what they would answer is missing until they
 * come. The event log is not closed by `stop`, which ends within 4 s.
 */
export async function startGateway(
  config: GatewayConfig,
  { eventLog = null, logger, spanExporter, logShipper }: GatewayDependencies,
): Promise<RunningGateway> {
  assertPlaygroundAccounts(config);
  const foundation = openFoundation(config, logger);
  const pipeline = createPipeline(config, foundation);
  const sessions = openSessions(config, foundation, eventLog);
  const { metrics, clients, supergraph, redis } = foundation;
  logShipper?.register(metrics.registry);
  const tracing = await startTracing({
    ...{ service: 'gateway', config, logger, isEdge: true },
    kafkaExporter: spanExporter ?? null,
    registry: metrics.registry,
  });
  const http = createGuardedServer(config, foundation);
  const lifecycle = { isStopping: false };

  await pipeline.operations.start();
  // the file may have changed before it was watched
  await supergraph.reload();
  const context = { config, foundation, pipeline, sessions, http, eventLog, tracing, isStopping: () => lifecycle.isStopping };
  const subscriptions = await startSubscriptions(context);
  serveRequests(context);
  const admin = await startAdmin(context, subscriptions);
  await pipeline.planning.ready();
  const port = await listen(http.server, config.HOST, config.PORT);
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;

  return {
    url: `http://${host}:${port}/graphql`,
    port,
    adminUrl: admin.url,
    reload: () => supergraph.reload(),
    async stop() {
      lifecycle.isStopping = true;
      await Promise.all([http.drain.end(requestsEndWithinMs), subscriptions.stop(), sessions.feed.stop()]);
      await pipeline.operations.stop();
      pipeline.planning.stop();
      await clients.close();
      redis?.disconnect();
      await tracing.stop();
      await admin.stop();
    },
  };
}

type GatewayConfig = ConfigOf<typeof gatewayConfig>;
type Foundation = ReturnType<typeof openFoundation>;
type Pipeline = ReturnType<typeof createPipeline>;
type Sessions = ReturnType<typeof openSessions>;
type Wiring = {
  readonly config: GatewayConfig;
  readonly foundation: Foundation;
  readonly pipeline: Pipeline;
  readonly sessions: Sessions;
  readonly http: GuardedServer;
  readonly eventLog: EventLog | null;
  readonly tracing: Tracing;
  isStopping(): boolean;
};

/** What everything else uses: metrics, caches, Redis, the clients of the subgraphs, the supergraph. */
function openFoundation(config: GatewayConfig, logger: Logger) {
  const metrics = createMetrics();
  const caches = createCaches(metrics.registry);
  const redis = config.REDIS_URL === undefined ? null : openRedis(config.REDIS_URL, logger, config.REDIS_TLS_CA);
  const clients = new ConnectedSubgraphs({
    urls: config.SUBGRAPH_URLS,
    timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
    connections: config.SUBGRAPH_CONNECTIONS,
    breaker: { failures: config.BREAKER_FAILURES, openMs: config.BREAKER_OPEN_MS },
    internalTokenSecrets: config.INTERNAL_TOKEN_SECRET,
    caches,
    metrics,
    logger,
  });
  const supergraph = openSupergraph({ path: config.SUPERGRAPH, clients, metrics, logger });
  const thread = createPlanningThread({ timeoutMs: config.PLANNING_TIMEOUT_MS, maxWaiting: config.MAX_PLANS_WAITING });
  const concurrency = createConcurrencyLimiter({ maxCost: config.MAX_COST_AT_ONCE, maxWaiting: config.MAX_OPERATIONS_WAITING });
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  return {
    metrics,
    caches,
    redis,
    clients,
    supergraph,
    thread,
    concurrency,
    clientAddress,
    presentError: createPresentError(logger),
    logger,
  };
}

/** From the text of an operation to its answer. */
function createPipeline(config: GatewayConfig, foundation: Foundation) {
  const { caches, redis, metrics, supergraph, thread, concurrency, presentError, logger } = foundation;
  const trusted = loadTrustedDocuments(config.TRUSTED_DOCUMENTS_FOLDER, config.TRUSTED_DOCUMENTS);
  const documents = createDocuments({
    ...{ supergraph, thread, trusted, caches, logger },
    limits: limitsOf(config),
    introspection: config.INTROSPECTION,
    maxCacheBytes: config.DOCUMENT_CACHE_BYTES,
  });
  const planning = new Planning(supergraph, {
    ...{ caches, thread },
    maxCacheBytes: config.PLAN_CACHE_BYTES,
    isRegistered: documents.isRegistered,
  });
  const prepare = createPrepare({
    ...{ supergraph, planning, documents, trusted, concurrency, presentError, metrics },
    persisted: createPersistedQueries({
      ...{ caches, redis },
      maxCacheBytes: config.PERSISTED_QUERY_CACHE_BYTES,
      maxRedisBytes: config.PERSISTED_QUERY_REDIS_BYTES,
    }),
    rateLimiter: redis === null ? createMemoryRateLimiter(caches) : createSharedRateLimiter(redis, caches),
    budgets: budgetsOf(config),
    assertAffordable: createAssertAffordable({
      supergraph,
      limits: limitsOf(config),
      maxCost: config.MAX_COST,
      maxIntrospection: config.MAX_INTROSPECTION,
    }),
  });
  const operations = createOperations({ ...foundation, planning, documents, introspection: config.INTROSPECTION });
  const plans = (config.QUERY_PLANS ?? config.INTROSPECTION) ? createQueryPlans() : null;
  return { documents, planning, prepare, operations, plans };
}

/** Who asks, and which sessions have ended before their tokens. */
function openSessions(config: GatewayConfig, { caches, metrics, logger }: Foundation, eventLog: EventLog | null) {
  const endedUrl = config.ENDED_SESSIONS_URL;
  const ended = new EndedSessions({ fetchEnded: endedUrl === undefined ? null : () => fetchEndedSessions(endedUrl), logger });
  const feed = new SessionFeed({ eventLog, ended, logger });
  metrics.watchSessions(() => feed.unhealthyReason());
  return { ended, feed, identify: createIdentify({ jwksUrl: config.JWKS_URL, endedSessions: ended, caches, logger }) };
}

function startSubscriptions({ config, foundation, pipeline, sessions, http, eventLog, tracing }: Wiring): Promise<Subscriptions> {
  const { supergraph, clients, clientAddress, presentError, logger, metrics } = foundation;
  const { planning, prepare, documents, operations } = pipeline;
  return serveSubscriptions({
    ...{ supergraph, planning, clients, eventLog, clientAddress, presentError, isRegistered: documents.isRegistered },
    ...{ httpServer: http.server, maxCostAtOnce: config.MAX_COST_AT_ONCE },
    allowedOrigins: config.ALLOWED_ORIGINS,
    identify: async (token, request) => {
      const { identity, expiresAt, sessionId } = await sessions.identify(token);
      return { context: createContext(identity, clientAddress(request)), expiresAt, sessionId };
    },
    onSessionEnded: (id, onEnded) => sessions.ended.watch(id, onEnded),
    prepare: (request, caller) => prepare.prepare(request, caller),
    validate: documents.validate,
    execute: operations.execute,
    observe: observeOperations(metrics, documents),
    tracer: tracing.tracer,
    logger: logger.child({ part: 'subscriptions' }),
    metrics: metrics.registry,
  });
}

function serveRequests({ config, foundation, pipeline, sessions, http, tracing, isStopping }: Wiring): void {
  const { clientAddress, presentError, metrics, supergraph, clients, caches, concurrency, logger } = foundation;
  const { operations, prepare, plans, documents } = pipeline;
  const guestAt = (request: IncomingMessage) => createContext(guest, clientAddress(request));
  serveHttp(http.server, {
    graphql: createGraphqlEndpoint({
      ...{ operations, prepare, plans, presentError, clientAddress, metrics },
      identify: sessions.identify,
      observe: observeOperations(metrics, documents),
      maxBodyBytes: { user: config.MAX_BODY_BYTES, guest: config.MAX_GUEST_BODY_BYTES },
      bodies: new IncomingBodies({ maxBytes: config.MAX_INCOMING_BYTES, onCut: http.onSenderCut }),
      holdBack: () => pause(rejectedAfterMs),
    }),
    playground: createPlaygroundData({ supergraph: plans && supergraph, operationsFolder: config.TRUSTED_DOCUMENTS_FOLDER }),
    accounts: createPlaygroundAccounts(config.PLAYGROUND_ACCOUNTS, config.PLAYGROUND_KEY),
    files: createSite({
      storefrontFolder: config.STOREFRONT_FOLDER,
      playgroundFolder: config.PLAYGROUND_FOLDER,
      ask: createAsk(operations, prepare, guestAt),
    }),
    visits: createVisits({
      limiter: createMemoryRateLimiter(caches, Date.now, 'visits'),
      budget: { burst: config.VISIT_RATE_LIMIT_BURST, perSecond: config.VISIT_RATE_LIMIT_PER_SECOND },
      clientAddress,
    }),
    pictures: createUploadedPictures({
      ...{ caches, logger },
      address: () => clients.addressOf('product'),
      timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
      inTurn: async (request, work) => {
        const context = guestAt(request);
        await prepare.admit(context);
        return concurrency.run(context.rateKey, costOfVisit, work);
      },
    }),
    suspendedSeconds: http.suspendedSeconds,
    isReady: () => !isStopping(),
    onCut: () => metrics.pipelining.inc(),
    cors: { origins: config.ALLOWED_ORIGINS, headers: config.ALLOWED_HEADERS },
    tracer: tracing.tracer,
    logger,
  });
}

function startAdmin({ config, foundation, sessions, eventLog, isStopping }: Wiring, subscriptions: Subscriptions): Promise<AdminServer> {
  const { clients, redis, metrics, supergraph, logger } = foundation;
  return serveAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    readiness: createReadiness({
      ...{ clients, eventLog, redis, isStopping },
      subscriptions: () => subscriptions.unhealthyReason(),
      sessions: () => sessions.feed.unhealthyReason(),
    }),
    metrics: () => metrics.registry.metrics(),
    documents: { '/graphql/supergraph': () => supergraph.current().sdl },
    logger,
  });
}

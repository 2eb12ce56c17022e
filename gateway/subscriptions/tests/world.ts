import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { Supergraph } from '@apollo/federation-internals';
import { type ExecutionResult, GraphQLError, getOperationAST, parse, validate } from 'graphql';
import type { Registry } from 'prom-client';
import type { Availability } from '#kafka/contracts.ts';
import type { EventLog, SubscribeOptions } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { guest, type Identity } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { listen } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { ConnectedSubgraphs } from '../../execution/subgraph-clients.ts';
import { EndedSessions } from '../../pipeline/authenticate/ended-sessions.ts';
import { createContext } from '../../pipeline/context.ts';
import { createPresentError } from '../../pipeline/respond/present-error.ts';
import { createCaches } from '../../runtime/caches.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { Planning } from '../../supergraph/planning/planning.ts';
import type { SupergraphSource, SupergraphState } from '../../supergraph/supergraph-source.ts';
import { planInProcess } from '../../tests/in-process-planning.ts';
import { defaultLimits, type SubscriptionLimits } from '../limits.ts';
import { serveSubscriptions } from '../serve-subscriptions.ts';
import { createFakeOrders } from './fake-orders.ts';
import { type Behaviour, type FakeProduct, internalTokenSecrets, serveFakeSubgraphs } from './fake-subgraphs.ts';

export const supergraphSdl = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');

export type WorldOptions = {
  limits?: Partial<SubscriptionLimits>;
  hasEventLog?: boolean;
  allowedOrigins?: string[];
  clientAddress?: (request: IncomingMessage) => string;
  maxCostAtOnce?: number;
  isRegistered?: () => boolean;
};
export type World = Awaited<ReturnType<typeof startWorld>>;

/** The subscriptions of a gateway over four small subgraphs and an event log in memory. */
export async function startWorld({
  limits = {},
  hasEventLog = true,
  allowedOrigins = [],
  clientAddress = (request) => request.socket.remoteAddress ?? '',
  maxCostAtOnce = 0,
  isRegistered = () => false,
}: WorldOptions = {}) {
  const logger = createLogger('test', 'silent');
  const log = createLeakyLog();
  const orders = createFakeOrders(log.eventLog);
  const products = new Map<string, FakeProduct>();
  const behaviour: Behaviour = {
    failing: new Set(),
    resolved: new Map(),
    readTakesMs: 0,
    payments: Promise.resolve(),
    executions: Promise.resolve(),
  };
  addProduct(orders.productId);

  function addProduct(id = newId()): FakeProduct {
    const product: FakeProduct = { id, name: 'Lamp', version: 1, availability: 'IN_STOCK' };
    products.set(id, product);
    return product;
  }

  const subgraphs = await serveFakeSubgraphs(orders, products, behaviour, logger);
  const metrics = createMetrics();
  const caches = createCaches(metrics.registry);
  const clients = new ConnectedSubgraphs({
    urls: subgraphs.urls,
    // longer than any call of a busy machine takes
    timeoutMs: 5000,
    connections: 8,
    breaker: { failures: 1000, openMs: 100 },
    internalTokenSecrets,
    caches,
    metrics,
    logger,
  });
  clients.prepare(Object.keys(subgraphs.urls).map((name) => ({ name }))).commit();

  let state = stateOf(supergraphSdl);
  const onChange = new Set<(next: SupergraphState) => void>();
  const executed: string[] = [];
  const observed: { operation: string; hasErrors: boolean }[] = [];
  const ended = new EndedSessions({ fetchEnded: null, logger });
  const httpServer = createServer((_request, response) => response.end());
  const check = (document: ReturnType<typeof parse>) => validate(state.apiSchema, document).map(asInvalid);

  const supergraph: SupergraphSource = {
    current: () => state,
    onChange(listener) {
      onChange.add(listener);
      return () => onChange.delete(listener);
    },
  };
  const planning = new Planning(supergraph, {
    caches,
    maxCacheBytes: 16_777_216,
    isRegistered: () => false,
    thread: planInProcess(),
  });
  const subscriptions = await serveSubscriptions(
    {
      httpServer,
      supergraph,
      planning,
      clients,
      eventLog: hasEventLog ? log.eventLog : null,
      allowedOrigins,
      clientAddress,
      identify: async (token) => {
        const { identity, expiresAt } = readToken(token);
        return { context: createContext(identity, '127.0.0.1'), expiresAt, sessionId: token ?? null };
      },
      onSessionEnded: (id, onEnded) => ended.watch(id, onEnded),
      async prepare(request) {
        const { query, operationName, variables } = request;
        try {
          const document = parse(query ?? '');
          const operation = getOperationAST(document, operationName);
          const errors = check(document);
          if (operation && errors.length === 0) {
            const planned = await planning.current().plan(document, operationName, variables ?? {}, 'anybody');
            return { ok: true, document, operation, planned, cost: 1, request: { ...request, query: query ?? '' } };
          }
          return { ok: false, errors: errors.length > 0 ? errors : [new GraphQLError('There is no such operation.')] };
        } catch (error) {
          return { ok: false, errors: [asInvalid(error as GraphQLError)] };
        }
      },
      validate: check,
      isRegistered,
      maxCostAtOnce,
      async execute({ query }): Promise<ExecutionResult> {
        executed.push(query ?? '');
        await behaviour.executions;
        return { data: { executed: executed.length } };
      },
      observe: ({ operation: { operation } }, _seconds, hasErrors) => void observed.push({ operation, hasErrors }),
      presentError: createPresentError(logger),
      logger,
      metrics: metrics.registry,
    },
    { ...defaultLimits, readWithinMs: 500, ...limits },
  );
  const port = await listen(httpServer, '127.0.0.1', 0);

  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    orders,
    products,
    behaviour,
    log,
    executed,
    observed,
    subscriptions,
    addProduct,
    async changeProduct(product: FakeProduct, availability: Availability) {
      product.availability = availability;
      product.version += 1;
      const { id: productId, version, name } = product;
      const data = { productId, version, name, sku: 'L-1', slug: 'lamp', category: 'light', imageUrl: null, archived: false, availability };
      const event = createEvent('product.availability-changed', productId, { ...data, price: { amount: 2500, currency: 'EUR' } });
      await log.eventLog.publish([toMessage(event)]);
    },
    reload(sdl: string) {
      state = stateOf(sdl);
      for (const listener of onChange) listener(state);
    },
    /** Ends the session of this token. */
    endSession: (token: string) => ended.end([token], new Date(Date.now() + 60_000)),
    /** The payment subgraph keeps who asks it waiting until the function it answers is called. */
    holdPayments(): () => void {
      let letGo: () => void = () => undefined;
      behaviour.payments = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
    /** Queries and mutations are not answered until the function it answers is called. */
    holdExecutions(): () => void {
      let letGo: () => void = () => undefined;
      behaviour.executions = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
    /** Ends every fault, and forgets what was counted. */
    calm() {
      behaviour.failing.clear();
      behaviour.resolved.clear();
      behaviour.readTakesMs = 0;
      log.rejoin();
    },
    metric: (name: string) => metricOf(metrics.registry, name),
    async stop() {
      await subscriptions.stop();
      httpServer.closeAllConnections();
      httpServer.close();
      await clients.close();
      await subgraphs.stop();
      await log.eventLog.close();
    },
  };
}

/** user:ID, admin:ID, with @SECONDS it expires so much later; `expired` and `invalid` are rejected. */
function readToken(token: string | undefined): { identity: Identity; expiresAt: Date | null } {
  if (token === undefined) return { identity: guest, expiresAt: null };
  const [, role, userId = '', seconds = '900'] = /^(user|admin):([^@]+)(?:@(.+))?$/.exec(token) ?? [];
  if (role === undefined) {
    const cause = Object.assign(new Error('jwt expired'), token === 'expired' ? { name: 'TokenExpiredError' } : {});
    throw new AppError(token === 'unknown' ? 'UNAVAILABLE' : 'UNAUTHENTICATED', 'The access token is not valid.', { cause });
  }
  const expiresAt = new Date(Date.now() + Number(seconds) * 1000);
  return { identity: { kind: 'user', userId, role: role === 'admin' ? 'ADMIN' : 'CUSTOMER' }, expiresAt };
}

/** The in-process log, whose reader can be made to miss events, and to join again. */
function createLeakyLog() {
  const inner = createInProcessLog();
  let isLeaking = false;
  let reader: SubscribeOptions | undefined;
  const eventLog: EventLog = {
    ...inner,
    subscribe(options) {
      reader = options;
      return inner.subscribe({ ...options, handle: (deliveries) => (isLeaking ? Promise.resolve() : options.handle(deliveries)) });
    },
  };
  return {
    eventLog,
    leak: () => {
      isLeaking = true;
    },
    /** Stops dropping events, and signals to the reader that it joined its group again. */
    rejoin: () => {
      isLeaking = false;
      reader?.onJoined?.();
    },
  };
}

function stateOf(sdl: string): SupergraphState {
  return { sdl, apiSchema: Supergraph.build(sdl).apiSchema().toGraphQLJSSchema() };
}

function asInvalid({ message }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

async function metricOf(registry: Registry, name: string): Promise<number> {
  const metric = await registry.getSingleMetric(`marigold_gateway_${name}`)?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}

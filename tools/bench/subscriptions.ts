import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { parseArgs } from 'node:util';
import { Supergraph } from '@apollo/federation-internals';
import { getOperationAST, parse } from 'graphql';
import { WebSocket } from 'ws';
import type { EventLog } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { listen, readJson } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { operationText } from '#schema/operation-text.ts';
import { ConnectedSubgraphs } from '../../gateway/execution/subgraph-clients.ts';
import { createPresentError } from '../../gateway/pipeline/respond/present-error.ts';
import { createCaches } from '../../gateway/runtime/caches.ts';
import { createMetrics } from '../../gateway/runtime/metrics.ts';
import { defaultLimits } from '../../gateway/subscriptions/limits.ts';
import { serveSubscriptions } from '../../gateway/subscriptions/serve-subscriptions.ts';
import { Planning } from '../../gateway/supergraph/planning/planning.ts';
import { createPlanningThread } from '../../gateway/supergraph/planning/planning-thread.ts';

/**
 * How many answers a second reach the subscribers of one order, when equal ones are executed once and when each is executed apart.
 * Both are measured in turn, in this process, with subgraphs that answer at once: the ratio is meaningful, the absolute figures are not.
 *
 *   node tools/bench/subscriptions.ts [--subscribers 500] [--changes 10] [--rounds 5]
 */
const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '500' },
    changes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
  },
});
const [subscribers, changes, rounds] = [Number(values.subscribers), Number(values.changes), Number(values.rounds)];

const perSocket = 50;
const query = operationText('tools/bench-order-status');
const document = parse(query);
const operation = getOperationAST(document);
const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const state = { sdl, apiSchema: Supergraph.build(sdl).apiSchema().toGraphQLJSSchema() };
const logger = createLogger('bench', 'silent');
const userId = newId();
const money = { amount: 5000, currency: 'EUR' as const };

type Representation = { __typename: string; id: string };

/** Answers every query of the bench as all subgraphs would. */
async function serveSubgraph(): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    const { variables = {} } = (body.ok ? body.value : {}) as { variables?: { id?: string; representations?: Representation[] } };
    const entities = variables.representations?.map(({ __typename, id }) =>
      __typename === 'User' ? { __typename, username: 'ada' } : { __typename, payment: { id, status: 'CAPTURED' } },
    );
    const history = [{ version: 1, status: 'PENDING' }];
    const state = { number: 'M-1', status: 'PENDING', version: 1, total: money, cancelReason: null, customer: { id: userId }, history };
    const data = entities === undefined ? { order: { id: variables.id, ...state } } : { _entities: entities };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data }));
  });
  server.keepAliveTimeout = 65_000;
  return { server, url: `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}/graphql` };
}

type Served = {
  readonly port: number;
  readonly eventLog: EventLog;
  readonly metrics: ReturnType<typeof createMetrics>;
  stop(): Promise<void>;
};

/** The subscriptions of a gateway, over subgraphs that answer at once; each socket is a caller of its own unless all are alike. */
async function serve(isShared: boolean): Promise<Served> {
  const eventLog = createInProcessLog();
  const { server, url } = await serveSubgraph();
  const metrics = createMetrics();
  const caches = createCaches(metrics.registry);
  const clients = connectClients(url, caches, metrics);
  const httpServer = createServer();
  const supergraph = { current: () => state, onChange: () => () => undefined };
  const planning = new Planning(supergraph, {
    caches,
    maxCacheBytes: 16_777_216,
    isRegistered: () => false,
    thread: createPlanningThread({ timeoutMs: 2000, maxWaiting: 100 }),
  });
  const subscriptions = await serveSubscriptions(
    {
      ...{ httpServer, supergraph, planning, clients, eventLog, logger },
      allowedOrigins: [],
      clientAddress: () => 'here',
      identify: async () => callerOf(isShared ? 'shared' : `caller ${randomUUID()}`),
      onSessionEnded: () => () => undefined,
      async prepare(request) {
        if (!operation) return { ok: false, errors: [] };
        const planned = await planning.current().plan(document, operation.name?.value, request.variables ?? {}, 'anybody');
        return { ok: true, document, operation, planned, cost: 1, request: { ...request, query: request.query ?? '' } };
      },
      validate: () => [],
      isRegistered: () => true,
      maxCostAtOnce: 0,
      execute: async () => ({ data: null }),
      presentError: createPresentError(logger),
      metrics: metrics.registry,
    },
    { ...defaultLimits, keepAliveMs: 120_000 },
  );
  return {
    port: await listen(httpServer, '127.0.0.1', 0),
    eventLog,
    metrics,
    async stop() {
      await subscriptions.stop();
      httpServer.close();
      await clients.close();
      server.closeAllConnections();
      server.close();
      await eventLog.close();
    },
  };
}

const callerOf = (dedupKey: string) =>
  ({
    context: { identity: { kind: 'user', userId, role: 'CUSTOMER' }, dedupKey, rateKey: dedupKey },
    expiresAt: null,
    sessionId: null,
  }) as const;

function connectClients(url: string, caches: ReturnType<typeof createCaches>, metrics: ReturnType<typeof createMetrics>) {
  const names = ['order', 'product', 'user', 'payment', 'cart'];
  const clients = new ConnectedSubgraphs({
    ...{ caches, metrics, logger },
    urls: Object.fromEntries(names.map((name) => [name, url])),
    timeoutMs: 30_000,
    connections: 64,
    breaker: { failures: 5, openMs: 1000 },
    internalTokenSecrets: undefined,
  });
  clients.prepare(names.map((name) => ({ name }))).commit();
  return clients;
}

/** Counts what is delivered to all sockets together. */
class Deliveries {
  #count = 0;
  #wanted: { readonly count: number; reached(): void } | null = null;

  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = { count, reached: resolve };
    });
  }

  add(): void {
    this.#count += 1;
    if (this.#count === this.#wanted?.count) this.#wanted.reached();
  }

  reset(): void {
    this.#count = 0;
  }
}

function connect(port: number, orderId: string, subscriptionsOfSocket: number, deliveries: Deliveries): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (data: Buffer) => {
    if (!data.includes('"connection_ack"')) return deliveries.add();
    for (let id = 0; id < subscriptionsOfSocket; id += 1)
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query, variables: { orderId } } }));
  });
  return socket;
}

/** Deliveries a second; callers are alike when they share, and all different when they do not. */
async function measure(isShared: boolean): Promise<{ perSecond: number; executions: number }> {
  const { port, eventLog, metrics, stop } = await serve(isShared);
  const orderId = newId();
  const deliveries = new Deliveries();
  const snapshots = deliveries.until(subscribers);
  // a socket has one caller, so that different callers need a socket each
  const sockets = Array.from({ length: isShared ? Math.ceil(subscribers / perSocket) : subscribers }, () =>
    connect(port, orderId, isShared ? perSocket : 1, deliveries),
  );
  await snapshots;
  deliveries.reset();
  const executionsBefore = await executionsOf(metrics);
  const begun = performance.now();
  for (let change = 1; change <= changes; change += 1) {
    const all = deliveries.until(subscribers * change);
    const order = { orderId, number: 'M-1', userId, version: change + 1, total: money };
    await eventLog.publish([toMessage(createEvent('order.shipped', orderId, { ...order, status: 'SHIPPED' }))]);
    await all;
  }
  const perSecond = (subscribers * changes) / ((performance.now() - begun) / 1000);
  const executions = (await executionsOf(metrics)) - executionsBefore;
  for (const socket of sockets) socket.terminate();
  await stop();
  return { perSecond, executions };
}

async function executionsOf(metrics: ReturnType<typeof createMetrics>): Promise<number> {
  const metric = await metrics.registry.getSingleMetric('marigold_gateway_subscription_executions_total')?.get();
  return metric?.values[0]?.value ?? 0;
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

const found = { shared: [] as number[], apart: [] as number[] };
await measure(true);
for (let round = 0; round < rounds; round += 1) {
  const [shared, apart] = [await measure(true), await measure(false)];
  found.shared.push(shared.perSecond);
  found.apart.push(apart.perSecond);
  process.stdout.write(
    `round ${round + 1}: shared ${shared.perSecond.toFixed(0)}/s (${shared.executions} executions), apart ${apart.perSecond.toFixed(0)}/s (${apart.executions})\n`,
  );
}
const [shared, apart] = [median(found.shared), median(found.apart)];
process.stdout.write(
  `${subscribers} subscribers of one order, median of ${rounds}: shared ${shared.toFixed(0)}/s, apart ${apart.toFixed(0)}/s, ratio ${(shared / apart).toFixed(1)}\n`,
);

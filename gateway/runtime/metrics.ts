import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type GatewayMetrics = ReturnType<typeof createMetrics>;

/** All Prometheus metrics of the gateway, in its own registry so that several gateways can share a process. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    /** Shows whether events of ended sessions arrive: `problem` is null as long as they do. */
    watchSessions(unhealthyReason: () => string | null): void {
      new Gauge({
        name: 'marigold_gateway_sessions_in_touch',
        help: 'Events of ended sessions: 1 they arrive, 0 they do not, and the issuer of the tokens is asked every second instead.',
        registers,
        collect() {
          this.set(unhealthyReason() === null ? 1 : 0);
        },
      });
    },
    requests: new Histogram({
      name: 'marigold_gateway_request_seconds',
      help: 'How long HTTP requests of GraphQL took, by kind of operation and status.',
      labelNames: ['operation', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    operations: new Histogram({
      name: 'marigold_gateway_operation_seconds',
      help: 'How long queries and mutations took, over HTTP and sockets, by the name of a registered operation (all others together) and whether the answer has errors.',
      labelNames: ['name', 'outcome'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    fetches: new Histogram({
      name: 'marigold_gateway_subgraph_fetch_seconds',
      help: 'How long calls to subgraphs took, retries included.',
      labelNames: ['subgraph', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    retries: new Counter({
      name: 'marigold_gateway_subgraph_retries_total',
      help: 'Queries that were sent to a subgraph a second time.',
      labelNames: ['subgraph'],
      registers,
    }),
    breakers: new Gauge({
      name: 'marigold_gateway_breaker_open',
      help: 'The circuit breaker of a subgraph: 0 closed, 1 open or probing.',
      labelNames: ['subgraph'],
      registers,
    }),
    rejected: new Counter({
      name: 'marigold_gateway_rejected_total',
      help: 'Operations rejected before planning, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    ...createConnectionMetrics(registers),
    reloads: new Counter({
      name: 'marigold_gateway_supergraph_reloads_total',
      help: 'New supergraphs, by whether they were taken.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

function createConnectionMetrics(registers: Registry[]) {
  return {
    slowReaders: new Counter({
      name: 'marigold_gateway_slow_readers_total',
      help: 'Connections that were cut off because their clients did not read what they had asked for.',
      registers,
    }),
    slowSenders: new Counter({
      name: 'marigold_gateway_slow_senders_total',
      help: 'Connections that were cut off because their clients held too much by bodies without an end, or sent them in too many small pieces.',
      registers,
    }),
    connectionsRejected: new Counter({
      name: 'marigold_gateway_connections_rejected_total',
      help: 'Connections that were closed at once because too many are open from their address, or it is suspended.',
      registers,
    }),
    pipelining: new Counter({
      name: 'marigold_gateway_pipelining_cuts_total',
      help: 'Connections that were cut off because more than a hundred requests waited on each.',
      registers,
    }),
  };
}

import { Counter, Gauge, type Registry } from 'prom-client';

export type SubscriptionMetrics = ReturnType<typeof createSubscriptionMetrics>;

/** Prometheus metrics of sockets and subscriptions. */
export function createSubscriptionMetrics(registry: Registry) {
  const registers = [registry];
  return {
    sockets: new Gauge({ name: 'marigold_gateway_sockets', help: 'WebSockets that are open.', registers }),
    socketsClosed: new Counter({
      name: 'marigold_gateway_sockets_closed_total',
      help: 'WebSockets that were closed, by the code they were closed with.',
      labelNames: ['code'],
      registers,
    }),
    socketsRejected: new Counter({
      name: 'marigold_gateway_sockets_rejected_total',
      help: 'WebSockets that were rejected before they opened, by HTTP status.',
      labelNames: ['status'],
      registers,
    }),
    subscriptions: new Gauge({
      name: 'marigold_gateway_subscriptions',
      help: 'Subscriptions that are live, by field.',
      labelNames: ['field'],
      registers,
    }),
    deliveries: new Counter({
      name: 'marigold_gateway_subscription_deliveries_total',
      help: 'Answers sent to subscribers, by field.',
      labelNames: ['field'],
      registers,
    }),
    executions: new Counter({
      name: 'marigold_gateway_subscription_executions_total',
      help: 'Executions behind those answers; equal ones are done once.',
      registers,
    }),
    /** Shows what `listening` answers whenever it is asked: more of them than subscriptions would be a leak. */
    watchListeners(listening: () => number): void {
      new Gauge({
        name: 'marigold_gateway_subscription_listeners',
        help: 'Subscriptions that wait for update.',
        registers,
        collect() {
          this.set(listening());
        },
      });
    },
  };
}

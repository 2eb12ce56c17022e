import { within } from '#platform/async/timeout.ts';
import { createConcurrencyLimiter } from '../pipeline/limit/concurrency-limiter.ts';
import { DeliverySpans } from './delivery-spans.ts';
import { createExecutor } from './execution.ts';
import { defaultLimits, type SubscriptionLimits } from './limits.ts';
import { createLiveSubscriptions } from './live-subscriptions.ts';
import { createSubscriptionMetrics } from './metrics.ts';
import type { SubscriptionOptions, Subscriptions } from './options.ts';
import { createSocketProtocol } from './socket-protocol.ts';
import { serveSockets } from './sockets.ts';
import { openSources } from './sources.ts';

/** What one subscription has executed at once: an update that is being sent, and those that are read ahead. */
const mostUpdatesEach = 5;
const answeredWithinMs = 1_500;
const closedWithinMs = 500;
const stopWithinMs = 2_900;

/**
 * Serves graphql-transport-ws beside HTTP: subscriptions from the event log, each answer federated like a query, and queries and
 * mutations as HTTP answers them.
 */
export async function serveSubscriptions(options: SubscriptionOptions, limits: SubscriptionLimits = defaultLimits): Promise<Subscriptions> {
  const logger = options.logger.child({ part: 'subscriptions' });
  const metrics = createSubscriptionMetrics(options.metrics);
  const sources = openSources(options, limits, logger);
  const turns = createConcurrencyLimiter({ maxCost: options.maxCostAtOnce, maxWaiting: mostUpdatesEach * limits.operationsPerAddress });
  const executor = createExecutor({ ...options, turns, onExecuted: () => metrics.executions.inc() });
  const deliveries = new DeliverySpans(options.tracer ?? null);
  const live = createLiveSubscriptions({
    ...options,
    sources: sources.byField,
    executor,
    deliveries,
    queuedUpdates: limits.queuedUpdates,
    metrics,
  });
  const protocol = createSocketProtocol({ ...options, live, limits, logger });
  const sockets = serveSockets({ ...options, protocol, limits, metrics, logger });
  metrics.watchListeners(sources.listening);
  return {
    unhealthyReason: () => sources.unhealthyReason(),
    async stop() {
      await sockets.stop(answeredWithinMs, closedWithinMs);
      live.stop();
      // leaving an unavailable log may take long
      await within(stopWithinMs - answeredWithinMs - closedWithinMs, sources.stop());
    },
  };
}

import { Counter, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from '#platform/metrics.ts';

export type ConsumerMetrics = ReturnType<typeof createConsumerMetrics>;

/** Prometheus metrics of how a service handles events. */
export function createConsumerMetrics(registry: Registry) {
  const registers = [registry];
  return {
    batches: new Histogram({
      name: 'marigold_consumer_batch_seconds',
      help: 'How long batches of events took, retries included.',
      buckets: durationBuckets,
      registers,
    }),
    events: new Counter({
      name: 'marigold_consumer_events_total',
      help: 'Events that were handled, each once, by type.',
      labelNames: ['type'],
      registers,
    }),
    retries: new Counter({
      name: 'marigold_consumer_retries_total',
      help: 'Transactions of events that failed and were tried again.',
      registers,
    }),
    deadLetters: new Counter({
      name: 'marigold_consumer_dead_letters_total',
      help: 'Messages that were set aside as dead letters.',
      registers,
    }),
  };
}

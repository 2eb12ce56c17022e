import { Gauge, type Registry } from 'prom-client';
import type { Context } from '#platform/service/run-service.ts';
import type { EventWorker, OpenEventWorker } from '#platform/service/start-subgraph.ts';
import { type Consumer, type EventHandler, startConsumer } from './consumer.ts';
import { consumerGroupOf } from './consumer-groups.ts';
import { createConsumerMetrics } from './consumer-metrics.ts';
import type { EventLog } from './event-log.ts';
import { type Relay, startRelay } from './relay.ts';

/** What a service is given by the process it runs in. */
export type ServiceContext = Context<EventLog>;

/** Publishes the outboxes of services to this event log, and handles its events for them. */
export function eventWorkersOf(eventLog: EventLog): OpenEventWorker<EventHandler> {
  return async ({ name, database, registry, tracer, logger }): Promise<EventWorker<EventHandler>> => {
    const relay = await startRelay({ database, eventLog, tracer, logger });
    const running: { consumer: Consumer | null } = { consumer: null };
    registerRelay(registry, relay);
    registerStalled(registry, 'consumer', 'For how long the consumer has had events to handle and not come on.', () =>
      running.consumer?.waitingSeconds(),
    );
    return {
      wakeRelay: relay.wake,
      async subscribe({ handlers, minFetchIntervalMs, onCommitted }) {
        if (handlers.length === 0) return;
        running.consumer = await startConsumer({
          name: consumerGroupOf(name),
          eventLog,
          database,
          subscribes: handlers,
          minFetchIntervalMs,
          onCommitted() {
            onCommitted();
            relay.wake();
          },
          metrics: createConsumerMetrics(registry),
          tracer,
          logger,
        });
      },
      // a briefly unavailable event log does not make the service unhealthy: the outbox keeps events, and reads are served
      unhealthyReason: () => running.consumer?.unhealthyReason() ?? relay.unhealthyReason(),
      async unsubscribe() {
        await running.consumer?.stop();
      },
      stop: relay.stop,
    };
  };
}

function registerRelay(registry: Registry, relay: Relay): void {
  // each asks for itself: gauges are collected at the same time, so that none can set another. An unavailable database is reported by /readyz
  const gauge = (name: string, help: string, read: (lag: Awaited<ReturnType<Relay['lag']>>) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const lag = await relay.lag().catch(() => null);
        if (lag !== null) this.set(read(lag));
      },
    });
  gauge('marigold_outbox_messages', 'Messages that wait in the outbox.', (lag) => lag.messages);
  gauge('marigold_outbox_oldest_seconds', 'How long the oldest message of the outbox has waited.', (lag) => lag.oldestMs / 1000);
  gauge('marigold_outbox_rejected_messages', 'Messages that the event log will never take.', (lag) => lag.rejected);
  registerStalled(registry, 'relay', 'For how long the outbox has held messages and none was sent.', () => relay.waitingSeconds());
}

function registerStalled(registry: Registry, what: string, help: string, seconds: () => number | undefined): void {
  new Gauge({
    name: `marigold_${what}_stalled_seconds`,
    help,
    registers: [registry],
    collect() {
      this.set(seconds() ?? 0);
    },
  });
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { Delivery, EventLog } from '#kafka/event-log.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import { readLines } from '#platform/tracing/span-lines.ts';
import type { TraceStore } from './trace-store.ts';

export type TraceFeedOptions = {
  readonly eventLog: EventLog;
  readonly store: TraceStore;
  readonly registry: Registry;
  readonly logger: Logger;
};

/** Fills the store from the topic `traces`, all that it still holds first: a process that starts anew has lost nothing. */
export class TraceFeed {
  readonly #store: TraceStore;
  readonly #skipped: Counter;
  readonly #subscribing: Promise<{ stop(): Promise<void> } | null>;

  constructor({ eventLog, store, registry, logger }: TraceFeedOptions) {
    this.#store = store;
    this.#skipped = registerMetrics(registry, store);
    // each process has a store of its own, so each is a group of its own
    const group = `operations-traces-${newId()}`;
    this.#subscribing = eventLog
      .subscribe({
        group,
        memberId: group,
        topics: ['traces'],
        from: 'beginning',
        isTransient: true,
        minFetchIntervalMs: 100,
        handle: async (deliveries) => {
          for (const delivery of deliveries) this.#add(delivery);
        },
      })
      .catch((error: unknown) => {
        logger.error({ error }, 'the topic of traces cannot be subscribed to; the trace view stays empty');
        return null;
      });
  }

  async stop(): Promise<void> {
    await (await this.#subscribing)?.stop();
  }

  #add({ value, headers }: Pick<Delivery, 'value' | 'headers'>): void {
    const { lines, skipped } = readLines(value, headers);
    const withoutRoom = lines.filter((line) => !this.#store.add(line)).length;
    if (skipped + withoutRoom > 0) this.#skipped.inc(skipped + withoutRoom);
  }
}

function registerMetrics(registry: Registry, store: TraceStore): Counter {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('marigold_trace_store_bytes', 'Memory that the traces of the admin pages take, at most TRACE_STORE_BYTES.', () => store.bytes);
  gauge('marigold_trace_store_traces', 'Traces that the admin pages can show.', () => store.size);
  return new Counter({
    name: 'marigold_trace_store_skipped_total',
    help: 'What the topic of traces held and was no span, and spans of traces with too many.',
    registers: [registry],
  });
}

import { parentPort } from 'node:worker_threads';
import { toDeadLetter } from '#kafka/dead-letter-message.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { EventLogAccess } from '../event-log-access.ts';
import { MetricScraper } from '../metric-scraper.ts';
import { findDeadLetters } from '../queries.ts';
import { TraceStore } from '../trace-store.ts';

/** The program of a thread with little memory: asks for a page of more letters than it could hold. */
const many = 200;
const ids = Array.from({ length: many }, () => newId());

const log: Partial<EventLog> = {
  lag: async () => [],
  async readEach(topic, onDelivery) {
    if (topic !== 'checkout.dead') return;
    for (const [index, key] of ids.entries()) {
      // as from the network, and short enough that its characters lie in the heap
      const value = Buffer.alloc(900_000, 97 + (index % 26)).toString();
      const given = { topic: 'checkout', key: newId(), headers: {}, value, partition: 0, offset: String(index) } as const;
      onDelivery({ ...toDeadLetter(given, 'cart', new Error('broken'), 1), key, partition: 0, offset: String(index) });
    }
  },
};

const eventLog = log as EventLog;
const logger = createLogger('test', 'silent');
const deps = {
  components: [],
  traces: new TraceStore(1024),
  eventLog,
  access: new EventLogAccess(eventLog, logger),
  logs: null,
  metrics: new MetricScraper({ components: [], logger }),
  logger,
};
const page = await findDeadLetters(deps, { kind: 'user', userId: newId(), role: 'ADMIN' }, 5, null);
parentPort?.postMessage({ total: page?.totalCount, shown: page?.edges.length });

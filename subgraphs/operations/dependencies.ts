import type { EventLog } from '#kafka/event-log.ts';
import type { Logger } from '#platform/logger.ts';
import type { ComponentAddress } from './components.ts';
import type { EventLogAccess } from './event-log-access.ts';
import type { LogAccess } from './log-access.ts';
import type { MetricScraper } from './metric-scraper.ts';
import type { TraceStore } from './trace-store.ts';

/** What commands and queries are given. */
export type OperationsDependencies = {
  readonly components: readonly ComponentAddress[];
  readonly eventLog: EventLog;
  /** The one way to ask `eventLog`. */
  readonly access: EventLogAccess;
  readonly traces: TraceStore;
  /** Null when logs are not collected. */
  readonly logs: LogAccess | null;
  readonly metrics: MetricScraper;
  readonly logger: Logger;
};

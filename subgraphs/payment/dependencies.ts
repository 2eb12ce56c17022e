import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { SimulatedProvider } from './provider/simulated-provider.ts';

/** What commands and queries are given. */
export type PaymentDependencies = {
  readonly database: Database;
  readonly provider: Pick<SimulatedProvider, 'methods' | 'ledger' | 'faults' | 'setFaults'>;
  /** How long the provider may take to show its books. */
  readonly providerTimeoutMs: number;
  readonly logger: Logger;
};

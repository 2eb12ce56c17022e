import type { GatewayMetrics } from '../runtime/metrics.ts';
import type { Documents } from './parse/documents.ts';
import type { Prepared } from './prepare.ts';

/** Called for each query and mutation that was answered, with the seconds from its arrival to the answer. */
export type ObserveOperation = (prepared: Prepared, seconds: number, hasErrors: boolean) => void;

/** Measures operations. Those that are registered are named: callers choose the other names. */
export function observeOperations({ operations }: GatewayMetrics, { isRegistered }: Documents): ObserveOperation {
  return ({ document, operation }, seconds, hasErrors) => {
    const name = isRegistered(document) ? operation.name?.value : undefined;
    operations.observe({ name: name ?? 'other', outcome: hasErrors ? 'errors' : 'answered' }, seconds);
  };
}

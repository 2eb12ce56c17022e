import type { TransportFailure } from './transport.ts';

export type OperationKind = 'query' | 'mutation';
export type Outcome = { readonly failure: TransportFailure } | { readonly status: number };

/** The planner prints the keyword of every mutation; what has none is a query. */
export function kindOf(operation: string): OperationKind {
  return /^\s*mutation\b/.test(operation) ? 'mutation' : 'query';
}

/**
 * Whether a call may be made once more. A mutation never: the subgraph may have done it before the connection broke.
 * A timeout never: the caller has waited long enough.
 */
export function mayRetry(kind: OperationKind, attempt: number, outcome: Outcome): boolean {
  if (kind === 'mutation' || attempt > 1) return false;
  return 'failure' in outcome ? outcome.failure === 'connection' : outcome.status === 502 || outcome.status === 503;
}

/** Whether the outcome means that the subgraph is unhealthy, not that it rejected the request or that all connections are in use. */
export function isTrouble(outcome: Outcome): boolean {
  if (!('failure' in outcome)) return outcome.status >= 500;
  return outcome.failure === 'connection' || outcome.failure === 'timeout';
}

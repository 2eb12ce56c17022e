import { readExposition } from '#platform/exposition.ts';

/** What is charted of one component, as its `/metrics` says it at one moment. Counters and buckets hold what was counted since its process began. */
export type Figures = {
  readonly atMs: number;
  /** What tells a process from the one before it, and from another copy behind the same address; null when it does not say. */
  readonly processStartedAtMs: number | null;
  /** Checkouts that ended, by how; null of a component that has none. */
  readonly orders: ReadonlyMap<string, number> | null;
  /** How many orders were paid within so many seconds. */
  readonly paidWithin: ReadonlyMap<number, number>;
  /** Operations and root fields that failed. */
  readonly errors: number;
  /** Messages, by consumer; null when the component does not tell of any. */
  readonly lag: ReadonlyMap<string, number> | null;
  readonly eventLoopDelaySeconds: number | null;
};

const names = new Set([
  'process_start_time_seconds',
  'marigold_order_settled_seconds_count',
  'marigold_order_settled_seconds_bucket',
  'marigold_gateway_operation_seconds_count',
  'marigold_subgraph_field_seconds_count',
  'marigold_consumer_lag_messages',
  'nodejs_eventloop_lag_p99_seconds',
]);

/** Reads a `/metrics` page. @throws Error when it is none. */
export function readFigures(page: string, atMs: number): Figures {
  const samples = readExposition(page, names);
  const of = (name: string) => samples.filter((sample) => sample.name === name && !Number.isNaN(sample.value));
  const one = (name: string) => of(name)[0]?.value ?? null;
  const startedAt = one('process_start_time_seconds');
  const isFailed = ({ outcome }: Readonly<Record<string, string>>) => outcome === 'errors' || outcome === 'failed';
  const answered = [...of('marigold_gateway_operation_seconds_count'), ...of('marigold_subgraph_field_seconds_count')];
  return {
    atMs,
    processStartedAtMs: startedAt === null ? null : startedAt * 1000,
    orders: sums(of('marigold_order_settled_seconds_count').map(({ labels, value }) => [labels['outcome'] ?? '', value])),
    paidWithin:
      sums(
        of('marigold_order_settled_seconds_bucket')
          .filter(({ labels }) => labels['outcome'] === 'PAID')
          .map(({ labels, value }) => [labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']), value]),
      ) ?? new Map(),
    errors: answered.filter(({ labels }) => isFailed(labels)).reduce((sum, { value }) => sum + value, 0),
    lag: sums(of('marigold_consumer_lag_messages').map(({ labels, value }) => [labels['consumer'] ?? '', value])),
    eventLoopDelaySeconds: one('nodejs_eventloop_lag_p99_seconds'),
  };
}

function sums<Key>(entries: readonly (readonly [Key, number])[]): Map<Key, number> | null {
  if (entries.length === 0) return null;
  const found = new Map<Key, number>();
  for (const [key, value] of entries) found.set(key, (found.get(key) ?? 0) + value);
  return found;
}

import type { Figures } from './figures.ts';

/** What a component counted between two moments. */
export type Increase = {
  readonly seconds: number;
  readonly orders: ReadonlyMap<string, number> | null;
  /** How many orders were paid within so many seconds, as the buckets of a histogram. */
  readonly paidWithin: ReadonlyMap<number, number>;
  readonly errors: number;
};

const nothing: Pick<Figures, 'orders' | 'paidWithin' | 'errors'> = { orders: new Map(), paidWithin: new Map(), errors: 0 };

/**
 * What was counted between two readings. Null where that cannot be known: there is no reading before, or another copy of the component has
 * answered. A process that began in between has counted from zero.
 */
export function increaseBetween(before: Figures | undefined, now: Figures): Increase | null {
  if (before === undefined || now.atMs <= before.atMs) return null;
  const isSame = now.processStartedAtMs === before.processStartedAtMs;
  if (!isSame && (now.processStartedAtMs === null || now.processStartedAtMs <= before.atMs)) return null;
  const from = isSame ? before : nothing;
  return {
    seconds: (now.atMs - before.atMs) / 1000,
    orders: now.orders && grownBy(from.orders, now.orders),
    paidWithin: grownBy(from.paidWithin, now.paidWithin),
    errors: now.errors - from.errors,
  };
}

/** A counter appears when it is first counted: before, it was zero. */
function grownBy<Key>(before: ReadonlyMap<Key, number> | null, now: ReadonlyMap<Key, number>): Map<Key, number> {
  return new Map([...now].map(([key, value]) => [key, value - (before?.get(key) ?? 0)]));
}

/**
 * A quantile of what the buckets of a histogram hold, in the unit of their bounds, as `histogram_quantile` of Prometheus estimates it: values are
 * taken to be spread evenly within a bucket, and what is beyond the last bound counts as that bound. Null when nothing was observed.
 */
export function quantileOf(quantile: number, within: ReadonlyMap<number, number>): number | null {
  const buckets = [...within].sort(([one], [other]) => one - other);
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  const rank = quantile * total;
  let [lowerBound, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank && count > below) {
      if (bound === Number.POSITIVE_INFINITY) return lowerBound;
      return lowerBound + ((bound - lowerBound) * (rank - below)) / (count - below);
    }
    [lowerBound, below] = [bound, count];
  }
  return lowerBound;
}

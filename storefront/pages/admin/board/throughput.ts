/** How long one order took from being placed to being paid. */
export type Paid = { readonly id: string; readonly atMs: number; readonly tookMs: number };

type Seen = { id: string; status: string; sinceMs: number; placedAtMs: number | null };

const minuteMs = 60_000;
const keptPaid = 400;

/** How fast the shop sells: orders of the last minute, and the time to paid of the last orders. An order counts once, however often it is seen. */
export class Throughput {
  readonly #placed = new Map<string, number>();
  readonly #paid = new Map<string, Paid>();
  #newestMs = Number.NEGATIVE_INFINITY;

  see({ id, status, sinceMs, placedAtMs }: Seen): void {
    if (placedAtMs === null) return;
    this.#newestMs = Math.max(this.#newestMs, placedAtMs);
    if (placedAtMs > this.#newestMs - minuteMs) this.#placed.set(id, placedAtMs);
    if (status !== 'PAID' || this.#paid.has(id)) return;
    this.#paid.set(id, { id, atMs: sinceMs, tookMs: Math.max(0, sinceMs - placedAtMs) });
    if (this.#paid.size > keptPaid) this.#paid.delete(this.#paid.keys().next().value ?? '');
  }

  /** Orders that were placed within the minute before `nowMs`. */
  ordersPerMinute(nowMs: number): number {
    // the clock of this browser may be behind the shop's
    const end = Math.max(nowMs, this.#newestMs);
    for (const [id, atMs] of this.#placed) if (atMs <= end - minuteMs) this.#placed.delete(id);
    return this.#placed.size;
  }

  /** The last `count` that were paid, the one that was paid last at the end. */
  lastPaid(count: number): readonly Paid[] {
    return [...this.#paid.values()].sort((one, other) => one.atMs - other.atMs).slice(-count);
  }
}

/** The middle of some numbers; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** The points of a line through `values` in a box of `width` by `height`, for an SVG polyline; the highest value touches the top. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const highest = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, at) => `${round(at * step)},${round(height - (value / highest) * height)}`).join(' ');
}

const round = (value: number) => Math.round(value * 10) / 10;

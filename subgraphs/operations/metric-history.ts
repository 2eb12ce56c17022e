/** Ten seconds apart, an hour. */
const mostSamples = 360;

/**
 * The latest values of a fixed number of time series, in a ring that takes its whole memory at once: eight bytes for each value, and for each time.
 * A value that is unknown is NaN within and null outside.
 */
export class MetricHistory<Key extends string> {
  readonly #times: Float64Array;
  readonly #values: ReadonlyMap<Key, Float64Array>;
  #taken = 0;

  constructor(keys: readonly Key[], most = mostSamples) {
    this.#times = new Float64Array(most);
    this.#values = new Map(keys.map((key) => [key, new Float64Array(most)]));
  }

  /** What the ring takes, whatever is in it. */
  get bytes(): number {
    return this.#times.byteLength * (1 + this.#values.size);
  }

  /** Takes a sample of each series, in place of the oldest one when there are too many. A series that `values` does not have is unknown at that time. */
  add(atMs: number, values: ReadonlyMap<Key, number | null>): void {
    const place = this.#taken % this.#times.length;
    this.#times[place] = atMs;
    for (const [key, series] of this.#values) series[place] = values.get(key) ?? Number.NaN;
    this.#taken += 1;
  }

  /** When samples were taken, the oldest first. */
  times(): Date[] {
    return this.#inOrder(this.#times).map((atMs) => new Date(atMs));
  }

  /** The values of a series at these times; null when none of them is known. */
  valuesOf(key: Key): (number | null)[] | null {
    const series = this.#values.get(key);
    const values = series ? this.#inOrder(series).map((value) => (Number.isNaN(value) ? null : value)) : [];
    return values.every((value) => value === null) ? null : values;
  }

  #inOrder(ring: Float64Array): number[] {
    if (this.#taken <= ring.length) return [...ring.subarray(0, this.#taken)];
    const oldest = this.#taken % ring.length;
    return [...ring.subarray(oldest), ...ring.subarray(0, oldest)];
  }
}

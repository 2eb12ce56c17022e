import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** The steps of a visit, in their order. `paid` begins with the answer of `place order`, and `visit` is all of them together. */
export const steps = [
  'register',
  'log in',
  'list',
  'search',
  'product',
  'add to cart',
  'check out',
  'place order',
  'paid',
  'visit',
] as const;
export type Step = (typeof steps)[number];

/** Latencies of a step in milliseconds. */
export type StepFigures = {
  readonly step: Step;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

/** How the visits of a period went. */
export type Tally = { visits: number; paid: number; errors: Record<string, number>; rejections: Record<string, number> };

const emptyTally = (): Tally => ({ visits: 0, paid: 0, errors: {}, rejections: {} });

const microseconds = 1000;
/** Longer ones are counted as this: an hour. */
const longestUs = 3_600_000_000;

/**
 * Latencies by step, as HDR histograms (three significant digits, of Node), and outcomes. Nothing is kept before `begin`: what a shop does while it
 * warms up is not measured.
 */
export class Measurements {
  readonly #histograms = new Map<Step, RecordableHistogram>();
  #recent: RecordableHistogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 });
  #isMeasured = false;
  #tally = emptyTally();
  /** Lateness of arrivals, in microseconds. */
  #lateness: RecordableHistogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 });

  begin(): void {
    this.#isMeasured = true;
  }

  end(): void {
    this.#isMeasured = false;
  }

  /** One step that took so many milliseconds. */
  took(step: Step, ms: number): void {
    if (!this.#isMeasured) return;
    const us = Math.min(longestUs, Math.max(1, Math.round(ms * microseconds)));
    let histogram = this.#histograms.get(step);
    if (!histogram) {
      histogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 });
      this.#histograms.set(step, histogram);
    }
    histogram.record(us);
    if (step === 'paid') this.#recent.record(us);
  }

  /** An arrival that began so many milliseconds after its time. */
  arrivedLate(ms: number): void {
    if (this.#isMeasured) this.#lateness.record(Math.max(1, Math.round(ms * microseconds)));
  }

  paid(): void {
    if (this.#isMeasured) this.#tally.paid += 1;
  }

  visited(): void {
    if (this.#isMeasured) this.#tally.visits += 1;
  }

  /** A rule of the shop said no: sold out, the cart changed. `what` is the code of the user error or the reason of the cancellation. */
  rejected(what: string): void {
    if (this.#isMeasured) this.#tally.rejections[what] = (this.#tally.rejections[what] ?? 0) + 1;
  }

  /** Something failed that no rule of the shop explains. */
  failed(what: string): void {
    if (this.#isMeasured) this.#tally.errors[what] = (this.#tally.errors[what] ?? 0) + 1;
  }

  get tally(): Readonly<Tally> {
    return this.#tally;
  }

  /** The p50 and p99 of `paid` since the last call, in ms, for those who watch. */
  recentlyPaid(): { readonly count: number; readonly p50: number; readonly p99: number } {
    const [count, p50, p99] = [this.#recent.count, this.#recent.percentile(50) / microseconds, this.#recent.percentile(99) / microseconds];
    this.#recent.reset();
    return { count, p50, p99 };
  }

  /** How late arrivals began, 99th percentile in ms; 0 when there were none. */
  get latenessP99(): number {
    return this.#lateness.count === 0 ? 0 : this.#lateness.percentile(99) / microseconds;
  }

  figures(): StepFigures[] {
    return steps.flatMap((step) => {
      const histogram = this.#histograms.get(step);
      if (!histogram) return [];
      const at = (share: number) => histogram.percentile(share) / microseconds;
      return [{ step, count: histogram.count, p50: at(50), p90: at(90), p95: at(95), p99: at(99), max: histogram.max / microseconds }];
    });
  }
}

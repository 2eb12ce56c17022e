/** How long work may wait without any progress until that is a fault: the same for consumers and relays. */
export const stalledAfterMs = 30_000;

/**
 * Detects whether a loop that has work still makes progress. The clock must be monotonic; the default is that of the process.
 */
export class ProgressWatch {
  readonly #now: () => number;
  #since: number | null = null;
  #reason: string | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** There is work. Repeated calls do not reset the time since the last progress. */
  begin(): void {
    this.#since ??= this.#now();
  }

  /** Some of the work is done, and there is more. */
  progress(): void {
    this.#since = this.#now();
    this.#reason = null;
  }

  /** Nothing is left to do. */
  idle(): void {
    this.#since = null;
    this.#reason = null;
  }

  /** An attempt failed. */
  failed(reason: string): void {
    this.begin();
    this.#reason = reason;
  }

  /** For how long there has been work and no progress; 0 when there is nothing to do. */
  waitingSeconds(): number {
    return this.#since === null ? 0 : Math.max(0, (this.#now() - this.#since) / 1000);
  }

  /** Null, or that `who` cannot go on, for how long, and why. */
  unhealthyReason(who: string, noReason: string): string | null {
    const seconds = this.waitingSeconds();
    if (seconds * 1000 < stalledAfterMs) return null;
    return `${who} has not come on for ${Math.floor(seconds)} s: ${this.#reason ?? noReason}`;
  }
}

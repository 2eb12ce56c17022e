export type SuspensionOptions = {
  /** The first one of an address; each further one takes twice as long, up to 64 times. 0 is none at all. */
  readonly firstMs: number;
  /** In milliseconds, of a clock that never goes back. */
  now?(): number;
};

type Suspension = { readonly durationMs: number; readonly at: number };

const mostTimes = 64;
/** An address that has sent nothing abusive for so long begins anew; many people may have it by then. */
const forgottenAfterMs = 10 * 60_000;

/** Addresses of which nothing is taken for a while: what they send costs more than to send it, and they would go on over another connection. */
export class Suspensions {
  readonly #firstMs: number;
  readonly #now: () => number;
  /** By address its last, in the order in which they were made. */
  readonly #last = new Map<string, Suspension>();

  constructor({ firstMs, now = () => performance.now() }: SuspensionOptions) {
    this.#firstMs = firstMs;
    this.#now = now;
  }

  suspend(address: string): void {
    if (this.#firstMs === 0 || this.secondsLeft(address) > 0) return;
    this.#prune();
    const durationMs = Math.min(2 * (this.#last.get(address)?.durationMs ?? this.#firstMs / 2), mostTimes * this.#firstMs);
    this.#last.delete(address);
    this.#last.set(address, { durationMs, at: this.#now() });
  }

  /** 0 when the address is not suspended. */
  secondsLeft(address: string): number {
    const last = this.#last.get(address);
    return last === undefined ? 0 : Math.max(0, Math.ceil((last.at + last.durationMs - this.#now()) / 1000));
  }

  #prune(): void {
    for (const [address, { at, durationMs }] of this.#last) {
      if (this.#now() - at <= forgottenAfterMs + durationMs) return;
      this.#last.delete(address);
    }
  }
}

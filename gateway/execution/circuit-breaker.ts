export type BreakerState = 'closed' | 'open' | 'half-open';

export type CircuitBreaker = {
  state(): BreakerState;
  /** False while the circuit is open. The outcome of every admitted call must be recorded. */
  admit(): boolean;
  succeeded(): void;
  failed(): void;
  /** The caller left before there was an outcome: it is no evidence, and a probe is given back. */
  left(): void;
};

export type CircuitBreakerOptions = {
  /** So many failures in a row open it. */
  failures: number;
  /** So long it stays open before one call is let through as a probe. */
  openMs: number;
  now?: () => number;
  onChange?: (state: BreakerState) => void;
};

/** A circuit breaker as in Nygard's "Release It!": closed, after consecutive failures open, then half-open for a single probe. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  return new Breaker(options);
}

class Breaker implements CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #now: () => number;
  #state: BreakerState = 'closed';
  #failuresInARow = 0;
  #openUntil = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  state(): BreakerState {
    return this.#state;
  }

  admit(): boolean {
    if (this.#state === 'closed') return true;
    // half-open has its one probe already; a probe whose outcome is never recorded must not keep the circuit open forever
    if (this.#now() < this.#openUntil) return false;
    this.#openUntil = this.#now() + this.#options.openMs;
    this.#become('half-open');
    return true;
  }

  succeeded(): void {
    this.#failuresInARow = 0;
    this.#become('closed');
  }

  failed(): void {
    this.#failuresInARow += 1;
    if (this.#state === 'closed' && this.#failuresInARow < this.#options.failures) return;
    this.#openUntil = this.#now() + this.#options.openMs;
    this.#become('open');
  }

  left(): void {
    if (this.#state === 'half-open') this.#openUntil = this.#now();
  }

  #become(next: BreakerState): void {
    if (this.#state === next) return;
    this.#state = next;
    this.#options.onChange?.(next);
  }
}

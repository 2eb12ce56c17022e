export type BreakerState = 'closed' | 'open' | 'half-open';

export type CircuitBreaker = {
  state(): BreakerState;
  /** False while the circuit is open. The outcome of every admitted call must be recorded. */
  admit(): boolean;
  succeeded(): void;
  failed(): void;
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
export function createCircuitBreaker({ failures, openMs, now = Date.now, onChange }: CircuitBreakerOptions): CircuitBreaker {
  let state: BreakerState = 'closed';
  let inARow = 0;
  let openUntil = 0;
  const become = (next: BreakerState) => {
    if (state === next) return;
    state = next;
    onChange?.(next);
  };
  return {
    state: () => state,
    admit() {
      if (state === 'closed') return true;
      // half-open has its one probe already; a probe whose outcome is never recorded must not keep the circuit open forever
      if (now() < openUntil) return false;
      openUntil = now() + openMs;
      become('half-open');
      return true;
    },
    succeeded() {
      inARow = 0;
      become('closed');
    },
    failed() {
      inARow += 1;
      if (state === 'closed' && inARow < failures) return;
      openUntil = now() + openMs;
      become('open');
    },
  };
}

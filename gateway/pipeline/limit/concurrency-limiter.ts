import { graphqlError, RequestError } from '../request-error.ts';

export type ConcurrencyLimits = {
  /** What one caller has done at once; 0 is no limit. */
  readonly maxCost: number;
  /** How much more of one caller's work may wait for that. */
  readonly maxWaiting: number;
};

export type ConcurrencyLimiter = {
  /**
   * Does `work` for a caller when what it costs fits beside what is being done for the same caller; what costs more than fits at all is done
   * alone. First come, first served. @throws RequestError RATE_LIMITED when too much waits already; and what `work` throws.
   */
  run<T>(caller: string, cost: number, work: () => Promise<T>): Promise<T>;
};

type Waiting = { readonly cost: number; begin(): void };
type Caller = { cost: number; readonly waiting: Waiting[]; isWoken: boolean };

const retryAfterSeconds = 1;
/** What an operation takes however little it asks for. */
const leastCost = 20;

/**
 * Fair queueing per caller: a caller with many requests gets them one at a time, interleaved with those of others. A limit of requests a
 * second alone lets one caller bring all of them at the same moment.
 */
export function createConcurrencyLimiter({ maxCost, maxWaiting }: ConcurrencyLimits): ConcurrencyLimiter {
  const callers = new Map<string, Caller>();

  const fits = (caller: Caller, cost: number): boolean => caller.cost === 0 || caller.cost + cost <= maxCost;

  /** Null when the caller is within its limit; otherwise resolves when its turn comes. */
  function enter(caller: Caller, cost: number): Promise<void> | null {
    if (caller.waiting.length === 0 && fits(caller, cost)) {
      caller.cost += cost;
      return null;
    }
    if (caller.waiting.length >= maxWaiting) throw tooMuchAtOnce();
    return new Promise((resolve) => caller.waiting.push({ cost, begin: resolve }));
  }

  function leave(name: string, caller: Caller, cost: number): void {
    caller.cost -= cost;
    if (caller.waiting.length > 0) wake(caller);
    else if (caller.cost === 0 && !caller.isWoken) callers.delete(name);
  }

  /** One a round of the event loop: their work may be done without ever waiting for anything. */
  function wake(caller: Caller): void {
    const [next] = caller.waiting;
    if (caller.isWoken || next === undefined || !fits(caller, next.cost)) return;
    caller.isWoken = true;
    setImmediate(() => {
      caller.isWoken = false;
      caller.waiting.shift();
      caller.cost += next.cost;
      next.begin();
      wake(caller);
    });
  }

  return {
    async run(name, costOfWork, work) {
      if (maxCost === 0) return work();
      // whole, or sums would not come back to nothing
      const cost = Math.max(leastCost, Math.ceil(costOfWork));
      const caller = callers.get(name) ?? { cost: 0, waiting: [], isWoken: false };
      callers.set(name, caller);
      const turn = enter(caller, cost);
      if (turn !== null) await turn;
      try {
        return await work();
      } finally {
        // what was done without waiting for anything counts until others have had their turn
        setImmediate(() => leave(name, caller, cost));
      }
    },
  };
}

function tooMuchAtOnce(): RequestError {
  const message = 'Too much is being asked for at once from here; ask for one thing after the other.';
  return new RequestError([graphqlError('RATE_LIMITED', message, { retryAfterSeconds })], {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

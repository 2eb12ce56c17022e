import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { addressBlock } from '../pipeline/context.ts';
import type { RateBudget, RateLimiter } from '../pipeline/limit/rate-limiter.ts';

export type VisitsOptions = {
  /** In memory: what a file costs is less than to ask somebody else. */
  readonly limiter: RateLimiter;
  readonly budget: RateBudget;
  clientAddress(request: IncomingMessage): string;
};

/** Requests for everything but the graph: files, pages, pictures, preflights. */
export type Visits = {
  /**
   * Counts a request of its address. Resolves to 0, or to the seconds to come back in: then not at once, because a rejection costs as much as a small
   * file, and a connection has one request at a time.
   */
  enter(request: IncomingMessage): Promise<number>;
};

const rejectedAfterMs = 500;

export function createVisits({ limiter, budget, clientAddress }: VisitsOptions): Visits {
  return {
    async enter(request) {
      const seconds = await limiter.take(addressBlock(clientAddress(request)), budget);
      if (seconds > 0) await pause(rejectedAfterMs);
      return seconds;
    },
  };
}

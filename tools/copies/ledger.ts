import type { ShopClient } from '../shop-client.ts';

/** A request that got no answer, or one with errors. */
export type FailedRequest = { readonly at: number; readonly entrance: number; readonly operation: string; readonly reason: string };
/** An order that was acknowledged to its customer, at one entrance or at several with the same idempotency key. */
export type Acknowledged = { readonly id: string; readonly number: string; readonly entrances: readonly number[] };
export type Step = { readonly version: number; readonly status: string };
/** What one subscriber saw of one order. */
export type Followed = {
  readonly orderId: string;
  readonly entrance: number;
  readonly steps: readonly Step[];
  /** Why it did not come to an end; null when the gateway said that nothing follows. */
  readonly failure: string | null;
};

/** All that customers did and saw, as they know it themselves. */
export class Ledger {
  offered = 0;
  /** Sockets by the code with which they were closed under a subscription. */
  readonly closes = new Map<number, number>();
  readonly failed: FailedRequest[] = [];
  readonly acknowledged: Acknowledged[] = [];
  /** Requests that were answered with a user error: which, and its code. */
  readonly rejected: string[] = [];
  readonly followed: Followed[] = [];

  /** The same client, of which every request is counted. `entrance` is the number of the gateway's address that it uses. */
  counting(client: ShopClient, entrance: number): ShopClient {
    return {
      ...client,
      ask: async <Data>(document: string, variables?: Record<string, unknown>) => {
        this.offered += 1;
        try {
          return await client.ask<Data>(document, variables);
        } catch (error) {
          this.failed.push({ at: Date.now(), entrance, operation: nameOf(document), reason: reasonOf(error) });
          throw error;
        }
      },
    };
  }

  closed(code: number): void {
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1);
  }
}

const nameOf = (document: string): string => /\b(?:query|mutation|subscription)\s+(\w+)/.exec(document)?.[1] ?? 'an operation';

/** What fetch throws says why only in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { operationText } from '#schema/operation-text.ts';
import type { OrderStatusSubscription } from '#schema/operations/storefront.types.ts';
import type { Followed, Ledger, Step } from './ledger.ts';

const pauseMs = 50;
const endsWithinMs = 180_000;

/**
 * Follows orders on a socket, as the storefront does: one whose socket was closed connects again, to whichever gateway is there, and goes on after
 * the last step that it saw.
 */
export class Follower {
  readonly #client: Client;
  readonly #entrance: number;
  readonly #ledger: Ledger;

  constructor(options: { url: string; entrance: number; accessToken: string; ledger: Ledger }) {
    this.#entrance = options.entrance;
    this.#ledger = options.ledger;
    this.#client = createClient({
      url: options.url.replace(/^http/, 'ws'),
      lazy: true,
      // it does not know of `sinceVersion`, and would ask for everything once more
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${options.accessToken}` },
    });
  }

  /** Resolves when the order has come to its end, or can be followed no longer. `onStep` is called with each status. */
  async follow(orderId: string, onStep: (status: string) => void): Promise<Followed> {
    const steps: Step[] = [];
    const late = Date.now() + endsWithinMs;
    let failure: string | null = 'it was not followed to its end in time';
    while (Date.now() < late) {
      const end = await this.#listen(orderId, steps, onStep);
      if (end !== 'closed') {
        failure = end;
        break;
      }
      await sleep(pauseMs);
    }
    return { orderId, entrance: this.#entrance, steps, failure };
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  /** Null when the gateway said that nothing follows, `closed` when the socket ended before, else what is wrong. */
  async #listen(orderId: string, steps: Step[], onStep: (status: string) => void): Promise<'closed' | string | null> {
    const variables = { orderId, sinceVersion: steps.at(-1)?.version ?? 0 };
    const messages = this.#client.iterate<OrderStatusSubscription>({ query: document, variables });
    try {
      for await (const { data, errors } of messages) {
        if (errors?.length) return errors.map(({ message }) => message).join('; ');
        if (!data?.orderStatus) continue;
        const { version, status } = data.orderStatus;
        steps.push({ version, status });
        onStep(status);
      }
      return null;
    } catch (thrown) {
      if (Array.isArray(thrown)) return thrown.map((error: { message: string }) => error.message).join('; ');
      this.#ledger.closed(codeOf(thrown));
      return 'closed';
    }
  }
}

const document = operationText('storefront/order-status');

/** Of the close frame; 0 when no socket came about. */
function codeOf(thrown: unknown): number {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : 0;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { operationText } from '#schema/operation-text.ts';
import type { ShopClient } from '../shop-client.ts';
import type { Ledger } from './ledger.ts';

export type ClerkOptions = {
  /** Of an admin, one for each entrance. */
  readonly clients: readonly ShopClient[];
  readonly ledger: Ledger;
};

/** So long an order stays paid before its parcel leaves, so that those who follow it live through some restarts. */
const leavesAfterMs = 10_000;
const arrivesAfterMs = 2000;
const afterFailureMs = 500;

/** Ships what was paid, and delivers it: that ends an order, and with it what follows it. */
export class Clerk {
  readonly #options: ClerkOptions;
  readonly #closing = new AbortController();
  readonly #underWay: Promise<void>[] = [];

  constructor(options: ClerkOptions) {
    this.#options = options;
  }

  /** The order was paid. */
  take(orderId: string): void {
    this.#underWay.push(this.#handle(orderId));
  }

  /** Resolves when everything has arrived. */
  async finish(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #handle(orderId: string): Promise<void> {
    await this.#wait(leavesAfterMs);
    await this.#insist('admin/ship-order', orderId);
    await this.#wait(arrivesAfterMs);
    await this.#insist('admin/deliver-order', orderId);
  }

  /** A request that fails is in the ledger, and made once more, so that the order comes to its end. */
  async #insist(path: 'admin/ship-order' | 'admin/deliver-order', orderId: string): Promise<void> {
    const { clients, ledger } = this.#options;
    const client = clients[this.#underWay.length % clients.length];
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      try {
        const answer = await client?.ask<Record<string, { __typename: string }>>(operationText(path), { input: { orderId } });
        const [outcome] = Object.values(answer ?? {});
        if (!outcome?.__typename.endsWith('Success')) ledger.rejected.push(`${path} of ${orderId}: ${outcome?.__typename}`);
        return;
      } catch {
        await sleep(afterFailureMs);
      }
    }
  }

  /** At closing time nothing is waited for. */
  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

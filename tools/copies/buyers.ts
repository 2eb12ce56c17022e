import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Customer, createCustomer, type PlacedOrder, type Stage } from '../demo/scene.ts';
import { createShopClient, register } from '../shop-client.ts';
import { Follower } from './follower.ts';
import type { Followed, Ledger } from './ledger.ts';

export type BuyersOptions = {
  readonly entrances: readonly string[];
  readonly stage: Stage;
  readonly productId: string;
  readonly ledger: Ledger;
  /** Between two purchases of one customer. */
  readonly pauseMs: number;
  /** An order was paid, as all who follow it have seen. */
  onPaid(orderId: string): void;
};

/** So often an order is placed at all entrances at once, with the same idempotency key: a double click, or a client that tries again. */
const everyNthTwice = 4;
const afterFailureMs = 250;

/** Customers who buy one piece after the other, each at an entrance of their own, and follow each order to its end on sockets at all of them. */
export class Buyers {
  readonly #options: BuyersOptions;
  readonly #shopping: Promise<void>[] = [];
  readonly #buyers: Buyer[] = [];
  #isOver = false;

  constructor(options: BuyersOptions) {
    this.#options = options;
  }

  /** Resolves when so many are there; they begin at once. */
  async arrive(count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const buyer = await openBuyer(this.#options, number);
      this.#buyers.push(buyer);
      this.#shopping.push(this.#shop(buyer));
    }
  }

  /** Lets each finish what they are about; what they have ordered, they still follow. */
  async goHome(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#shopping);
  }

  /** Resolves when nobody follows an order any more. */
  async close(): Promise<void> {
    await Promise.all(this.#buyers.map((buyer) => buyer.close()));
  }

  async #shop(buyer: Buyer): Promise<void> {
    for (let count = 1; !this.#isOver; count += 1) {
      try {
        await buyer.buyOnce(count % everyNthTwice === 0);
        await sleep(this.#options.pauseMs);
      } catch {
        // the ledger has it
        await sleep(afterFailureMs);
      }
    }
  }
}

type Buyer = { buyOnce(isTwice: boolean): Promise<void>; close(): Promise<void> };

async function openBuyer({ entrances, stage, productId, ledger, onPaid }: BuyersOptions, number: number): Promise<Buyer> {
  const home = number % entrances.length;
  const { accessToken } = await register(entrances[home] ?? '', `copies-${randomUUID().slice(0, 12)}`);
  const clients = entrances.map((url, entrance) => ledger.counting(createShopClient(url, accessToken), entrance));
  const followers = entrances.map((url, entrance) => new Follower({ url, entrance, accessToken, ledger }));
  const customers = await Promise.all(clients.map((client) => createCustomer(stage, accessToken, client)));
  const atHome = customers[home];
  if (atHome === undefined) throw new Error('There is no entrance.');
  const following: Promise<void>[] = [];

  return {
    async buyOnce(isTwice) {
      await atHome.fill([{ productId, quantity: 1 }]);
      const order = isTwice ? await placeEverywhere(customers, ledger) : await atHome.place('card-ok');
      if (order === null) return;
      if ('rejected' in order) {
        ledger.rejected.push(`PlaceOrder: ${order.rejected}`);
        return;
      }
      const { id, number: orderNumber } = order;
      ledger.acknowledged.push({ id, number: orderNumber, entrances: isTwice ? entrances.map((_, index) => index) : [home] });
      const all = followers.map((follower) => followUntilPaid(follower, id));
      following.push(...all.map(async ({ end }) => void ledger.followed.push(await end)));
      await Promise.all(all.map(({ paid }) => paid));
      onPaid(id);
      await atHome.cartEmptied();
    },
    async close() {
      await Promise.all(following);
      await Promise.all([...followers, ...clients].map((one) => one.close()));
    },
  };
}

/** `paid` resolves when the order was seen to be paid, `end` when it can be followed no longer; then `paid` does, too. */
function followUntilPaid(follower: Follower, orderId: string): { paid: Promise<void>; end: Promise<Followed> } {
  const paid = Promise.withResolvers<void>();
  const end = follower.follow(orderId, (status) => {
    if (status === 'PAID') paid.resolve();
  });
  void end.then(() => paid.resolve());
  return { paid: paid.promise, end };
}

/** The one order that comes of it; null, and a note in the ledger, when the answers differ. */
async function placeEverywhere(customers: readonly Customer[], ledger: Ledger): Promise<PlacedOrder | { rejected: string } | null> {
  const idempotencyKey = randomUUID();
  await Promise.all(customers.map((customer) => customer.look()));
  const answers = await Promise.all(customers.map((customer) => customer.place('card-ok', idempotencyKey)));
  const ids = new Set(answers.map((answer) => ('rejected' in answer ? answer.rejected : answer.id)));
  const [first] = answers;
  if (ids.size === 1 && first !== undefined) return first;
  ledger.rejected.push(`PlaceOrder: one idempotency key had several answers: ${[...ids].join(', ')}`);
  return null;
}

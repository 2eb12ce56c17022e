import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Customer } from '#tools/demo/scene.ts';
import { type OpenBrowser, openBrowser, type Visitor, type VisitorOptions } from './browser.ts';
import { type Buyer, newBuyer } from './buyer.ts';
import { openShelf, type Shelf } from './shelf.ts';
import { type OpenShop, openShop } from './shop.ts';

type Open = { readonly shop: OpenShop; readonly browser: OpenBrowser; readonly shelf: Shelf };

/** What the browser stories of one file work with: the shop of this worker of Jest, a browser, a shelf of their own, and who comes. */
class Stories {
  #open: Open | null = null;
  readonly #visitors: Visitor[] = [];
  readonly #customers: Customer[] = [];

  get shop(): OpenShop {
    return this.#opened().shop;
  }

  /** What is made with it is off the shelf after the last test. */
  get shelf(): Shelf {
    return this.#opened().shelf;
  }

  /** A user with a browser of their own, closed with the test. */
  async visit(options: VisitorOptions = {}): Promise<Visitor> {
    const visitor = await this.#opened().browser.newVisitor(options);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** A new user, logged in at the graph and for a browser. */
  async newBuyer(): Promise<Buyer> {
    const buyer = await newBuyer(this.shop);
    this.#customers.push(buyer.customer);
    return buyer;
  }

  async open(): Promise<void> {
    const shop = await openShop();
    this.#open = { shop, browser: await openBrowser(shop.gatewayUrl), shelf: openShelf(shop) };
  }

  async sendHome(): Promise<void> {
    await Promise.all(this.#visitors.splice(0).map((visitor) => visitor.close()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#customers.map((customer) => customer.close()));
    await this.#open?.browser.close();
    await this.#open?.shelf.clear();
    await this.#open?.shop.close();
  }

  #opened(): Open {
    if (this.#open === null) throw new Error('The shop of these stories opens before the first test.');
    return this.#open;
  }
}

/** At the top of a file of stories: opens all of it before the first test, and closes it after the last. */
export function openStories(): Omit<Stories, 'open' | 'sendHome' | 'close'> {
  const stories = new Stories();
  beforeAll(() => stories.open(), 60_000);
  afterEach(() => stories.sendHome());
  afterAll(() => stories.close(), 30_000);
  return stories;
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationText } from '#schema/operation-text.ts';
import { writePrivate } from '../dev/secrets.ts';
import { findRunningShop, type Run } from '../running-shop.ts';
import { createShopClient, logIn, type ShopClient } from '../shop-client.ts';
import { Connection } from './connection.ts';
import { type Account, type Acknowledged, LoadCustomer } from './customer.ts';
import type { Measurements } from './measurements.ts';
import type { LoadOptions } from './options.ts';
import { loadProcess, type Pids, supervisorProcess } from './processes.ts';
import type { Offer } from './visit.ts';

const mostTries = 10;

/** The shop that runs on a data folder. */
export type LoadedShop = Run & { readonly dataDir: string; readonly graphUrl: string; readonly admin: ShopClient };

/** @throws an Error with one sentence when none runs there. */
export async function findShop(dataDir: string): Promise<LoadedShop> {
  const { credentials, ...run } = await findRunningShop(dataDir);
  const { accessToken } = await logIn(run.gatewayUrl, credentials.admin.login, credentials.admin.password);
  return { ...run, dataDir, graphUrl: new URL('/graphql', run.gatewayUrl).href, admin: createShopClient(run.gatewayUrl, accessToken) };
}

/** The processes of the shop, and this one. */
export function pidsOf({ dataDir, pid, services }: LoadedShop): Pids {
  const pids: Record<string, number> = { [supervisorProcess]: pid, [loadProcess]: process.pid };
  const byPid = Map.groupBy(Object.entries(services), ([, service]) => service.pid);
  for (const [servicePid, members] of byPid) pids[members.map(([name]) => name).join(' and ')] = servicePid;
  const files = { Kafka: 'kafka/pid', PostgreSQL: 'postgres/cluster/postmaster.pid' };
  for (const [name, file] of Object.entries(files)) {
    const path = join(dataDir, file);
    if (existsSync(path)) pids[name] = Number.parseInt(readFileSync(path, 'utf8'), 10);
  }
  return pids;
}

/** Those of the shop that are Node's. */
export function nodeProcessesOf(shop: LoadedShop): Pids {
  const { Kafka: _kafka, PostgreSQL: _postgres, [loadProcess]: _load, ...ours } = pidsOf(shop);
  return ours;
}

/** Where the services tell their metrics. */
export const adminUrlsOf = ({ services }: LoadedShop): string[] => [...new Set(Object.values(services).map(({ adminUrl }) => adminUrl))];

type Shelf = { products: { edges: { node: { id: string; name: string } }[] } };

/** What can be bought: the whole catalogue, or `hot` products of it. Fills up the stock of each when asked to. */
export async function prepareOffer({ admin }: LoadedShop, { hot, replenish }: Pick<LoadOptions, 'hot' | 'replenish'>): Promise<Offer> {
  const { products } = await admin.ask<Shelf>(operationText('storefront/catalogue'), { first: 100, sort: 'NAME' });
  const found = products.edges.map(({ node }) => node);
  if (found.length === 0) throw new Error('The catalogue is empty, so that there is nothing to buy.');
  if (hot !== null && hot > found.length) throw new Error(`The catalogue has ${found.length} products: --hot cannot be ${hot}.`);
  const chosen = found.slice(0, hot ?? found.length);
  if (replenish) for (const { id } of chosen) await fillStock(admin, id);
  const words = found.flatMap(({ name }) => name.split(/\P{L}+/u)).filter((word) => word.length > 2);
  return { products: chosen.map(({ id }) => id), words };
}

/** As many pieces as the shop takes. */
const mostStock = 1_000_000;

/** Fills up the stock of a product, of which there may be some. */
export async function fillStock(admin: Pick<ShopClient, 'ask'>, id: string): Promise<void> {
  const { product } = await admin.ask<{ product: { stock: { available: number } } }>(operationText('demo/stock-of-product'), { id });
  const difference = mostStock - product.stock.available;
  if (difference <= 0) return;
  const { adjustStock } = await admin.ask<{ adjustStock: { code?: string; message?: string } }>(operationText('admin/adjust-stock'), {
    input: { id, difference, reason: 'load' },
  });
  if (adjustStock.code !== undefined) throw new Error(`The stock of ${id} was not changed: ${adjustStock.message}`);
}

/** Makes customers of a shop. Those of one data folder come back: who registered in an earlier load logs in. */
export class Customers {
  readonly #shop: LoadedShop;
  readonly #measurements: Measurements;
  readonly #acknowledge: (order: Acknowledged) => void;
  readonly #all: LoadCustomer[] = [];
  readonly #run = randomBytes(4).toString('hex');
  #addresses = 0;

  constructor(shop: LoadedShop, measurements: Measurements, acknowledge: (order: Acknowledged) => void) {
    this.#shop = shop;
    this.#measurements = measurements;
    this.#acknowledge = acknowledge;
  }

  /** One who has no account yet. */
  stranger(): LoadCustomer {
    return this.#make({ username: `load-${this.#run}-${this.#all.length}`, password: randomBytes(12).toString('base64url') });
  }

  /** One more who is logged in. */
  async another(): Promise<LoadCustomer> {
    const customer = this.stranger();
    await enter(customer, false);
    return customer;
  }

  /** So many who are logged in; `onReady` is called with how many are. */
  async returning(count: number, onReady: (ready: number) => void): Promise<LoadCustomer[]> {
    const file = join(this.#shop.dataDir, 'load-customers.json');
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Account[]) : [];
    const customers = Array.from({ length: count }, (_, index) => this.#at(known[index]));
    const waiting = customers.entries();
    const ready: LoadCustomer[] = [];
    const receive = async () => {
      for (const [index, customer] of waiting) {
        await enter(customer, index < known.length);
        onReady(ready.push(customer));
      }
    };
    // hashing passwords is slow by intent: more at once would only wait
    await Promise.all([receive(), receive(), receive(), receive()]);
    if (count > known.length)
      writePrivate(
        file,
        customers.map(({ account }) => account),
      );
    return customers;
  }

  #at(account: Account | undefined): LoadCustomer {
    return account ? this.#make(account) : this.stranger();
  }

  #make(account: Account): LoadCustomer {
    const connection = new Connection(this.#shop.graphUrl, this.#address());
    const customer = new LoadCustomer(account, connection, this.#measurements, this.#acknowledge);
    this.#all.push(customer);
    return customer;
  }

  /** Each comes from an address of its own, as people do: on Linux all of 127.0.0.0/8 is this machine. Elsewhere all share one, and its limits. */
  #address(): string | null {
    if (platform() !== 'linux') return null;
    this.#addresses += 1;
    return `127.1.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((customer) => customer.close()));
  }
}

/** Logs in, or registers, and begins with an empty cart. A shop under load may say no for a while. */
async function enter(customer: LoadCustomer, isKnown: boolean): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await (isKnown ? customer.logIn() : customer.register());
      return await customer.emptyCart().catch(() => undefined);
    } catch (error) {
      if (tries === mostTries) throw new Error(`A customer could not enter: ${(error as Error).message}`, { cause: error });
      await sleep(500);
    }
  }
}

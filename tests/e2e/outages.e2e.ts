import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, jest } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { openSmtpSink } from '#tests/support/smtp-sink.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, createCustomer, createProduct, stockOf } from '#tools/demo/scene.ts';
import { isAlive } from '#tools/dev/processes.ts';
import type { ServiceName } from '#tools/dev/services.ts';
import { catalogue } from '#tools/seed/catalogue.ts';
import { logIn } from '#tools/shop-client.ts';
import { broken, rowsOf } from './books.ts';
import { beTheFirstCustomer } from './opening.ts';
import { withOwnShop } from './own-shop.ts';
import { sendShoppers, statusOf } from './shoppers.ts';

jest.setTimeout(150_000);

const unlimited = { RATE_LIMIT_BURST: '0', GUEST_RATE_LIMIT_BURST: '0', AUTH_RATE_LIMIT_BURST: '0' };
const { describe, test } = needs('kafka');
const first = beTheFirstCustomer();
// a mail server that is not there yet, and comes in the end
let mailServer = await openSmtpSink();
await mailServer.stop();
const own = withOwnShop({
  // an order that is cancelled at its deadline is no fault
  env: {
    mail: { SMTP_URL: mailServer.url },
    gateway: unlimited,
    order: { PENDING_DEADLINE_MS: '60000', PAYMENT_DEADLINE_MS: '60000' },
  },
  onComponent: first.onComponent,
});

afterAll(() => mailServer.stop());

test('as soon as the gateway is ready, everything can be bought', async () => {
  expect(await first.sight).toEqual({ products: catalogue.length, inCart: ['AddToCartSuccess'] });
});

type Infrastructure = 'Kafka' | 'PostgreSQL' | 'Redis';

function pidOf(component: Infrastructure): number {
  const read = (file: string) => readFileSync(join(own().dataDir, file), 'utf8');
  if (component === 'Kafka') return Number(read('kafka/pid'));
  if (component === 'PostgreSQL') return Number.parseInt(read('postgres/cluster/postmaster.pid'), 10);
  return (JSON.parse(read('processes.json')) as { children: { redis: number } }).children.redis;
}

/** Resolves when another process has taken its place. */
async function kill(component: Infrastructure, ...andServices: ServiceName[]): Promise<void> {
  for (const name of andServices) own().processes.service(name).kill('SIGKILL');
  const pid = pidOf(component);
  process.kill(pid, 'SIGKILL');
  await waitFor(`another ${component}`, () => pidOf(component) !== pid && isAlive(pidOf(component)), 30_000);
}

/** Resolves when each service runs in another process. */
async function killServices(...names: ServiceName[]): Promise<void> {
  const before = names.map((name) => own().shop.pidOf(name));
  for (const pid of before) process.kill(pid, 'SIGKILL');
  for (const [index, name] of names.entries())
    await waitFor(`another process of ${name}`, () => own().shop.pidOf(name) !== before[index], 60_000);
}

/** A component that is there and does not answer: connections open and nothing comes. */
async function silence(component: Infrastructure, forMs: number): Promise<void> {
  process.kill(pidOf(component), 'SIGSTOP');
  await sleep(forMs);
  process.kill(pidOf(component), 'SIGCONT');
}

describe('while customers buy, no order is lost, stuck or charged twice', () => {
  const outages: [string, () => Promise<void>][] = [
    ['when order and mail are killed', () => killServices('order', 'mail')],
    ['when payment and cart are killed', () => killServices('payment', 'cart')],
    ['when product, user and the gateway are killed', () => killServices('product', 'user', 'gateway')],
    ['when Kafka is killed, and with it two services, which then start without it', () => kill('Kafka', 'product', 'order')],
    ['when Kafka does not answer', () => silence('Kafka', 3000)],
    ['when PostgreSQL is killed, and with it a service', () => kill('PostgreSQL', 'payment')],
    ['when PostgreSQL takes no connections', () => silence('PostgreSQL', 3000)],
  ];
  const outagesOfRedis: [string, () => Promise<void>][] = [
    ['when Redis is killed', () => kill('Redis')],
    ['when Redis does not answer', () => silence('Redis', 1500)],
  ];
  const holds = async (_what: string, strike: () => Promise<void>) => {
    const product = await createProduct(own().shop.stage, 'Lamp of the outages', 100_000);
    const shoppers = sendShoppers(own().shop.stage, product, 3);
    let customers: Awaited<ReturnType<typeof shoppers.goHome>> = [];
    try {
      await shoppers.buyMore(6, 30_000);
      await strike();
      await shoppers.buyMore(6, 60_000);
    } finally {
      // shoppers that keep buying would disturb the next test
      customers = await shoppers.goHome();
    }
    const wrong = await broken(own().shop, 60_000);
    const sold = (await Promise.all(customers.map((customer) => customer.piecesBought()))).reduce((sum, count) => sum + count, 0);

    expect(wrong).toEqual([]);
    expect(await stockOf(own().shop.stage, product)).toEqual({ available: 100_000 - sold, held: 0, committed: sold });
    for (const { customer, orderId } of shoppers.acknowledged) expect(await statusOf(customer, orderId)).toBe('PAID');
    await Promise.all(customers.map((customer) => customer.close()));
    await archiveProduct(own().shop.stage, product);
  };
  test.each(outages)('%s', holds);
  needs('redis').test.each(outagesOfRedis)('%s', holds);

  test('and each receipt that waited for the mail server comes once it is there', async () => {
    const paid = await rowsOf(own().shop.postgresUrl, 'order', "SELECT number FROM orders WHERE status = 'PAID'");
    const receipts = () => mailServer.mails.flatMap(({ headers }) => /^Subject: Your receipt for order (\S+)/m.exec(headers)?.[1] ?? []);
    expect(receipts()).toEqual([]);

    mailServer = await openSmtpSink(mailServer.port);
    await waitFor('all receipts', () => receipts().length >= paid.length, 60_000);

    expect(receipts().sort()).toEqual(paid.map(({ number }) => String(number)).sort());
  });
});

describe('without a subgraph', () => {
  const document = `query All($id: ID!) {
    order(id: $id) { status customer { username } payment { status } lines { quantity product { name } } }
    cart { itemCount }
  }`;
  type All = {
    data: { order: object | null; cart: object | null };
    errors?: { path: (string | number)[]; extensions: { code: string } }[];
  };

  test('its fields are UNAVAILABLE, and all others are answered', async () => {
    const product = await createProduct(own().shop.stage, 'Bowl of the outages', 10);
    const { gatewayUrl, customer: account } = own().shop;
    const { accessToken } = await logIn(gatewayUrl, account.login, account.password);
    const customer = await createCustomer(own().shop.stage, accessToken);
    await customer.fill([{ productId: product, quantity: 1 }]);
    const order = await customer.place('card-ok');
    if ('rejected' in order) throw new Error(order.rejected);
    await customer.watch(order.id, (move) => move.status === 'PAID');
    await customer.cartEmptied();
    const ask = async (): Promise<All> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` };
      const body = JSON.stringify({ query: document, variables: { id: order.id } });
      return (await fetch(gatewayUrl, { method: 'POST', headers, body })).json() as Promise<All>;
    };
    const whole = await ask();
    const { order: it, cart } = whole.data;
    const line = { quantity: 1, product: null };
    const without = {
      user: { order: { ...it, customer: { username: null } }, cart },
      payment: { order: { ...it, payment: null }, cart },
      product: { order: { ...it, lines: [line] }, cart },
      cart: { order: it, cart: null },
      order: { order: null, cart },
    } as const;

    expect(whole.errors).toBeUndefined();
    for (const [name, data] of Object.entries(without) as [keyof typeof without, object][]) {
      await own().processes.service(name).stop();
      const answer = await ask();
      await own().processes.service(name).start();

      expect({ name, data: answer.data, codes: answer.errors?.map((error) => error.extensions.code) }).toEqual({
        name,
        data,
        codes: ['UNAVAILABLE'],
      });
      await waitFor(`${name} to be asked again`, async () => (await ask()).errors === undefined, 15_000);
    }
    await customer.close();
  });
});

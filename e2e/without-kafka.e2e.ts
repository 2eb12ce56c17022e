import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openSpooledLog } from '#kafka/log-folder.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { type Shop, startShop } from '#local/shop.ts';
import { waitFor } from '#testing/wait-for.ts';
import { createProduct, type Stage, stockOf } from '../tools/demo/scene.ts';
import { stories } from '../tools/demo/stories.ts';
import { catalogue } from '../tools/seed/catalogue.ts';
import { createShopClient, logIn, type ShopClient } from '../tools/shop-client.ts';
import { disagreements } from './books.ts';
import { beTheFirstCustomer } from './opening.ts';
import { sendShoppers, statusOf } from './shoppers.ts';

jest.setTimeout(90_000);

// what a machine without Java runs: every service in one process, over its own log
const dataDir = mkdtempSync(join(tmpdir(), 'marigold-one-process-'));
const first = beTheFirstCustomer();
let shop: Shop;
let admin: ShopClient;
let stage: Stage;

beforeAll(async () => {
  shop = await startShop({ dataDir, ports: 'free', quiet: true, kafka: false, onPart: first.onPart });
  const session = await logIn(shop.gatewayUrl, shop.credentials.admin.login, shop.credentials.admin.password);
  admin = createShopClient(shop.gatewayUrl, session.accessToken);
  stage = { gatewayUrl: shop.gatewayUrl, admin, tell: { say: () => {}, move: () => {} } };
});

afterAll(async () => {
  await admin?.close();
  await shop?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('whoever finds the gateway ready for the first time can buy everything', async () => {
  expect(await first.sight).toEqual({ products: catalogue.length, inCart: ['AddToCartSuccess'] });
});

test.each(['paid', 'out-of-stock', 'declined', 'cancelled-while-charged'])('the story "%s" comes true in one process', async (name) => {
  const checks = await stories.find((story) => story.name === name)?.play(stage);

  expect(checks?.filter((check) => !check.holds)).toEqual([]);
});

test('killing the one process while customers buy loses no order and charges none twice', async () => {
  const product = await createProduct(stage, 'Tea of the one process', 100_000);
  const shoppers = sendShoppers(stage, product, 3);
  await shoppers.buyMore(10, 30_000);
  const { pid } = shop.service('order');
  shop.service('order').kill('SIGKILL');
  await waitFor('another process', () => (shop.service('order').pid ?? pid) !== pid, 30_000);
  await shoppers.buyMore(10, 60_000);
  const customers = await shoppers.goHome();
  await waitFor('the books to agree', async () => (await disagreements(shop.postgresUrl)).length === 0, 30_000).catch(() => undefined);
  const sold = (await Promise.all(customers.map((customer) => customer.piecesBought()))).reduce((sum, count) => sum + count, 0);
  const log = openSpooledLog(join(dataDir, 'log'));

  expect(await disagreements(shop.postgresUrl)).toEqual([]);
  expect(await stockOf(stage, product)).toEqual({ available: 100_000 - sold, held: 0, committed: sold });
  for (const { customer, orderId } of shoppers.acknowledged) expect(await statusOf(customer, orderId)).toBe('PAID');
  expect((await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))))).flat()).toEqual([]);
  await Promise.all(customers.map((customer) => customer.close()));
});

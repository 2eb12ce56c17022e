import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { openSpooledLog } from '#kafka/in-memory/folder.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { createProduct, stockOf } from '#tools/demo/scene.ts';
import { stories } from '#tools/demo/stories.ts';
import { invariants } from '#tools/invariants/invariants.ts';
import { steps } from '#tools/load/measurements.ts';
import type { Report } from '#tools/load/report.ts';
import { catalogue } from '#tools/seed/catalogue.ts';
import { broken } from './books.ts';
import { beTheFirstCustomer } from './opening.ts';
import { withOwnShop } from './own-shop.ts';
import { sendShoppers, statusOf } from './shoppers.ts';

jest.setTimeout(90_000);

// what a machine without Java runs: every service in one process, over its own log
const first = beTheFirstCustomer();
const own = withOwnShop({ kafka: false, onComponent: first.onComponent });

test('as soon as the gateway is ready, everything can be bought', async () => {
  expect(await first.sight).toEqual({ products: catalogue.length, inCart: ['AddToCartSuccess'] });
});

test.each(['paid', 'out-of-stock', 'declined', 'cancelled-while-charged'])('the story "%s" comes true in one process', async (name) => {
  const checks = await stories.find((story) => story.name === name)?.play(own().shop.stage);

  expect(checks?.filter((check) => !check.holds)).toEqual([]);
});

test('killing the one process while customers buy loses no order and charges none twice', async () => {
  const { processes, shop, dataDir } = own();
  const product = await createProduct(shop.stage, 'Tea of the one process', 100_000);
  const shoppers = sendShoppers(shop.stage, product, 3);
  await shoppers.buyMore(10, 30_000);
  const { pid } = processes.service('order');
  processes.service('order').kill('SIGKILL');
  await waitFor('another process', () => (processes.service('order').pid ?? pid) !== pid, 30_000);
  await shoppers.buyMore(10, 60_000);
  const customers = await shoppers.goHome();
  const wrong = await broken(shop, 30_000);
  const sold = (await Promise.all(customers.map((customer) => customer.piecesBought()))).reduce((sum, count) => sum + count, 0);
  const log = openSpooledLog(join(dataDir, 'log'));

  expect(wrong).toEqual([]);
  expect(await stockOf(shop.stage, product)).toEqual({ available: 100_000 - sold, held: 0, committed: sold });
  for (const { customer, orderId } of shoppers.acknowledged) expect(await statusOf(customer, orderId)).toBe('PAID');
  expect((await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))))).flat()).toEqual([]);
  await Promise.all(customers.map((customer) => customer.close()));
});

test('a load is measured, and ends with every invariant asked', async () => {
  const args = ['tools/load.ts', '--users', '3', '--duration', '2', '--warm-up', '0', '--replenish', '--json', '--data', own().dataDir];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '--no-warnings' } });
  const report = JSON.parse(stdout) as Report;

  expect(report.tally.errors).toEqual({});
  expect(report.tally.paid).toBeGreaterThan(0);
  expect(report.steps.map(({ step }) => step)).toEqual(steps.filter((step) => step !== 'register' && step !== 'log in'));
  expect(report.invariants.map(({ name }) => name)).toEqual(invariants.map(({ name }) => name));
  expect(report.invariants.filter((verdict) => verdict.broken.length > 0)).toEqual([]);
});

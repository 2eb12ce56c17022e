import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { type OpenShop, openShop } from './shop.ts';

const backOffice = ['mail', 'operations'];
let shop: OpenShop;
let product: string;

beforeAll(async () => {
  shop = await openShop();
  product = await createProduct(shop.stage, 'Vase of the back office', 10);
});

afterAll(async () => {
  if (product) await archiveProduct(shop.stage, product);
  await shop?.close();
});

type Component = { name: string; ready: boolean; unhealthyReason: string | null; memoryMb: number | null };
const partsOf = async () =>
  (await shop.admin.ask<{ components: Component[] }>('{ components { name ready unhealthyReason memoryMb } }')).components;
const allReady = async () => (await partsOf()).every(({ ready }) => ready);

test('an admin sees the mails of an order, and its customer does not', async () => {
  const customer = await createCustomer(shop.stage);
  await customer.fill([{ productId: product, quantity: 1 }]);
  const order = await customer.place('card-ok');
  if ('rejected' in order) throw new Error(order.rejected);
  const query = 'query ($id: ID!) { order(id: $id) { number mails { kind status subject } } }';
  type Answer = { order: { number: string; mails: { kind: string; status: string; subject: string }[] | null } };

  const receipt = await waitFor(
    'the receipt to be sent',
    async () => (await shop.admin.ask<Answer>(query, { id: order.id })).order.mails?.find(({ status }) => status === 'SENT'),
    20_000,
  );
  const seen = await customer.client.ask<Answer>(query, { id: order.id });
  await customer.close();

  expect(receipt).toEqual({ kind: 'RECEIPT', status: 'SENT', subject: `Your receipt for order ${seen.order.number}` });
  expect(seen.order.mails).toBeNull();
});

needs('kafka').test(
  'mail and operations are one process on one machine, and come back together when it is killed',
  async () => {
    const pids = () => backOffice.map((name) => shop.pidOf(name));
    const [pid = 0] = pids();
    expect(pids()).toEqual([pid, pid]);

    process.kill(pid, 'SIGKILL');
    await waitFor('another process', () => pids().every((now) => now !== pid), 20_000);
    await waitFor('every component to be ready', allReady, 20_000);

    expect(new Set(pids()).size).toBe(1);
    const components = await partsOf();
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['gateway', 'product', ...backOffice, 'event-log']));
    expect(components.filter(({ name, memoryMb }) => name !== 'event-log' && !memoryMb)).toEqual([]);
  },
  60_000,
);

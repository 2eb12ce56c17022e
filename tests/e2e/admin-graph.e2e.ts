import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, type Customer, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { type OpenShop, openShop } from './shop.ts';

const off = { declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0 };
let shop: OpenShop;
let product: string;
const customers: Customer[] = [];

beforeAll(async () => {
  shop = await openShop();
  product = await createProduct(shop.stage, 'Bowl of the admin', 10);
});

afterAll(async () => {
  if (product) await archiveProduct(shop.stage, product);
  for (const customer of customers) await customer.close();
  await shop?.close();
});

// the other suites buy from the same shop
afterEach(() => setFaults(off));

async function setFaults(input: Partial<typeof off>): Promise<void> {
  const mutation = 'mutation ($input: SetFaultSwitchesInput!) { setFaultSwitches(input: $input) { __typename } }';
  expect(await shop.admin.ask(mutation, { input })).toEqual({ setFaultSwitches: { __typename: 'SetFaultSwitchesSuccess' } });
}

/** A new user buys one piece, and sees how it ends. */
async function bought() {
  const customer = await createCustomer(shop.stage);
  customers.push(customer);
  await customer.fill([{ productId: product, quantity: 1 }]);
  const order = await customer.place('card-ok');
  if ('rejected' in order) throw new Error(order.rejected);
  const moves = await customer.watch(order.id, ({ status }) => ['PAID', 'CANCELLED'].includes(status));
  return { customer, orderId: order.id, end: moves.at(-1) };
}

const ledgerOf = (orderId: string) =>
  shop.admin.ask('query ($id: ID!) { order(id: $id) { payment { ledger { kind outcome amount { amount } note } } } }', { id: orderId });

test('an admin lets a good card be declined, finds it in the books, and lets it be charged again', async () => {
  await setFaults({ declineRate: 1 });
  const declined = await bought();
  await setFaults(off);
  const paid = await bought();

  const row = { kind: 'CHARGE', amount: { amount: 1250 } };
  expect(declined.end).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED' });
  expect(await ledgerOf(declined.orderId)).toMatchObject({ order: { payment: { ledger: [{ ...row, outcome: 'DECLINED' }] } } });
  expect(await ledgerOf(paid.orderId)).toEqual({ order: { payment: { ledger: [{ ...row, outcome: 'SUCCEEDED', note: null }] } } });
  expect(
    await paid.customer.client.ask('query ($id: ID!) { order(id: $id) { payment { ledger { id } } } faultSwitches { delayMs } }', {
      id: paid.orderId,
    }),
  ).toEqual({
    order: { payment: { ledger: null } },
    faultSwitches: null,
  });
});

test('a picture of the largest size is uploaded, shown by the shop, and put on a product', async () => {
  const small = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  const bytes = Buffer.concat([small, Buffer.alloc(512_000 - small.length, 7)]);
  const upload =
    'mutation ($input: UploadPictureInput!) { uploadPicture(input: $input) { ... on UploadPictureSuccess { url } ... on UserError { message } } }';
  const { uploadPicture } = await shop.admin.ask<{ uploadPicture: { url: string } }>(upload, { input: { data: bytes.toString('base64') } });

  const response = await fetch(new URL(uploadPicture.url, shop.gatewayUrl));
  const update = await shop.admin.ask(
    'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { ... on UpdateProductSuccess { product { images { url alt } } } } }',
    { input: { id: product, images: [{ url: uploadPicture.url, alt: 'Grey' }] } },
  );

  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ format: 'jpeg', width: 900, height: 600 });
  expect(update).toEqual({ updateProduct: { product: { images: [{ url: uploadPicture.url, alt: 'Grey' }] } } });
});

test('the history of a product names who changed its stock', async () => {
  await shop.admin.ask('mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }', {
    input: { id: product, difference: 5, reason: 'Delivery' },
  });

  const history = await shop.admin.ask<{ me: { id: string } }>(
    'query ($id: ID!) { me { id } product(id: $id) { stockMovements { totalCount edges { node { difference reason by { id username } } } } } }',
    { id: product },
  );

  const { me } = history;
  const by = { id: me.id, username: expect.any(String) };
  expect(history).toMatchObject({
    product: {
      stockMovements: {
        totalCount: 2,
        edges: [{ node: { difference: 5, reason: 'Delivery', by } }, { node: { difference: 10, reason: 'Opening stock', by } }],
      },
    },
  });
});

test('a product that was archived is rejected by carts, and sold again when it is back', async () => {
  await archiveProduct(shop.stage, product);
  const add = 'mutation ($input: AddToCartInput!) { addToCart(input: $input) { __typename } }';
  await waitFor('the carts to know', async () => {
    const { addToCart } = await shop.guest.ask<{ addToCart: { __typename: string } }>(add, { input: { productId: product, quantity: 1 } });
    return addToCart.__typename === 'ProductNotFound';
  });

  await shop.admin.ask('mutation ($input: RestoreProductInput!) { restoreProduct(input: $input) { __typename } }', {
    input: { id: product },
  });

  expect((await bought()).end).toMatchObject({ status: 'PAID' });
});

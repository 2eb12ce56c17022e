import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, type Customer, createCustomer, createProduct } from '#tools/demo/scene.ts';
import type { ShopClient } from '#tools/shop-client.ts';
import { type OpenShop, openShop } from './shop.ts';

const nowhere = '00000000-0000-7000-8000-000000000000';
const shippingAddress = { name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'VN' };
const agreed = { cartVersion: 1, expectedTotal: { amount: 1250, currency: 'EUR' } };
let shop: OpenShop;
let product: string;
let customer: Customer;
let stranger: ShopClient;

beforeAll(async () => {
  shop = await openShop();
  product = await createProduct(shop.stage, 'Bowl of the bad inputs', 1000);
  customer = await createCustomer(shop.stage);
  stranger = (await shop.newCustomer()).client;
});

afterAll(async () => {
  if (product) await archiveProduct(shop.stage, product);
  await customer?.close();
  await shop?.close();
});

type Answer = {
  status: number;
  code: string | undefined;
  body: { data?: Record<string, unknown> | null; errors?: { message: string; extensions: { code: string } }[] };
};

async function post(body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(new URL('/graphql', shop.gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const parsed = (await response.json()) as Answer['body'];
  return { status: response.status, code: parsed.errors?.[0]?.extensions.code, body: parsed };
}

const ask = (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
  post(JSON.stringify({ query, variables }), headers);

/** The type and the code that a mutation answers with. */
async function outcome(client: ShopClient, mutation: string, input: object): Promise<string> {
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const answer = await client.ask<Record<string, { __typename: string; code?: string; message?: string }>>(
    `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { __typename ... on UserError { code message } } }`,
    { input },
  );
  const { __typename, code, message } = answer[mutation] ?? { __typename: 'nothing' };
  return code === undefined ? __typename : `${code}: ${message}`;
}

describe('a cart rejects', () => {
  test.each([
    ['quantity 0', () => ({ productId: product, quantity: 0 }), /^INVALID_INPUT: quantity/],
    ['a negative quantity', () => ({ productId: product, quantity: -3 }), /^INVALID_INPUT: quantity/],
    ['a billion', () => ({ productId: product, quantity: 1_000_000_000 }), /^INVALID_INPUT: quantity/],
    ['an unknown product', () => ({ productId: nowhere, quantity: 1 }), /^PRODUCT_NOT_FOUND/],
    ['an id that is none', () => ({ productId: "1' OR '1'='1", quantity: 1 }), /^INVALID_INPUT: productId/],
  ])('%s', async (_, input, expected) => {
    expect(await outcome(customer.client, 'addToCart', input())).toMatch(expected);
  });

  test("other people's carts", async () => {
    await customer.fill([{ productId: product, quantity: 1 }]);
    const { cart } = await customer.client.ask<{ cart: { id: string } }>('{ cart { id } }');

    expect(await outcome(stranger, 'addToCart', { cartId: cart.id, productId: product, quantity: 1 })).toMatch(/^CART_NOT_FOUND/);
    expect((await stranger.ask<{ cart: unknown }>('query ($id: ID) { cart(id: $id) { id } }', { id: cart.id })).cart).toBeNull();
    expect(
      await outcome(stranger, 'placeOrder', {
        ...agreed,
        idempotencyKey: randomUUID(),
        cartId: cart.id,
        paymentMethodId: 'card-ok',
        shippingAddress,
      }),
    ).toMatch(/^CART_NOT_FOUND/);
  });
});

describe('an order rejects', () => {
  test('an empty cart', async () => {
    const { client } = await shop.newCustomer();

    expect(
      await outcome(client, 'placeOrder', { ...agreed, idempotencyKey: randomUUID(), paymentMethodId: 'card-ok', shippingAddress }),
    ).toMatch(/^CART_EMPTY/);
  });

  test('an address with holes, naming each of them', async () => {
    const input = {
      ...agreed,
      idempotencyKey: randomUUID(),
      paymentMethodId: 'card-ok',
      shippingAddress: { ...shippingAddress, city: '', country: 'Vietnam' },
    };

    const answer = await outcome(customer.client, 'placeOrder', input);
    for (const field of ['shippingAddress.city: ', 'shippingAddress.country: ']) expect(answer).toContain(field);
  });

  test('a key that was used for another purchase, and gives the same order for the same one', async () => {
    const buyer = await createCustomer(shop.stage);
    await buyer.fill([{ productId: product, quantity: 1 }]);
    const key = randomUUID();
    const [one, two] = await Promise.all([buyer.place('card-ok', key), buyer.place('card-ok', key)]);
    const again = await buyer.place('card-ok', key);

    expect([one, two, again].map((order) => ('id' in order ? order.id : order.rejected))).toEqual(
      Array(3).fill('id' in one ? one.id : 'an order'),
    );
    expect(await buyer.place('card-declined', key)).toEqual({ rejected: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await buyer.orderCount()).toBe(1);
    await buyer.close();
  });

  test('ten checkouts of one cart at once, but for one of them', async () => {
    const buyer = await createCustomer(shop.stage);
    await buyer.fill([{ productId: product, quantity: 1 }]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.place('card-slow')));

    expect(answers.filter((answer) => 'id' in answer)).toHaveLength(1);
    expect(await buyer.orderCount()).toBe(1);
    await buyer.close();
  });

  test("strangers: other people's orders and payments do not exist", async () => {
    await customer.fill([{ productId: product, quantity: 1 }]);
    const order = await customer.place('card-ok');
    if ('rejected' in order) throw new Error(order.rejected);
    const look = 'query ($id: ID!) { order(id: $id) { id payment { id } } }';

    expect((await stranger.ask<{ order: unknown }>(look, { id: order.id })).order).toBeNull();
    expect((await shop.guest.ask<{ order: unknown }>(look, { id: order.id })).order).toBeNull();
    for (const mutation of ['cancelOrder']) expect(await outcome(stranger, mutation, { orderId: order.id })).toMatch(/^ORDER_NOT_FOUND/);
    for (const mutation of ['shipOrder', 'deliverOrder', 'refundOrder']) {
      const { code } = await ask(`mutation { ${mutation}(input: { orderId: "${order.id}" }) { __typename } }`);
      expect(code).toBe('UNAUTHENTICATED');
      await expect(outcome(stranger, mutation, { orderId: order.id })).rejects.toThrow(/admin/);
    }
  });
});

describe('half of a character', () => {
  const broken = 'Lan \ud83c';

  test('is rejected with the name of its field in every text input', async () => {
    const place = { ...shippingAddress, name: broken };

    expect(
      await outcome(customer.client, 'placeOrder', {
        ...agreed,
        idempotencyKey: randomUUID(),
        paymentMethodId: 'card-ok',
        shippingAddress: place,
      }),
    ).toMatch(/^INVALID_INPUT: shippingAddress\.name/);
    expect(await outcome(customer.client, 'saveAddress', place)).toMatch(/^INVALID_INPUT: name/);
    expect(await outcome(shop.guest, 'register', { email: 'half@example.com', username: 'half-one', password: broken.repeat(3) })).toMatch(
      /^INVALID_INPUT: password/,
    );
    expect((await ask('query ($search: String) { products(search: $search) { totalCount } }', { search: broken })).code).toBe(
      'INVALID_INPUT',
    );
  });
});

describe('the gateway rejects', () => {
  test.each([
    ['JSON that is none', '{"query":', 400],
    ['a body of 5 MB', JSON.stringify({ query: '{ me { id } }', pad: 'x'.repeat(5_000_000) }), 413],
    ['a list of operations', '[{"query":"{ me { id } }"},{"query":"{ me { id } }"}]', 400],
    ['a syntax error', '{"query":"{ me { "}', 400],
    ['a field that does not exist', '{"query":"{ unicorns }"}', 400],
    ['a subscription over HTTP', '{"query":"subscription { orders { id } }"}', 400],
  ])('%s', async (_, body, status) => {
    const answer = await post(body);

    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.message).toEqual(expect.stringMatching(/\S/));
    expect(answer.code).not.toBe('INTERNAL');
  });

  test('a query of depth 100', async () => {
    const query = `{ me { ${'orders { edges { node { customer { '.repeat(25)}id${' } } } }'.repeat(25)} } }`;

    expect(await ask(query)).toMatchObject({ status: 400 });
  });

  test('a hundred aliases', async () => {
    expect(await ask(`{ ${Array.from({ length: 100 }, (__, at) => `a${at}: me { id }`).join(' ')} }`)).toMatchObject({ status: 400 });
  });

  test.each([
    'nonsense',
    'a.b.c',
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"sub":"x","role":"ADMIN"}').toString('base64url')}.`,
  ])('the token %p', async (token) => {
    expect(await ask('{ me { id } }', {}, { authorization: `Bearer ${token}` })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('to trust an identity that a client claims', async () => {
    const { body } = await ask('{ me { id } }', {}, { 'x-user-id': nowhere, 'x-role': 'ADMIN', 'x-identity': 'admin' });

    expect(body).toEqual({ data: { me: null } });
  });

  test('a simple request from another site', async () => {
    const response = await fetch(new URL('/graphql', shop.gatewayUrl), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ me { id } }"}',
    });

    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  test.each([
    ['a cursor that is none', '{ products(after: "x") { totalCount edges { cursor } } }'],
    ['a page of none', '{ products(first: 0) { totalCount } }'],
    ['a page of a million', '{ products(first: 1000000) { totalCount } }'],
    ['an id that is none', '{ product(id: "x") { name } }'],
  ])('%s, by name', async (_, query) => {
    const { body } = await ask(query);

    expect(body.errors?.[0]).toMatchObject({
      extensions: { code: 'INVALID_INPUT' },
      message: expect.stringMatching(/^(after|first|id): /),
    });
  });
});

describe('an account that is deleted', () => {
  test('changes nothing any more with the access token that it still has', async () => {
    const password = 'a long enough password';
    const name = `gone-${randomUUID().slice(0, 8)}`;
    const { body } = await ask(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { session { accessToken } } } }',
      { input: { email: `${name}@example.com`, username: name, password } },
    );
    const register = body.data?.['register'] as { session: { accessToken: string } };
    const authorization = `Bearer ${register.session.accessToken}`;
    const add = () =>
      ask(
        'mutation ($input: AddToCartInput!) { addToCart(input: $input) { __typename } }',
        { input: { productId: product } },
        { authorization },
      );
    expect((await add()).status).toBe(200);

    await ask(
      'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }',
      { input: { password } },
      { authorization },
    );

    await waitFor('the gateway to have heard of it', async () => (await add()).status === 401);
    expect(await add()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });
});

describe('accounts reject', () => {
  test('to say whether a login exists', async () => {
    const answers = await Promise.all([
      outcome(shop.guest, 'logIn', { login: 'nobody-here', password: 'wrong password' }),
      outcome(shop.guest, 'logIn', { login: shop.customer.login, password: 'wrong password' }),
    ]);

    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toMatch(/^WRONG_CREDENTIALS/);
  });

  test.each([
    ['no e-mail address', { email: 'x', username: 'someone-new', password: 'a long enough password' }, /email/],
    ['a short password', { email: 'x@example.com', username: 'someone-new', password: 'short' }, /password/],
    ['an odd username', { email: 'x@example.com', username: 'a b', password: 'a long enough password' }, /username/],
  ])('%s', async (_, input, field) => {
    expect(await outcome(shop.guest, 'register', input)).toMatch(field);
  });
});

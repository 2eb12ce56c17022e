import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '#platform/ids.ts';
import { apiOf } from '#schema/graph.ts';
import { createProduct } from '#tools/demo/scene.ts';
import { logIn, type ShopClient } from '#tools/shop-client.ts';
import { anyArguments, craftedCursors, leavesOf, type Question, questionsOf } from './any-arguments.ts';
import { withOwnShop } from './own-shop.ts';

jest.setTimeout(60_000);

const questions = questionsOf(apiOf(readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8')));
/**
 * Of the whole file: the same each time, so that a failure comes from the change under test. FUZZ_SEED sets another one; fast-check
 * names the path of what it finds there.
 */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_127);
/** So often for every value that a field takes, and once more for all of them. */
const runsPerValue = 6;

// a shop of its own: any input is also a log-in that fails, and would pause log-ins in the shop of the other files;
// without Kafka, because nothing here depends on it and a broker takes a third of the start
const own = withOwnShop({ kafka: false, env: { gateway: { AUTH_RATE_LIMIT_BURST: '0' } } });
let product: string;
const ids: string[] = [newId()];
/** The callers of every operation: a guest, a customer and an admin. */
const callers: Record<string, string>[] = [{}];

beforeAll(async () => {
  const { shop } = own();
  product = await createProduct(shop.stage, 'Product of any input', 10);
  const { login, password } = shop.administrator;
  const admin = await logIn(shop.gatewayUrl, login, password);
  const customer = await shop.newCustomer();
  callers.push(...[customer, admin].map(({ accessToken }) => ({ authorization: `Bearer ${accessToken}` })));
  ids.push(product, customer.userId, await fillCart(customer.client));
  // what stands below a cart is looked at only where there is one
  await fillCart(shop.admin);
}, 60_000);

/** Resolves to the cart's id. */
async function fillCart(client: ShopClient): Promise<string> {
  const { addToCart } = await client.ask<{ addToCart: { cart: { id: string } } }>(
    'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { id } } } }',
    { input: { productId: product } },
  );
  return addToCart.cart.id;
}

type Answer = { readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[] };

/** The internal errors in an answer: no input of a client may cause one. */
async function faultsIn(query: string, variables: object, headers: Record<string, string>): Promise<string[]> {
  const response = await fetch(new URL('/graphql', own().shop.gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { errors = [] } = (await response.json()) as Answer;
  const internal = errors.filter(({ extensions }) => [undefined, 'INTERNAL', 'INTERNAL_SERVER_ERROR'].includes(extensions?.code));
  return [
    ...(response.status >= 500 && response.status !== 503 ? [`status ${response.status}`] : []),
    ...internal.map(({ message }) => message),
  ];
}

test('every field with arguments is asked', () => {
  expect(questions.length).toBeGreaterThan(40);
  expect(questions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['query orders', 'query me orders', 'query cart lines product stockMovements', 'mutation placeOrder']),
  );
});

const lists = questions.filter(({ arguments: all }) => all.some(({ name }) => name === 'after'));

test.each(lists.map((list) => [list.name, list] as const))('no cursor of %s ends in an error of ours', async (_, list) => {
  const cursors = craftedCursors(product);
  const faults = await Promise.all(
    cursors.map(async (cursor) =>
      (await faultsIn(list.text, cursor, callers[2] ?? {})).length > 0 ? [Buffer.from(cursor.after, 'base64url').toString()] : [],
    ),
  );

  expect(faults.flat()).toEqual([]);
});

describe(`no input ends in an error of ours (FUZZ_SEED=${seed})`, () => {
  test.each(questions.map((question) => [question.name, question] as const))('%s', async (_, question) => {
    await fc.assert(noFaultIn(question), {
      seed,
      numRuns: runsPerValue * (leavesOf(question.arguments, '').length + 1),
    });
  });
});

/** An admin gets furthest, and asks most. */
function noFaultIn(question: Question) {
  const anyCaller = fc.oneof({ arbitrary: fc.constant(2), weight: 3 }, fc.constant(1), fc.constant(0));
  return fc.asyncProperty(anyArguments(question.arguments, ids), anyCaller, async (variables, caller) => {
    expect(await faultsIn(question.text, variables, callers[caller] ?? {})).toEqual([]);
  });
}

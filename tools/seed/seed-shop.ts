import { setTimeout as sleep } from 'node:timers/promises';
import { guest, type Identity, type Secrets, signInternalToken } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { operationText } from '#schema/operation-text.ts';
import type { CountProductsQuery } from '#schema/operations/tools.types.ts';
import { catalogue } from './catalogue.ts';

export type SeedOptions = {
  /** Of the subgraphs that are asked: http://127.0.0.1:4001/graphql */
  urls: Readonly<Record<SeededSubgraph, string>>;
  /** What the gateway signs its calls to them with. */
  internalTokenSecrets: Secrets;
  admin: { login: string; password: string };
  customer: { email: string; username: string; password: string };
  /** How long they may take to answer. */
  withinMs?: number;
};

export type SeededSubgraph = 'product' | 'cart' | 'user';

export type Seeded = {
  /** How many products the catalogue holds. */
  readonly products: number;
  /** How many of them were added now. */
  readonly created: number;
  /** True when the customer's account was opened now. */
  readonly registered: boolean;
};

/**
 * Fills the catalogue when it is empty, and opens the customer's account when it cannot be logged in to. Doing it again changes nothing.
 * The subgraphs are asked, and not the gateway, so that it can open afterwards: a shop that is ready can be bought from. So it resolves only when the cart, too,
 * knows the products. Waits until the subgraphs answer.
 * @throws Error with one sentence when they do not, or reject.
 */
export async function seedShop(options: SeedOptions): Promise<Seeded> {
  const shop = createAsker(options, Date.now() + (options.withinMs ?? 60_000));
  const admin = await shop.logIn(options.admin.login, options.admin.password);
  if (admin.userId === null) throw new Error(`The admin "${options.admin.login}" cannot log in: ${admin.userError}`);
  const { products } = await shop.ask<CountProductsQuery>('product', operationText('tools/count-products'));
  const created = products.totalCount === 0 ? await createProducts(shop, { kind: 'user', userId: admin.userId, role: 'ADMIN' }) : [];
  const registered = await openAccount(shop, options.customer);
  for (const productId of created) await shop.untilInCart(productId);
  // a seed before may have ended as soon as the products were there
  if (created.length === 0) await shop.untilMostInCart(products.edges.map(({ node }) => node.id));
  return { products: products.totalCount + created.length, created: created.length, registered };
}

type Asker = ReturnType<typeof createAsker>;
type UserError = { code?: string; message?: string };

/** Resolves to the ids of what was added. */
async function createProducts(shop: Asker, admin: Identity): Promise<string[]> {
  const products = catalogue.map(({ sku, name, description, category, price, stock, picture }) => ({
    sku,
    name,
    description,
    category,
    price,
    stock,
    images: [{ url: `/pictures/${sku.toLowerCase()}.svg`, alt: picture.alt }],
  }));
  const { createProducts: answer } = await shop.ask<{ createProducts: UserError & { products?: { id: string }[] } }>(
    'product',
    operationText('tools/create-products'),
    { input: { products } },
    admin,
  );
  // another seed was quicker
  if (answer.code === 'SKU_TAKEN') return [];
  if (!answer.products) throw new Error(`The catalogue was rejected: ${answer.message}`);
  return answer.products.map(({ id }) => id);
}

async function openAccount(shop: Asker, customer: SeedOptions['customer']): Promise<boolean> {
  const known = await shop.logIn(customer.username, customer.password);
  if (known.userId !== null) return false;
  const { register } = await shop.ask<{ register: UserError & { session?: { user: { id: string } } } }>(
    'user',
    operationText('tools/register'),
    {
      input: { email: customer.email, username: customer.username, password: customer.password },
    },
  );
  if (!register.session)
    throw new Error(`The customer "${customer.username}" can neither log in (${known.userError}) nor be registered: ${register.message}`);
  return true;
}

/** How long a start waits for the cart's service to receive products that were there before. */
const knownMayTakeMs = 10_000;

const isInCart = `mutation ($productId: ID!, $cartId: ID!) { addToCart(input: { productId: $productId, cartId: $cartId }) { __typename } }`;

/** Asks subgraphs as the gateway does; one that does not answer yet is asked again until `deadline`. */
function createAsker({ urls, internalTokenSecrets }: SeedOptions, deadline: number) {
  async function ask<Data>(name: SeededSubgraph, query: string, variables: object = {}, identity: Identity = guest): Promise<Data> {
    for (;;) {
      const answer = await attempt(urls[name], { query, variables }, signInternalToken(identity, internalTokenSecrets));
      if (answer.data && !answer.problem) return answer.data as Data;
      if (Date.now() > deadline) throw new Error(`The subgraph ${name} at ${urls[name]} does not answer: ${answer.problem}`);
      await sleep(200);
    }
  }
  async function logIn(login: string, password: string): Promise<{ userId: string | null; userError: string }> {
    type LogIn = { logIn: UserError & { session?: { user: { id: string } } } };
    const { logIn: answer } = await ask<LogIn>('user', operationText('tools/log-in'), { input: { login, password } });
    return { userId: answer.session?.user.id ?? null, userError: answer.message ?? 'no reason given' };
  }
  /** Asks for it to be put into a cart that does not exist: the product is reported missing until the cart's service has received it. */
  async function isKnown(productId: string): Promise<boolean> {
    type Added = { addToCart: { __typename: string } };
    const { addToCart } = await ask<Added>('cart', isInCart, { productId, cartId: newId() });
    return addToCart.__typename !== 'ProductNotFound';
  }
  async function untilInCart(productId: string): Promise<void> {
    while (!(await isKnown(productId))) {
      if (Date.now() > deadline) throw new Error(`The cart has not received the product ${productId}.`);
      await sleep(50);
    }
  }
  /** As `untilInCart`, at most some seconds: a product that the cart's service has set aside keeps no shop from opening. */
  async function untilMostInCart(productIds: readonly string[]): Promise<void> {
    const giveUpAt = Math.min(deadline, Date.now() + knownMayTakeMs);
    for (const productId of productIds) {
      while (Date.now() < giveUpAt && !(await isKnown(productId))) await sleep(50);
    }
  }
  return { ask, logIn, untilInCart, untilMostInCart };
}

type Attempt = { data: unknown; problem: string | null };

async function attempt(url: string, body: unknown, token: string): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { data?: unknown; errors?: { message: string }[] };
    const problem = answer.errors?.[0]?.message ?? (answer.data ? null : `status ${response.status} without data`);
    return { data: answer.data, problem };
  } catch (error) {
    return { data: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

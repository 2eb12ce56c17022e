import { setTimeout as sleep } from 'node:timers/promises';
import { operationText } from '#schema/operation-text.ts';
import type { CountProductsQuery } from '#schema/operations/tools.types.ts';
import { catalogue } from './catalogue.ts';

export type SeedOptions = {
  /** Of the graph: http://localhost:4000/graphql */
  gatewayUrl: string;
  admin: { login: string; password: string };
  customer: { email: string; username: string; password: string };
  /** How long the shop may take to answer. */
  withinMs?: number;
};

export type Seeded = {
  /** How many products the catalogue holds. */
  readonly products: number;
  /** How many of them were added now. */
  readonly created: number;
  /** True when the customer's account was opened now. */
  readonly registered: boolean;
};

/**
 * Fills the catalogue when it is empty, and opens the customer's account when it cannot be logged in to: through the graph, as a person
 * would. Doing it again changes nothing. Waits until the shop answers.
 * @throws Error with one sentence when it does not, or refuses.
 */
export async function seedShop(options: SeedOptions): Promise<Seeded> {
  const shop = createAsker(options.gatewayUrl, Date.now() + (options.withinMs ?? 60_000));
  const admin = await shop.logIn(options.admin.login, options.admin.password);
  if (admin.token === null) throw new Error(`The admin "${options.admin.login}" cannot log in: ${admin.refusal}`);
  const { products } = await shop.ask<CountProductsQuery>(operationText('tools/count-products'), {}, admin.token);
  const created = products.totalCount === 0 ? await createProducts(shop, admin.token) : 0;
  const registered = await openAccount(shop, options.customer);
  return { products: products.totalCount + created, created, registered };
}

type Asker = ReturnType<typeof createAsker>;
type Refusal = { code?: string; message?: string };

async function createProducts(shop: Asker, token: string): Promise<number> {
  const products = catalogue.map(({ sku, name, description, category, price, stock, picture }) => ({
    sku,
    name,
    description,
    category,
    price,
    stock,
    images: [{ url: `/pictures/${sku.toLowerCase()}.svg`, alt: picture.alt }],
  }));
  const { createProducts: answer } = await shop.ask<{ createProducts: Refusal & { products?: { id: string }[] } }>(
    operationText('tools/create-products'),
    { input: { products } },
    token,
  );
  // another seed was quicker
  if (answer.code === 'SKU_TAKEN') return 0;
  if (!answer.products) throw new Error(`The catalogue was refused: ${answer.message}`);
  return answer.products.length;
}

async function openAccount(shop: Asker, customer: SeedOptions['customer']): Promise<boolean> {
  const known = await shop.logIn(customer.username, customer.password);
  if (known.token !== null) return false;
  const { register } = await shop.ask<{ register: Refusal & { session?: { user: { id: string } } } }>(operationText('tools/register'), {
    input: { email: customer.email, username: customer.username, password: customer.password },
  });
  if (!register.session)
    throw new Error(`The customer "${customer.username}" can neither log in (${known.refusal}) nor be registered: ${register.message}`);
  return true;
}

/** Asks the graph; a shop that does not answer yet is asked again until `deadline`. */
function createAsker(gatewayUrl: string, deadline: number) {
  async function ask<Data>(query: string, variables: Record<string, unknown>, token?: string): Promise<Data> {
    for (;;) {
      const answer = await attempt(gatewayUrl, { query, variables }, token);
      if (answer.data && !answer.problem) return answer.data as Data;
      if (Date.now() > deadline) throw new Error(`The shop at ${gatewayUrl} does not answer: ${answer.problem}`);
      await sleep(200);
    }
  }
  async function logIn(login: string, password: string): Promise<{ token: string | null; refusal: string }> {
    const { logIn: answer } = await ask<{ logIn: Refusal & { session?: { accessToken: string } } }>(operationText('tools/log-in'), {
      input: { login, password },
    });
    return { token: answer.session?.accessToken ?? null, refusal: answer.message ?? 'no reason given' };
  }
  return { ask, logIn };
}

type Attempt = { data: unknown; problem: string | null };

async function attempt(gatewayUrl: string, body: unknown, token?: string): Promise<Attempt> {
  try {
    const response = await fetch(gatewayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
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

import type { ShopOptions } from '#tools/dev/shop-context.ts';

/** What the first customer finds, at the moment when the gateway is ready for the first time. */
export type FirstSight = { readonly products: number; readonly inCart: readonly string[] };

const list = '{ products(first: 50) { totalCount edges { node { id } } } }';
const put = 'mutation ($productId: ID!) { addToCart(input: { productId: $productId }) { __typename } }';

/** For `startShop`: comes to the shop the moment it opens, and tries to buy one of each. */
export function beTheFirstCustomer(): {
  readonly onComponent: NonNullable<ShopOptions['onComponent']>;
  readonly sight: Promise<FirstSight>;
} {
  const { promise: sight, resolve, reject } = Promise.withResolvers<FirstSight>();
  let came = false;
  return {
    sight,
    onComponent(name, { is, detail }) {
      if (name !== 'gateway' || is !== 'ready' || came) return;
      came = true;
      look(`http://127.0.0.1:${/\d+/.exec(detail)?.[0]}/graphql`).then(resolve, reject);
    },
  };
}

async function look(graphUrl: string): Promise<FirstSight> {
  const { products } = await ask<{ products: { totalCount: number; edges: { node: { id: string } }[] } }>(graphUrl, list);
  const tried = products.edges.map(({ node }) => ask<{ addToCart: { __typename: string } }>(graphUrl, put, { productId: node.id }));
  const inCart = (await Promise.all(tried)).map(({ addToCart }) => addToCart.__typename);
  return { products: products.totalCount, inCart: [...new Set(inCart)] };
}

async function ask<Data>(graphUrl: string, query: string, variables: object = {}): Promise<Data> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(graphUrl, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data || errors) throw new Error(errors?.[0]?.message ?? `status ${response.status}`);
  return data;
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationText } from '#schema/operation-text.ts';
import type { BoughtPiecesQuery, CountCartQuery, CountOrdersQuery, LookAtCartQuery } from '#schema/operations/demo.types.ts';
import { createShopClient, register, type ShopClient } from '../shop-client.ts';

/** An expectation of a scenario, and whether it holds. */
export type Check = { readonly claim: string; readonly holds: boolean; readonly found: string };

/** One move of an order as its customer saw it, with the milliseconds since the order was answered. */
export type Move = { readonly status: string; readonly version: number; readonly atMs: number; readonly cancelReason: string | null };

export type Stock = { readonly available: number; readonly held: number; readonly committed: number };

/** The environment of a scenario: a running shop, its admin client, and the output. */
export type Stage = {
  readonly gatewayUrl: string;
  readonly admin: ShopClient;
  readonly output: {
    /** Prints a sentence of the scenario. */
    print(sentence: string): void;
    move(move: Move): void;
  };
};

export type PlacedOrder = { readonly id: string; readonly number: string; readonly status: string };

export type Customer = {
  readonly client: ShopClient;
  /** Puts things into the cart; the cart that comes of it is what is agreed to. */
  fill(lines: readonly { productId: string; quantity: number }[]): Promise<void>;
  /** Looks at the cart again: as it is now is what is agreed to. */
  look(): Promise<void>;
  /** Buys the cart as it was seen last, by `fill` or `look`. Resolves to the order, or to the user error's code. */
  place(paymentMethodId: string, idempotencyKey?: string): Promise<PlacedOrder | { rejected: string }>;
  cancel(orderId: string): Promise<string>;
  /** Watches the order until `until` returns true; every status change is printed as it arrives. */
  watch(orderId: string, until: (move: Move) => boolean | Promise<boolean>): Promise<Move[]>;
  payment(orderId: string): Promise<{ status: string; refunds: { status: string }[] } | null>;
  orderCount(): Promise<number>;
  /** How many pieces this customer has bought, of all orders that are not cancelled. */
  piecesBought(): Promise<number>;
  /** Resolves when the cart has let go of what was ordered, which it does a moment after the order is placed. */
  cartEmptied(): Promise<void>;
  /** Resolves when the cart holds so many pieces: what was ordered comes back a moment after the order is cancelled. */
  cartHolds(pieces: number): Promise<void>;
  close(): Promise<void>;
};

export async function createProduct(stage: Stage, name: string, stock: number): Promise<string> {
  const sku = `DEMO-${randomUUID().slice(0, 8).toUpperCase()}`;
  const { createProducts } = await stage.admin.ask<{ createProducts: { products?: { id: string }[]; message?: string } }>(
    operationText('demo/create-product'),
    { input: { products: [{ sku, name, category: 'Demonstration', price: 1250, stock }] } },
  );
  const id = createProducts.products?.[0]?.id;
  if (id === undefined) throw new Error(createProducts.message ?? 'The product was not created.');
  return id;
}

export async function archiveProduct(stage: Stage, id: string): Promise<void> {
  await stage.admin.ask(operationText('demo/archive-product'), {
    input: { id },
  });
}

export async function stockOf(stage: Stage, id: string): Promise<Stock> {
  const { product } = await stage.admin.ask<{ product: { stock: Stock } }>(operationText('demo/stock-of-product'), { id });
  return product.stock;
}

/** A new user, or the one of this access token, who speaks through a client of their own unless one is given. */
export async function createCustomer(stage: Stage, accessToken?: string, ownClient?: ShopClient): Promise<Customer> {
  const token = accessToken ?? (await register(stage.gatewayUrl, `demo-${randomUUID().slice(0, 12)}`)).accessToken;
  const client = ownClient ?? createShopClient(stage.gatewayUrl, token);
  const answeredAt = new Map<string, number>();
  let seen: SeenCart | undefined;
  const look = async () => {
    const { cart } = await client.ask<LookAtCartQuery>(operationText('demo/look-at-cart'));
    if (cart === null) throw new Error('There is no cart to look at.');
    seen = cart;
    return seen;
  };
  return {
    client,
    async fill(lines) {
      for (const line of lines) seen = await addToCart(client, line);
    },
    async look() {
      await look();
    },
    async place(paymentMethodId, idempotencyKey = randomUUID()) {
      const { version, total } = seen ?? (await look());
      const { placeOrder: answer } = await client.ask<{ placeOrder: { order?: PlacedOrder; code?: string } }>(
        operationText('demo/place-order'),
        { input: { idempotencyKey, cartVersion: version, expectedTotal: total, paymentMethodId, shippingAddress } },
      );
      if (!answer.order) return { rejected: answer.code ?? 'nothing' };
      if (!answeredAt.has(answer.order.id)) answeredAt.set(answer.order.id, performance.now());
      return answer.order;
    },
    async cancel(orderId) {
      const { cancelOrder } = await client.ask<{ cancelOrder: { order?: { status: string }; code?: string } }>(
        operationText('demo/cancel-order'),
        { input: { orderId } },
      );
      return cancelOrder.order?.status ?? cancelOrder.code ?? 'nothing';
    },
    watch: (orderId, until) => watch(stage, client, orderId, answeredAt.get(orderId) ?? performance.now(), until),
    async payment(orderId) {
      const { order } = await client.ask<{ order: { payment: { status: string; refunds: { status: string }[] } | null } | null }>(
        operationText('demo/payment-of-order'),
        { orderId },
      );
      return order?.payment ?? null;
    },
    async orderCount() {
      return (await client.ask<CountOrdersQuery>(operationText('demo/count-orders'))).orders.totalCount;
    },
    async piecesBought() {
      const document = operationText('demo/bought-pieces');
      const { orders } = await client.ask<BoughtPiecesQuery>(document);
      const lines = orders.edges.filter(({ node }) => node.status !== 'CANCELLED').flatMap(({ node }) => node.lines);
      return lines.reduce((sum, line) => sum + line.quantity, 0);
    },
    cartEmptied: () => cartHolds(client, 0),
    cartHolds: (pieces) => cartHolds(client, pieces),
    close: () => client.close(),
  };
}

async function cartHolds(client: ShopClient, pieces: number): Promise<void> {
  const count = async () => (await client.ask<CountCartQuery>(operationText('demo/count-cart'))).cart?.itemCount ?? 0;
  const found = await eventually(count, (held) => held === pieces, 30_000);
  if (found !== pieces) throw new Error(`The cart holds ${found} pieces instead of ${pieces}.`);
}

const shippingAddress = { name: 'Demo Customer', line1: '1 Lantern Street', city: 'Hội An', postalCode: '560000', country: 'VN' };

type SeenCart = NonNullable<LookAtCartQuery['cart']>;

/** The cart learns of a new product from an event, a few milliseconds after the catalogue has it. */
async function addToCart(client: ShopClient, line: { productId: string; quantity: number }): Promise<SeenCart> {
  const end = performance.now() + 10_000;
  for (;;) {
    const { addToCart: answer } = await client.ask<{ addToCart: { cart?: SeenCart; code?: string; message?: string } }>(
      operationText('demo/add-to-cart'),
      { input: line },
    );
    if (answer.cart) return answer.cart;
    if (answer.code !== 'PRODUCT_NOT_FOUND' || performance.now() > end) throw new Error(answer.message ?? 'The cart rejected.');
    await sleep(20);
  }
}

async function watch(
  stage: Stage,
  client: ShopClient,
  orderId: string,
  since: number,
  until: (move: Move) => boolean | Promise<boolean>,
): Promise<Move[]> {
  const moves: Move[] = [];
  const document = operationText('demo/watch-order');
  for await (const { orderStatus } of client.listen<{ orderStatus: Omit<Move, 'atMs'> }>(document, { orderId })) {
    const move = { ...orderStatus, atMs: performance.now() - since };
    moves.push(move);
    stage.output.move(move);
    if (await until(move)) break;
  }
  return moves;
}

/** Looks again until `holds`, for state without a subscription. Resolves to the last result. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  let seen = await look();
  while (!holds(seen) && performance.now() < end) {
    await sleep(50);
    seen = await look();
  }
  return seen;
}

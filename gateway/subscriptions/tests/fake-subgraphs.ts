import type { Availability } from '#kafka/contracts.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { serveSubgraph } from '#platform/service/subgraph-server.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { aTimestamp, type FakeOrders, total } from './fake-orders.ts';

export const internalTokenSecrets = 'a secret of tests that nobody else knows';

type Context = RequestContext<null>;
export type FakeProduct = { readonly id: string; name: string; version: number; availability: Availability };

/** How the fakes behave: everything may be changed while they run. */
export type Behaviour = {
  /** Fields that fail, as Type.field. */
  failing: Set<string>;
  /** How often a field was resolved, as Type.field. */
  resolved: Map<string, number>;
  /** How long a read of an order takes at the most, after it saw what it saw. */
  readTakesMs: number;
  /** What the payment subgraph waits for before it answers. */
  payments: Promise<void>;
  /** Queries and mutations wait for it. */
  executions: Promise<void>;
};

/** Four subgraphs with the shop's own SDL, on loopback. Only what the tests ask for has resolvers. */
export async function serveFakeSubgraphs(orders: FakeOrders, products: Map<string, FakeProduct>, behaviour: Behaviour, logger: Logger) {
  const { failing, resolved } = behaviour;
  const resolving = (field: string) => {
    resolved.set(field, (resolved.get(field) ?? 0) + 1);
    if (failing.has(field)) throw new AppError('UNAVAILABLE', `${field} does not answer.`);
  };
  const readOrder = async (id: string, identity: Identity) => {
    resolving('Query.order');
    const order = orders.find(id, identity);
    await aTimestamp(behaviour.readTakesMs);
    return order;
  };
  const readOrders = async (args: { status?: string; first: number }, identity: Identity) => {
    const mine = orders.all().filter((order) => orders.find(order.id, identity));
    const found = mine.filter(({ status }) => args.status === undefined || status === args.status).map((order) => structuredClone(order));
    await aTimestamp(behaviour.readTakesMs);
    return { edges: found.slice(-args.first).map((node) => ({ node, cursor: node.id })) };
  };
  const resolvers = {
    order: {
      Query: {
        order: (_: unknown, { id }: { id: string }, { identity }: Context) => readOrder(id, identity),
        orders: (_: unknown, args: { status?: string; first: number }, { identity }: Context) => readOrders(args, identity),
      },
      Order: {
        __resolveReference: ({ id }: { id: string }, { identity }: Context) => orders.find(id, identity),
        total: () => total,
        lines: () => [{ productId: orders.productId, product: { id: orders.productId }, name: 'Lamp', quantity: 2 }],
        customer: ({ userId }: { userId: string }) => ({ id: userId }),
        shippingAddress: () => {
          resolving('Order.shippingAddress');
          return { name: 'Ada', line1: '1 Lane', city: 'Bern', postalCode: '3000', country: 'CH' };
        },
      },
    },
    product: {
      Product: {
        __resolveReference: ({ id }: { id: string }) => {
          resolving('Product');
          return products.get(id) ?? null;
        },
      },
    },
    user: {
      User: {
        __resolveReference: ({ id }: { id: string }, { identity }: Context) => {
          resolving('User');
          const isMe = identity.kind === 'user' && identity.userId === id;
          return isMe || isAdmin(identity) ? { id, username: `name of ${id}` } : null;
        },
      },
    },
    payment: {
      Order: {
        __resolveReference: (order: unknown) => order,
        payment: async ({ id }: { id: string }) => {
          await behaviour.payments;
          resolving('Order.payment');
          return { id, status: 'CAPTURED' };
        },
      },
    },
  };
  const started = await Promise.all(
    Object.entries(resolvers).map(async ([name, ofSubgraph]) => {
      const serve = (port: number) =>
        serveSubgraph({
          name,
          typeDefs: readSubgraphSchema(new URL(`../../../subgraphs/${name}/schema.graphql`, import.meta.url)),
          resolvers: ofSubgraph,
          host: '127.0.0.1',
          port,
          internalTokenSecrets,
          createLoaders: () => null,
          readiness: async () => null,
          logger,
        });
      return [name, await serve(0)] as const;
    }),
  );
  return {
    urls: Object.fromEntries(started.map(([name, { url }]) => [name, url])),
    stop: () => Promise.all(started.map(([, server]) => server.stop())),
  };
}

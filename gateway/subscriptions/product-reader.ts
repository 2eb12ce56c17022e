import { z } from 'zod';
import { availabilities } from '#kafka/contracts.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { SubgraphReader } from './subgraph-reader.ts';
import type { ProductUpdate } from './updates.ts';

const byId = `query SubscribedProducts($products: [_Any!]!) {
  _entities(representations: $products) { ... on Product { id version availability } }
}`;

const product = z.object({ id: z.string(), version: z.int(), availability: z.enum(availabilities) });
const answer = z.object({ _entities: z.array(product.nullable()) });

export type ProductReader = {
  /** The products as they are, in the order of the ids; those that the caller cannot see are left out. */
  readProducts(ids: readonly string[], context: GatewayContext): Promise<readonly ProductUpdate[]>;
};

export function createProductReader(reader: SubgraphReader): ProductReader {
  return {
    readProducts(ids, context) {
      const variables = { products: ids.map((id) => ({ __typename: 'Product', id })) };
      return reader.ask({ subgraph: 'product', query: byId, variables, answer }, context, ({ _entities: products }) =>
        products.filter((found) => found !== null).map((value) => ({ value, traceparent: undefined })),
      );
    },
  };
}

import { isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/subgraph-server.ts';
import type { Loaders } from './loaders.ts';
import type { Resolvers } from './schema.types.ts';
import type { ProductService } from './service.ts';
import { askForMovements } from './stock-movements.ts';

export type Context = RequestContext<Loaders>;

/** The graph of the catalogue, on top of its use cases. */
export function createResolvers(service: ProductService): Resolvers {
  return {
    Query: {
      product: (_, { id }) => service.getProduct(id),
      products: (_, { first, after, sort, ...filter }, { identity }) =>
        service.listProducts(first ?? 20, after ?? null, sort ?? 'NEWEST', {
          search: filter.search ?? null,
          category: filter.category ?? null,
          inStock: filter.inStock ?? null,
          minPrice: filter.minPrice ?? null,
          maxPrice: filter.maxPrice ?? null,
          archived: filter.archived === true && isAdmin(identity),
          bySku: isAdmin(identity),
        }),
      categories: () => service.listCategories(),
    },
    Mutation: {
      createProducts: (_, { input }, { identity }) => service.createProducts(identity, input),
      updateProduct: (_, { input }, { identity }) => service.updateProduct(identity, input),
      archiveProduct: (_, { input }, { identity }) => service.archiveProduct(identity, input),
      restoreProduct: (_, { input }, { identity }) => service.restoreProduct(identity, input),
      uploadPicture: (_, { input }, { identity }) => service.uploadPicture(identity, input),
      adjustStock: (_, { input }, { identity }) => service.adjustStock(identity, input),
    },
    Product: {
      // an archived product is no secret: orders and carts that hold it go on showing it
      __resolveReference: ({ id }, { loaders }) => loaders.products.load(id),
      stock: ({ id }, _, { identity, loaders }) => (isAdmin(identity) ? loaders.stocks.load(id) : null),
      stockMovements: ({ id }, { first, after }, { identity, loaders }) =>
        isAdmin(identity) ? loaders.stockMovements.load(askForMovements(id, first ?? 20, after ?? null)) : null,
    },
    CartLine: {
      __resolveReference: ({ productId, quantity }) => ({ productId, quantity }),
      available: async ({ productId, quantity }, _, { loaders }) => {
        const available = await loaders.available.load(productId);
        return available === null || available >= quantity ? null : available;
      },
    },
    StockMovementConnection: {
      totalCount: ({ productId }, _, { loaders }) => loaders.movementCounts.load(productId),
    },
    Category: {
      productCount: ({ slug }, _, { loaders }) => loaders.productCounts.load(slug),
    },
    ProductConnection: {
      totalCount: ({ filter }) => service.countProducts(filter),
    },
  };
}

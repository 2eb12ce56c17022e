import { isAdmin } from '#platform/auth.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { adjustStock } from './commands/adjust-stock.ts';
import { archiveProduct } from './commands/archive-product.ts';
import { createProducts } from './commands/create-products.ts';
import { restoreProduct } from './commands/restore-product.ts';
import { updateProduct } from './commands/update-product.ts';
import { uploadPicture } from './commands/upload-picture.ts';
import type { ProductDependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import { countProducts, getProduct, listCategories, listProducts } from './queries/catalogue.ts';
import { askForMovements } from './queries/stock-movements.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** The graph of the catalogue, on top of its commands and queries. */
export function createResolvers(deps: ProductDependencies): Resolvers {
  return {
    Query: {
      product: (_, { id }) => getProduct(deps, id),
      products: (_, { first, after, sort, ...filter }, { identity }) =>
        listProducts(deps, first ?? 20, after ?? null, sort ?? 'NEWEST', {
          search: filter.search ?? null,
          category: filter.category ?? null,
          inStock: filter.inStock ?? null,
          minPrice: filter.minPrice ?? null,
          maxPrice: filter.maxPrice ?? null,
          archived: filter.archived === true && isAdmin(identity),
          bySku: isAdmin(identity),
        }),
      categories: () => listCategories(deps),
    },
    Mutation: {
      createProducts: (_, { input }, { identity }) => createProducts(deps, identity, input),
      updateProduct: (_, { input }, { identity }) => updateProduct(deps, identity, input),
      archiveProduct: (_, { input }, { identity }) => archiveProduct(deps, identity, input),
      restoreProduct: (_, { input }, { identity }) => restoreProduct(deps, identity, input),
      uploadPicture: (_, { input }, { identity }) => uploadPicture(deps, identity, input),
      adjustStock: (_, { input }, { identity }) => adjustStock(deps, identity, input),
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
      totalCount: ({ filter }) => countProducts(deps, filter),
    },
  };
}

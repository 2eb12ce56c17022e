import DataLoader from 'dataloader';
import type { ProductDependencies } from './dependencies.ts';
import { countByCategory, findAvailable, findProducts, findStocks, type Product, type Stock } from './queries/catalogue.ts';
import { countMovements, findMovements, type MovementsAsked, type StockMovementPage } from './queries/stock-movements.ts';

export type Loaders = {
  products: DataLoader<string, Product | null>;
  stocks: DataLoader<string, Stock | null>;
  available: DataLoader<string, number | null>;
  productCounts: DataLoader<string, number>;
  stockMovements: DataLoader<MovementsAsked, StockMovementPage, string>;
  movementCounts: DataLoader<string, number>;
};

/** One set for each request: what it asks for one by one is read together. */
export function createLoaders(deps: ProductDependencies): Loaders {
  return {
    products: new DataLoader((ids) => findProducts(deps, ids)),
    stocks: new DataLoader((ids) => findStocks(deps, ids)),
    available: new DataLoader((ids) => findAvailable(deps, ids)),
    productCounts: new DataLoader((slugs) => countByCategory(deps, slugs)),
    stockMovements: new DataLoader((asked) => findMovements(deps, asked), { cacheKeyFn: (asked) => JSON.stringify(asked) }),
    movementCounts: new DataLoader((ids) => countMovements(deps, ids)),
  };
}

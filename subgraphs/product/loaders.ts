import DataLoader from 'dataloader';
import type { Product, Stock } from './catalogue.ts';
import type { ProductService } from './service.ts';
import type { MovementsAsked, StockMovementPage } from './stock-movements.ts';

export type Loaders = {
  products: DataLoader<string, Product | null>;
  stocks: DataLoader<string, Stock | null>;
  available: DataLoader<string, number | null>;
  productCounts: DataLoader<string, number>;
  stockMovements: DataLoader<MovementsAsked, StockMovementPage, string>;
  movementCounts: DataLoader<string, number>;
};

/** One set for each request: what it asks for one by one is read together. */
export function createLoaders(service: ProductService): Loaders {
  return {
    products: new DataLoader((ids) => service.findProducts(ids)),
    stocks: new DataLoader((ids) => service.findStocks(ids)),
    available: new DataLoader((ids) => service.findAvailable(ids)),
    productCounts: new DataLoader((slugs) => service.countByCategory(slugs)),
    stockMovements: new DataLoader((asked) => service.findMovements(asked), { cacheKeyFn: (asked) => JSON.stringify(asked) }),
    movementCounts: new DataLoader((ids) => service.countMovements(ids)),
  };
}

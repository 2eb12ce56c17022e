import type { FactRead } from '#kafka/contracts.ts';
import { assertAdmin, type Identity, isAdmin } from '#platform/auth.ts';
import type { Cache } from '#platform/cache.ts';
import type { Database, Sql } from '#platform/database.ts';
import { assertId, type InvalidInput, parseInput } from '#platform/input.ts';
import { createCatalogue, type Product, type ProductRow, toProduct } from './catalogue.ts';
import { createCatalogueEditor, type NotEnoughStock, type ProductNotFound, type SkuTaken } from './edit-catalogue.ts';
import {
  adjustStockInput,
  archiveProductInput,
  createProductsInput,
  restoreProductInput,
  updateProductInput,
  uploadPictureInput,
} from './inputs.ts';
import { createPictures } from './pictures.ts';
import { commitStock, releaseStock, reserveStock } from './reservations.ts';
import { createStockMovements } from './stock-movements.ts';

export type ProductServiceParts = {
  database: Database;
  cache: Cache;
  /** Called after each commit that enqueued something. */
  wakeRelay(): void;
};

export type CreateProductsResult = { products: Product[] } | SkuTaken | InvalidInput;
export type UpdateProductResult = { product: Product } | ProductNotFound | InvalidInput;
export type ArchiveProductResult = { product: Product } | ProductNotFound | InvalidInput;
export type RestoreProductResult = { product: Product } | ProductNotFound | InvalidInput;
export type UploadPictureResult = { url: string } | InvalidInput;
export type AdjustStockResult = { product: Product } | ProductNotFound | NotEnoughStock | InvalidInput;

export type ProductService = ReturnType<typeof createProductService>;

/** The use cases of the catalogue and its stock. Mutations are for admins: guests and customers get an AppError. */
export function createProductService({ database, cache, wakeRelay }: ProductServiceParts) {
  const catalogue = createCatalogue(database, cache);
  const pictures = createPictures(database);
  const editor = createCatalogueEditor(database);
  /** Products that the running batch of facts changes; they are dropped from the cache when it has committed. */
  const changing = new Set<string>();

  async function written(rows: readonly ProductRow[]): Promise<Product[]> {
    await cache.dropMany(rows.map((row) => row.id));
    wakeRelay();
    return rows.map(toProduct);
  }

  function remember(ids: readonly string[]): void {
    for (const id of ids) changing.add(id);
  }

  return {
    ...catalogue,
    ...createStockMovements(database),
    findPicture: pictures.findPicture,

    /** Null when there is none, or when it is archived and the caller is no admin. */
    async getProduct(identity: Identity, id: string): Promise<Product | null> {
      const [product = null] = await catalogue.findProducts([assertId(id, 'id')]);
      return product?.archived && !isAdmin(identity) ? null : product;
    },

    async createProducts(identity: Identity, input: unknown): Promise<CreateProductsResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(createProductsInput, input);
      if (!parsed.ok) return parsed.refusal;
      const created = await editor.createProducts(parsed.value.products, userId);
      return 'refusal' in created ? created : { products: await written(created) };
    },

    /** The fields that are given are changed; when none of them is another than before, nothing happened. */
    async updateProduct(identity: Identity, input: unknown): Promise<UpdateProductResult> {
      assertAdmin(identity);
      const parsed = parseInput(updateProductInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { id, ...changes } = parsed.value;
      return changed(await editor.updateProduct(id, changes));
    },

    /** Archiving what is archived changes nothing. */
    async archiveProduct(identity: Identity, input: unknown): Promise<ArchiveProductResult> {
      assertAdmin(identity);
      const parsed = parseInput(archiveProductInput, input);
      return parsed.ok ? changed(await editor.archiveProduct(parsed.value.id)) : parsed.refusal;
    },

    /** Restoring what is sold changes nothing. */
    async restoreProduct(identity: Identity, input: unknown): Promise<RestoreProductResult> {
      assertAdmin(identity);
      const parsed = parseInput(restoreProductInput, input);
      return parsed.ok ? changed(await editor.restoreProduct(parsed.value.id)) : parsed.refusal;
    },

    async uploadPicture(identity: Identity, input: unknown): Promise<UploadPictureResult> {
      assertAdmin(identity);
      const parsed = parseInput(uploadPictureInput, input);
      return parsed.ok ? pictures.keepPicture(parsed.value.data) : parsed.refusal;
    },

    async adjustStock(identity: Identity, input: unknown): Promise<AdjustStockResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(adjustStockInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { id, difference, reason } = parsed.value;
      return changed(await editor.adjustStock(id, difference, reason, userId));
    },

    async reserveStock(sql: Sql, facts: readonly FactRead<'order.created', 'orderId' | 'lines'>[]): Promise<void> {
      remember(await reserveStock(sql, facts));
    },

    commitStock,

    async releaseStock(sql: Sql, facts: readonly FactRead<'order.cancelled' | 'order.refunded', 'orderId'>[]): Promise<void> {
      remember(await releaseStock(sql, facts));
    },

    /** Call it after each batch of facts has committed. A batch that failed only drops what need not have been. */
    async factsCommitted(): Promise<void> {
      wakeRelay();
      const ids = [...changing];
      changing.clear();
      await cache.dropMany(ids);
    },
  };

  async function changed<Refusal extends { refusal: string }>(result: ProductRow | Refusal): Promise<{ product: Product } | Refusal> {
    if ('refusal' in result) return result;
    await written([result]);
    return { product: toProduct(result) };
  }
}

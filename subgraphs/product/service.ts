import type { EventView } from '#kafka/contracts.ts';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import type { Cache } from '#platform/cache.ts';
import { isId } from '#platform/ids.ts';
import { assertId, type InvalidInput, parseInput } from '#platform/input.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { createCatalogue, type Product, type ProductRow, toProduct } from './catalogue.ts';
import {
  type ProductChanged as ChangedRow,
  createCatalogueEditor,
  type NotEnoughStock,
  type ProductNotFound,
  type SkuTaken,
} from './edit-catalogue.ts';
import {
  adjustStockInput,
  archiveProductInput,
  createProductsInput,
  restoreProductInput,
  updateProductInput,
  uploadPictureInput,
} from './inputs.ts';
import type { IdempotencyKeyReused } from './once.ts';
import { createPictures } from './pictures.ts';
import { commitStock, releaseStock, reserveStock } from './reservations.ts';
import { createStockMovements } from './stock-movements.ts';

export type ProductServiceDependencies = {
  database: Database;
  cache: Cache;
  /** Called after each commit that enqueued something. */
  wakeRelay(): void;
};

/** The product as somebody else left it; `by` is null when nobody knows who. */
export type ProductChanged = Omit<ChangedRow, 'row'> & { product: Product; by: { id: string } | null; at: Date | null };

export type CreateProductsResult = { products: Product[] } | SkuTaken | IdempotencyKeyReused | InvalidInput;
export type UpdateProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;
export type ArchiveProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;
export type RestoreProductResult = { product: Product } | ProductNotFound | ProductChanged | InvalidInput;
export type UploadPictureResult = { url: string } | InvalidInput;
export type AdjustStockResult =
  | { product: Product }
  | ProductNotFound
  | ProductChanged
  | NotEnoughStock
  | IdempotencyKeyReused
  | InvalidInput;

export type ProductService = ReturnType<typeof createProductService>;

/** The use cases of the catalogue and its stock. Mutations are for admins: guests and customers get an AppError. */
export function createProductService({ database, cache, wakeRelay }: ProductServiceDependencies) {
  const catalogue = createCatalogue(database, cache);
  const pictures = createPictures(database);
  const editor = createCatalogueEditor(database);
  /** Products that the running batch of events changes; they are dropped from the cache when it has committed. */
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

    /** Null when there is none. An archived one is no secret: orders and links lead to it. */
    async getProduct(id: string): Promise<Product | null> {
      const [product = null] = await catalogue.findProducts([assertId(id, 'id')]);
      return product;
    },

    async createProducts(identity: Identity, input: unknown): Promise<CreateProductsResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(createProductsInput, input);
      if (!parsed.ok) return parsed.error;
      const created = await editor.createProducts(parsed.value.products, userId, parsed.value.idempotencyKey);
      return '__typename' in created ? created : { products: await written(created) };
    },

    /** The fields that are given are changed; when none of them is another than before, nothing happened. */
    async updateProduct(identity: Identity, input: unknown): Promise<UpdateProductResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(updateProductInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, expectedVersion, ...changes } = parsed.value;
      return changed(await editor.updateProduct({ id, by: userId, expectedVersion }, changes));
    },

    /** Archiving what is archived changes nothing. */
    async archiveProduct(identity: Identity, input: unknown): Promise<ArchiveProductResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(archiveProductInput, input);
      return parsed.ok ? changed(await editor.archiveProduct({ ...parsed.value, by: userId })) : parsed.error;
    },

    /** Restoring what is sold changes nothing. */
    async restoreProduct(identity: Identity, input: unknown): Promise<RestoreProductResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(restoreProductInput, input);
      return parsed.ok ? changed(await editor.restoreProduct({ ...parsed.value, by: userId })) : parsed.error;
    },

    async uploadPicture(identity: Identity, input: unknown): Promise<UploadPictureResult> {
      assertAdmin(identity);
      const parsed = parseInput(uploadPictureInput, input);
      return parsed.ok ? pictures.keepPicture(parsed.value.data) : parsed.error;
    },

    async adjustStock(identity: Identity, input: unknown): Promise<AdjustStockResult> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(adjustStockInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, expectedVersion, difference, reason, idempotencyKey } = parsed.value;
      return changed(await editor.adjustStock({ id, by: userId, expectedVersion }, difference, reason, idempotencyKey));
    },

    async reserveStock(sql: Sql, events: readonly EventView<'order.created', 'orderId' | 'lines'>[]): Promise<void> {
      remember(await reserveStock(sql, events));
    },

    commitStock,

    async releaseStock(sql: Sql, events: readonly EventView<'order.cancelled' | 'order.refunded', 'orderId'>[]): Promise<void> {
      remember(await releaseStock(sql, events));
    },

    /** Call it after each batch of events has committed. A batch that failed only drops what need not have been. */
    async eventsCommitted(): Promise<void> {
      wakeRelay();
      const ids = [...changing];
      changing.clear();
      await cache.dropMany(ids);
    },
  };

  /** The product, which comes first of what was written, or why it stays as it is. */
  async function changed<UserError extends { __typename: string }>(
    result: ProductRow | ProductRow[] | UserError | ChangedRow,
  ): Promise<{ product: Product } | UserError | ProductChanged> {
    if ('row' in result) return toChanged(result);
    if ('__typename' in result) return result;
    const [product] = await written([result].flat());
    if (product === undefined) throw new Error('a product was written, and is not there');
    return { product };
  }
}

function toChanged({ row, ...__typename }: ChangedRow): ProductChanged {
  const by = row.editedBy !== null && isId(row.editedBy) ? { id: row.editedBy } : null;
  return { ...__typename, product: toProduct(row), by, at: row.editedMs === null ? null : new Date(row.editedMs) };
}

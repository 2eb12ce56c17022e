import { isId } from '#platform/ids.ts';
import { assertFirst, type Connection, decodeCursor, encodeCursor, toConnection } from '#platform/pagination.ts';
import type { ProductDependencies } from '../dependencies.ts';

/** A change of the stock that a person made. `by` is null when unknown. */
export type StockMovement = {
  readonly id: string;
  readonly at: Date;
  readonly difference: number;
  readonly reason: string;
  readonly by: { readonly id: string } | null;
};
export type StockMovementPage = Connection<StockMovement> & { readonly productId: string };

/** A page of one product's movements; `after` is the place of the last movement of the page before. */
export type MovementsAsked = {
  readonly productId: string;
  readonly first: number;
  readonly after: { readonly atMs: number; readonly id: string } | null;
};

/** @throws AppError INVALID_INPUT for a page size or cursor that is not as it must be. */
export function askForMovements(productId: string, first: number, after: string | null): MovementsAsked {
  return { productId, first: assertFirst(first), after: after === null ? null : readCursor(after) };
}

function readCursor(after: string): { atMs: number; id: string } {
  const [atMs, id] = decodeCursor(after, ['timestampMs', 'id']);
  return { atMs, id };
}

/** A page for each of what is asked, the newest movement first; in one statement. */
export async function findMovements({ database }: ProductDependencies, asked: readonly MovementsAsked[]): Promise<StockMovementPage[]> {
  const { rows } = await database.query<MovementRow>(selectMovements, [
    JSON.stringify(asked.map(({ productId, first, after }) => ({ productId, size: first + 1, afterMs: after?.atMs, afterId: after?.id }))),
  ]);
  const byPlace = Map.groupBy(rows, (row) => row.place);
  return asked.map(({ productId, first, after }, at) => {
    const movements = (byPlace.get(at + 1) ?? []).map(toMovement);
    // the total comes from countMovements
    const page = toConnection(movements, first, after === null ? null : after.id, 0, ({ id, at }) => encodeCursor([at.getTime(), id]));
    return { ...page, productId };
  });
}

/** How many movements each product has. */
export async function countMovements({ database }: ProductDependencies, productIds: readonly string[]): Promise<number[]> {
  const { rows } = await database.query<{ productId: string; count: number }>(countByProduct, [productIds]);
  const counts = new Map(rows.map((row) => [row.productId, row.count]));
  return productIds.map((id) => counts.get(id) ?? 0);
}

type MovementRow = { place: number; id: string; atMs: number; difference: number; reason: string; changedBy: string };

function toMovement({ id, atMs, difference, reason, changedBy }: MovementRow): StockMovement {
  return { id, at: new Date(atMs), difference, reason, by: isId(changedBy) ? { id: changedBy } : null };
}

const selectMovements = `
  SELECT asked.place::int AS place, change.id, (extract(epoch FROM change.at) * 1000)::float8 AS "atMs", change.difference, change.reason,
    change.changed_by AS "changedBy"
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS ("productId" uuid, size int, "afterMs" float8, "afterId" uuid)) WITH ORDINALITY
    AS asked (product_id, size, after_ms, after_id, place)
  CROSS JOIN LATERAL (
    SELECT * FROM stock_changes
    WHERE product_id = asked.product_id
      AND (asked.after_id IS NULL OR (at, id) < (to_timestamp(asked.after_ms / 1000)::timestamptz(3), asked.after_id))
    ORDER BY at DESC, id DESC LIMIT asked.size
  ) AS change
  ORDER BY asked.place, change.at DESC, change.id DESC`;

const countByProduct = `
  SELECT product_id AS "productId", count(*)::int AS count FROM stock_changes WHERE product_id = ANY($1::uuid[]) GROUP BY product_id`;

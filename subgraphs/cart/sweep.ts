import { startSweep } from '#platform/async/sweep.ts';
import type { Logger } from '#platform/logger.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { CartDependencies } from './dependencies.ts';

const hourMs = 60 * 60 * 1000;
/** Longer than the events of a checkout are kept, so that no order is taken out of a cart a second time. */
const keptForMs = 30 * 24 * hourMs;

/** Every hour: guests' carts that were not used for thirty days are removed. */
export function startCartSweep({ database }: CartDependencies, logger: Logger): { stop(): Promise<void> } {
  return startSweep({
    everyMs: hourMs,
    what: 'untouched carts of guests',
    async sweep() {
      const removed = await sweepCarts(database, new Date(Date.now() - keptForMs));
      if (removed > 0) logger.info({ removed }, 'carts of guests that were not touched for 30 days removed');
    },
    logger,
  });
}

/** Removes what is no longer needed: guests' carts that were not used, and traces of carts and orders, since `before`. Resolves to how many carts. */
export async function sweepCarts(sql: Sql, before: Date): Promise<number> {
  const { count } = await sql.query(deleteGuestCarts, [before.toISOString()]);
  await sql.query('DELETE FROM cart_claims WHERE claimed_at < $1::timestamptz', [before.toISOString()]);
  await sql.query('DELETE FROM taken_orders WHERE taken_at < $1::timestamptz', [before.toISOString()]);
  return count;
}
const deleteGuestCarts = `
  DELETE FROM carts WHERE id IN (
    SELECT id FROM carts WHERE user_id IS NULL AND updated_at < $1::timestamptz ORDER BY updated_at LIMIT 5000 FOR UPDATE SKIP LOCKED
  )`;

import type { Logger } from '#platform/logger.ts';
import { isTransientDatabaseError } from '#platform/postgres/database.ts';
import type { CartService } from './service.ts';

const hourMs = 60 * 60 * 1000;
/** Longer than the events of a checkout are kept, so that no order is taken out of a cart a second time. */
const keptForMs = 30 * 24 * hourMs;

/** Every hour: guests' carts that nobody has touched for thirty days are removed. */
export function startSweep(service: Pick<CartService, 'sweepCarts'>, logger: Logger): { stop(): void } {
  const sweep = async () => {
    try {
      const removed = await service.sweepCarts(new Date(Date.now() - keptForMs));
      if (removed > 0) logger.info({ removed }, 'carts of guests that were not touched for 30 days removed');
    } catch (error) {
      if (isTransientDatabaseError(error)) logger.warn({ error }, 'the sweep of carts waits for its next turn');
      else logger.error({ error }, 'the sweep of carts failed');
    }
  };
  const timer = setInterval(() => void sweep(), hourMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

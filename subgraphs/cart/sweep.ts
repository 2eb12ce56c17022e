import { startSweep } from '#platform/async/sweep.ts';
import type { Logger } from '#platform/logger.ts';
import type { CartService } from './service.ts';

const hourMs = 60 * 60 * 1000;
/** Longer than the events of a checkout are kept, so that no order is taken out of a cart a second time. */
const keptForMs = 30 * 24 * hourMs;

/** Every hour: guests' carts that nobody has touched for thirty days are removed. */
export function startCartSweep(service: Pick<CartService, 'sweepCarts'>, logger: Logger): { stop(): Promise<void> } {
  return startSweep({
    everyMs: hourMs,
    what: 'untouched carts of guests',
    async sweep() {
      const removed = await service.sweepCarts(new Date(Date.now() - keptForMs));
      if (removed > 0) logger.info({ removed }, 'carts of guests that were not touched for 30 days removed');
    },
    logger,
  });
}

import { type Shop, startShop } from './dev/shop.ts';
import type { ShopOptions } from './dev/shop-context.ts';
import { unlessInterrupted } from './run-command.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

type OwnShop = Omit<ShopOptions, 'dataDir' | 'ports' | 'quiet' | 'signal'> & { readonly name: string; readonly interrupted: AbortSignal };

/** A shop of a command's own, beside whatever runs: it and its data are gone when `use` is done, or the command is interrupted. */
export function withOwnShop<T>({ name, interrupted, ...options }: OwnShop, use: (shop: Shop, dataDir: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder(name, async (dataDir) => {
    const shop = await startShop({ ...options, dataDir, ports: 'free', quiet: true, signal: interrupted });
    try {
      return await unlessInterrupted(interrupted, use(shop, dataDir));
    } finally {
      await shop.stop();
    }
  });
}

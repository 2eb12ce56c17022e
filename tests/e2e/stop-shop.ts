import { rmSync } from 'node:fs';
import type { SharedShop } from './start-shop.ts';

export default async function stopSharedShops(): Promise<void> {
  const { sharedShops = [] } = globalThis as { sharedShops?: SharedShop[] };
  await Promise.all(sharedShops.map(({ shop }) => shop.stop()));
  for (const { dataDir } of sharedShops) rmSync(dataDir, { recursive: true, force: true });
}

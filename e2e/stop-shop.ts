import { rmSync } from 'node:fs';
import type { Shop } from '#local/shop.ts';

export default async function stopSharedShop(): Promise<void> {
  const { sharedShop } = globalThis as { sharedShop?: { shop: Shop; dataDir: string } };
  if (!sharedShop) return;
  await sharedShop.shop.stop();
  rmSync(sharedShop.dataDir, { recursive: true, force: true });
}

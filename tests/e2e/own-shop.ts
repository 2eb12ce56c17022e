import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { mapServices } from '#tools/dev/environment.ts';
import { type Shop, startShop } from '#tools/dev/shop.ts';
import type { ShopOptions } from '#tools/dev/shop-context.ts';
import { type OpenShop, openShop } from './shop.ts';

/** Two views of one shop: its processes, which can be stopped and killed, and what its customers and admins see. */
export type OwnShop = { readonly processes: Shop; readonly shop: OpenShop; readonly dataDir: string };

/**
 * A shop for one test file, started before its tests and removed after them: for tests that would disturb the files that share the other shops.
 * Throws when it is read before it has started.
 */
export function withOwnShop(options: Partial<ShopOptions> = {}): () => OwnShop {
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-own-shop-'));
  let processes: Shop | undefined;
  let shop: OpenShop | undefined;
  beforeAll(async () => {
    // traces and logs are collected in the shops that the files share; here they would only make it slower
    const env = mapServices((name) => ({ OTEL_TRACES_EXPORTER: 'none', LOGS_EXPORTER: 'none', ...options.env?.[name] }));
    processes = await startShop({ dataDir, ports: 'free', quiet: true, ...options, env });
    shop = await openShop(dataDir);
  }, 150_000);
  afterAll(async () => {
    await shop?.close();
    await processes?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);
  return () => {
    if (!processes || !shop) throw new Error('The shop has not started.');
    return { processes, shop, dataDir };
  };
}

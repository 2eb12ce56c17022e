import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Shop, startShop } from '#local/shop.ts';
import type { Stage } from '../tools/demo/scene.ts';
import { stories } from '../tools/demo/stories.ts';
import { createShopClient, logIn, type ShopClient } from '../tools/shop-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'marigold-e2e-'));
let shop: Shop;
let admin: ShopClient;
let stage: Stage;

beforeAll(async () => {
  shop = await startShop({ dataDir: folder, ports: 'free', quiet: true });
  const { accessToken } = await logIn(shop.gatewayUrl, shop.credentials.admin.login, shop.credentials.admin.password);
  admin = createShopClient(shop.gatewayUrl, accessToken);
  stage = { gatewayUrl: shop.gatewayUrl, admin, tell: { say: () => {}, move: () => {} } };
}, 180_000);

afterAll(async () => {
  await admin?.close();
  await shop?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test.each(stories.map((story) => [story.title, story] as const))(
  '%s',
  async (_, story) => {
    const checks = await story.play(stage);

    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  },
  90_000,
);

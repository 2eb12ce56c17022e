import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { testServerUrl } from '#tests/support/postgres.ts';
import { type Shop, startShop } from '../shop.ts';
import type { ComponentName, ComponentStatus } from '../shop-context.ts';
import { welcome } from '../welcome.ts';

describe('a shop of some services only', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-only-'));
  const components = new Map<ComponentName, ComponentStatus>();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop({
      dataDir,
      ports: 'free',
      only: ['order'],
      kafka: false,
      postgresUrl: testServerUrl(),
      databasePrefix: `only_${newId().slice(-8)}`,
      onComponent: (name, status) => void components.set(name, status),
    });
  }, 60_000);
  afterAll(async () => {
    await shop?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('runs these', async () => {
    expect((await fetch(`${shop.service('order').url}/readyz`)).status).toBe(200);
    expect(components.get('order')?.is).toBe('ready');
  });

  test('runs no other, nor what only others use', () => {
    expect(shop.service('cart').pid).toBeNull();
    for (const name of ['cart', 'gateway', 'storefront', 'catalogue'] as const)
      expect([name, components.get(name)?.is]).toEqual([name, 'absent']);
  });

  test('restarts a service from its sources, once', async () => {
    const before = shop.service('order').pid;

    await shop.restart(['order', 'order', 'cart']);

    expect(shop.service('order').pid).not.toBe(before);
    expect((await fetch(`${shop.service('order').url}/readyz`)).status).toBe(200);
  });

  test('says where they answer, and what does not work without the others', () => {
    const text = welcome(shop, dataDir, 1);

    expect(text).toContain(`${shop.service('order').url}/graphql`);
    expect(text).toContain('cart is not running: placeOrder will answer UNAVAILABLE');
    expect(text).toContain('gateway is not running');
  });
});

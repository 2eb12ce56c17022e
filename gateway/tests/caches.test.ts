import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createCaches } from '../runtime/caches.ts';

const kilobyte = { maxBytes: 100_000, bytesOf: () => 1000 };
const value = { is: 'a value' };
const valuesUnder = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('a cache', () => {
  test('holds no more than its bytes, and forgets what was used longest ago', () => {
    const cache = createCaches().open('values', kilobyte);
    for (const key of valuesUnder('a', 200)) {
      cache.set(key, value);
      cache.get('a0');
    }

    const held = valuesUnder('a', 200).filter((key) => cache.get(key));

    expect(held.length).toBeGreaterThan(60);
    expect(held.length).toBeLessThan(72);
    expect([held[0], held.at(-1)]).toEqual(['a0', 'a199']);
  });

  test('does not keep what alone is more than there is room for', () => {
    const cache = createCaches().open('values', { maxBytes: 500, bytesOf: () => 1000 });
    cache.set('a', value);

    expect(cache.get('a')).toBeUndefined();
  });

  test('of two segments keeps what was used twice through a flood of what is used once', () => {
    const cache = createCaches().openSegmented('values', kilobyte);
    for (const key of ['used', 'again']) {
      cache.set(key, value);
      cache.get(key);
    }
    for (const key of valuesUnder('flood', 10_000)) cache.set(key, value);

    expect([cache.get('used'), cache.get('again'), cache.get('flood0')]).toEqual([value, value, undefined]);
  });

  test('shows its size as a metric', async () => {
    const registry = new Registry();
    const cache = createCaches(registry).openSegmented('values', kilobyte);
    for (const key of valuesUnder('flood', 10_000)) cache.set(key, value);
    cache.get('flood9999');

    const metrics = await registry.metrics();

    const bytes = Number(/marigold_gateway_cache_bytes\{cache="values"\} (\d+)/.exec(metrics)?.[1]);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(kilobyte.maxBytes);
    expect(metrics).toMatch(/marigold_gateway_cache_entries\{cache="values"\} 8\n/);
  });
});

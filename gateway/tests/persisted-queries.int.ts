import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { createLogger } from '#platform/logger.ts';

import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { freePort } from '#tools/dev/ports.ts';
import { findRedis, startRedis } from '#tools/dev/redis.ts';
import { createPersistedQueries, type PersistedQueries } from '../pipeline/parse/persisted-queries.ts';
import { createCaches } from '../runtime/caches.ts';
import { openRedis, type Redis } from '../runtime/redis.ts';

const { describe, test } = needs('redis');
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const textOf = (bytes: number) => `# ${randomUUID()} ${'x'.repeat(bytes - 39)}`;
const maxRedisBytes = 10_000;

describe('persisted queries that gateways share', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let redis: Redis;

  beforeAll(async () => {
    const port = await freePort(0);
    const logFile = join(mkdtempSync(join(tmpdir(), 'marigold-redis-')), 'redis.log');
    server = await startRedis({ program: findRedis() ?? '', port, logFile }, new AbortController().signal);
    redis = openRedis(`redis://127.0.0.1:${port}`, createLogger('test', 'silent'));
    // an answer that comes late is none, and this machine may be busy
    redis.options.commandTimeout = 20_000;
    await waitFor('Redis', () => redis.status === 'ready');
  }, 20_000);
  afterAll(async () => {
    redis?.disconnect();
    await server?.stop(500);
  });

  const openGateway = (): PersistedQueries =>
    createPersistedQueries({ caches: createCaches(), redis, maxCacheBytes: 100_000, maxRedisBytes });

  test('are known to each of them', async () => {
    const text = textOf(100);
    await openGateway().set(hashOf(text), text);

    expect(await openGateway().get(hashOf(text))).toBe(text);
  });

  test('are hashed again: another text under a hash is none', async () => {
    const text = textOf(100);
    await openGateway().set(hashOf(text), text);
    await redis.hset('marigold:{apq}:texts', hashOf(text), '{ somebodyElses }');

    expect(await openGateway().get(hashOf(text))).toBeUndefined();
  });

  test('take no more room than they may, and those in use stay', async () => {
    const gateway = openGateway();
    const used = textOf(1000);
    await gateway.set(hashOf(used), used);
    for (let count = 0; count < 100; count += 1) {
      const text = textOf(1000);
      await gateway.set(hashOf(text), text);
      await openGateway().get(hashOf(used));
    }

    const lengths = Object.entries(await redis.hgetall('marigold:{apq}:texts'))
      .filter(([hash]) => hash !== '#bytes')
      .map(([, text]) => text.length);
    // what was kept before is smaller, and makes room for one less
    expect(lengths.length).toBeGreaterThanOrEqual(6);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(maxRedisBytes);
    expect(await openGateway().get(hashOf(used))).toBe(used);
  });

  test.each<[clock: string, stepMs: number]>([
    ['stands still', 0],
    ['is set back', -50],
  ])('are in order of use when the clock %s', async (_, stepMs) => {
    let now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += stepMs));
    const gateway = openGateway();
    let used = textOf(1000);
    // Redis takes the smallest first of those that are equally old
    while (!hashOf(used).startsWith('00')) used = textOf(1000);
    await gateway.set(hashOf(used), used);
    for (let count = 0; count < 20; count += 1) {
      const text = textOf(1000);
      await gateway.set(hashOf(text), text);
      await openGateway().get(hashOf(used));
    }
    clock.mockRestore();

    expect(await openGateway().get(hashOf(used))).toBe(used);
  });

  test('are counted again when Redis has lost which were used', async () => {
    await redis.del('marigold:{apq}:used');
    for (let count = 0; count < 30; count += 1) {
      const text = textOf(1000);
      await openGateway().set(hashOf(text), text);
    }

    expect(await redis.hlen('marigold:{apq}:texts')).toBeLessThanOrEqual(11);
  });

  test.each(['used', 'texts'])('evict old texts, and keep new ones, when Redis has lost the key %s', async (lost) => {
    for (let count = 0; count < 30; count += 1) {
      const text = textOf(1000);
      await openGateway().set(hashOf(text), text);
    }
    await redis.del(`marigold:{apq}:${lost}`);
    const fresh = [textOf(1000), textOf(1000), textOf(1000)];
    for (const text of fresh) await openGateway().set(hashOf(text), text);

    expect(await Promise.all(fresh.map((text) => openGateway().get(hashOf(text))))).toEqual(fresh);
    expect(await redis.hlen('marigold:{apq}:texts')).toBe((await redis.zcard('marigold:{apq}:used')) + 1);
  });

  test('are counted with their hashes, which are longer than the shortest texts', async () => {
    const gateway = openGateway();
    for (let count = 0; count < 100; count += 1) {
      const text = textOf(39);
      await gateway.set(hashOf(text), text);
    }

    expect(await redis.hlen('marigold:{apq}:texts')).toBeLessThan(30);
    expect(await redis.zcard('marigold:{apq}:used')).toBeLessThan(30);
  });
});

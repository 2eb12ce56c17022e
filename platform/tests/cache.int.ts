import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeRedis, openFakeRedis } from '#tests/support/fake-redis.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Cache, type CacheOptions, openCache } from '../cache.ts';
import { createLogger } from '../logger.ts';

const logger = createLogger('test', 'silent');
let redis: FakeRedis;
let cache: Cache;

async function openReady(options: Partial<CacheOptions> = {}): Promise<void> {
  cache = openCache(redis.url, { prefix: 'test:', timeoutMs: 2000, logger, ...options });
  await isFilling('probe');
}

/** Resolves when a fill can be read again. */
function isFilling(key: string): Promise<unknown> {
  return waitFor('the cache to answer', async () => {
    await cache.setMany([{ key, value: 'here' }]);
    return (await cache.getMany([key]))[0] === 'here';
  });
}

beforeEach(async () => {
  redis = await openFakeRedis();
});
afterEach(async () => {
  await cache.close();
  await redis.goAway();
});

test('answers what it was filled with, in the order of the keys', async () => {
  await openReady();

  await cache.setMany([
    { key: 'a', value: { name: 'Stühle ✓' } },
    { key: 'b', value: [1, null] },
  ]);

  expect(await cache.getMany(['b', 'none', 'a'])).toEqual([[1, null], undefined, { name: 'Stühle ✓' }]);
  expect(await cache.getMany([])).toEqual([]);
});

test('holds nothing for longer than its TTL', async () => {
  await openReady({ ttlMs: 20 });

  await cache.setMany([{ key: 'a', value: 1 }]);

  await waitFor('the copy to end', async () => (await cache.getMany(['a']))[0] === undefined);
});

describe('a change', () => {
  test('drops what is held', async () => {
    await openReady();
    await cache.setMany([{ key: 'a', value: 'old' }]);

    await cache.dropMany(['a']);

    expect(await cache.getMany(['a'])).toEqual([undefined]);
  });

  test('is not undone by a fill that was read before it', async () => {
    await openReady();
    const readBefore = { key: 'a', value: 'old' };

    await cache.dropMany(['a']);
    await cache.setMany([readBefore]);

    expect(await cache.getMany(['a'])).toEqual([undefined]);
  });

  test('lets fills in again after a while', async () => {
    await openReady({ markMs: 20 });

    await cache.dropMany(['a']);

    await isFilling('a');
  });
});

describe('Redis that is away', () => {
  test('from the start is a cache that holds nothing', async () => {
    await redis.goAway();
    cache = openCache(redis.url, { prefix: 'test:', logger });

    await cache.setMany([{ key: 'a', value: 1 }]);
    await cache.dropMany(['a']);

    expect(await cache.getMany(['a'])).toEqual([undefined]);
    await redis.comeBack();
    await isFilling('b');
  });

  test('learns what changed meanwhile before it is read again', async () => {
    await openReady();
    await cache.setMany([{ key: 'a', value: 'old' }]);
    await redis.goAway();

    await cache.dropMany(['a']);
    await redis.comeBack();

    await isFilling('b');
    expect(await cache.getMany(['a'])).toEqual([undefined]);
  });

  test('while it takes commands and answers none is left alone after the first', async () => {
    await openReady({ timeoutMs: 20, pauseMs: 60_000 });
    redis.beSilent();
    redis.commands.length = 0;

    expect(await cache.getMany(['a'])).toEqual([undefined]);
    expect(await cache.getMany(['a'])).toEqual([undefined]);
    await cache.setMany([{ key: 'a', value: 1 }]);

    expect(redis.commands).toEqual(['MGET']);
  });
});

test('takes what it cannot read for nothing', async () => {
  await openReady();
  redis.texts.set('test:a', { text: '{"half', until: Date.now() + 60_000 });

  expect(await cache.getMany(['a'])).toEqual([undefined]);
});

test('without an address holds nothing', async () => {
  cache = openCache(undefined, { prefix: 'test:', logger });

  await cache.setMany([{ key: 'a', value: 1 }]);
  await cache.dropMany(['a']);

  expect(await cache.getMany(['a'])).toEqual([undefined]);
});

import { describe, expect, test } from '@jest/globals';
import { createMemoryRateLimiter, createSharedRateLimiter } from '../pipeline/limit/rate-limiter.ts';
import { createCaches } from '../runtime/caches.ts';
import type { Redis } from '../runtime/redis.ts';

const budget = { burst: 2, perSecond: 0.5 };

function setUp() {
  const clock = { now: 0 };
  return { clock, limiter: createMemoryRateLimiter(createCaches(), () => clock.now) };
}

describe('the rate limiter', () => {
  test('allows a burst, and then returns retryAfterSeconds', async () => {
    const { limiter } = setUp();

    expect([await limiter.take('a', budget), await limiter.take('a', budget), await limiter.take('a', budget)]).toEqual([0, 0, 2]);
  });

  test('fills up with time, and no further than the burst', async () => {
    const { limiter, clock } = setUp();
    await limiter.take('a', budget);
    await limiter.take('a', budget);

    clock.now = 3_600_000;

    expect([await limiter.take('a', budget), await limiter.take('a', budget), await limiter.take('a', budget)]).toEqual([0, 0, 2]);
  });

  test('does not punish waiting callers for asking again', async () => {
    const { limiter, clock } = setUp();
    await limiter.take('a', budget);
    await limiter.take('a', budget);
    clock.now = 1000;
    await limiter.take('a', budget);

    clock.now = 2000;

    expect(await limiter.take('a', budget)).toBe(0);
  });

  test('counts each caller alone', async () => {
    const { limiter } = setUp();
    await limiter.take('a', budget);
    await limiter.take('a', budget);

    expect(await limiter.take('b', budget)).toBe(0);
  });

  test('is off with a budget of nothing', async () => {
    const { limiter } = setUp();

    for (let count = 0; count < 10; count += 1) expect(await limiter.take('a', { burst: 0, perSecond: 0 })).toBe(0);
  });
});

describe('the shared rate limiter', () => {
  const redisThat = (status: string, answer: () => Promise<unknown>) => ({ status, eval: answer }) as unknown as Redis;

  test('follows the answer of Redis', async () => {
    const limiter = createSharedRateLimiter(
      redisThat('ready', async () => 1200),
      createCaches(),
    );

    expect(await limiter.take('a', budget)).toBe(2);
  });

  test('counts by itself while Redis does not answer', async () => {
    const limiter = createSharedRateLimiter(
      redisThat('ready', () => Promise.reject(new Error('gone'))),
      createCaches(),
    );

    expect([await limiter.take('a', budget), await limiter.take('a', budget), await limiter.take('a', budget)]).toEqual([0, 0, 2]);
  });

  test('asks nothing of a Redis that is not connected', async () => {
    const limiter = createSharedRateLimiter(
      redisThat('reconnecting', () => Promise.reject(new Error('never called'))),
      createCaches(),
    );

    expect(await limiter.take('a', budget)).toBe(0);
  });
});

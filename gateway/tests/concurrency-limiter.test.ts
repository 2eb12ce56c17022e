import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type ConcurrencyLimiter, createConcurrencyLimiter } from '../pipeline/limit/concurrency-limiter.ts';
import { RequestError } from '../pipeline/request-error.ts';

/** Work that the test ends. */
function setUp(limits: { maxCost: number; maxWaiting: number }) {
  const limiter = createConcurrencyLimiter(limits);
  const begun: string[] = [];
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const run = (name: string, cost: number, caller = 'one', by: ConcurrencyLimiter = limiter) =>
    by.run(caller, cost, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => ends.set(name, { resolve: () => resolve(name), reject }));
    });
  return { run, begun, end: (name: string) => ends.get(name)?.resolve(), fail: (name: string) => ends.get(name)?.reject(new Error(name)) };
}

async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await turn();
}

const rejected = async (work: Promise<unknown>) => (await work.catch((error: unknown) => error)) as RequestError;

describe('what one caller has done at once', () => {
  test('is as much as its cost allows; the rest waits its turn', async () => {
    const { run, begun, end } = setUp({ maxCost: 1000, maxWaiting: 10 });

    const all = [run('a', 400), run('b', 600), run('c', 100), run('d', 500), run('e', 500)];
    expect(begun).toEqual(['a', 'b']);

    end('a');
    await settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    end('b');
    await settle();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('c');
    await settle();
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    end('d');
    end('e');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('is one thing alone where that costs more, and what came before goes first', async () => {
    const { run, begun, end } = setUp({ maxCost: 1000, maxWaiting: 10 });

    void run('small', 100);
    void run('large', 50000);
    void run('later', 100);
    expect(begun).toEqual(['small']);
    end('small');
    await settle();
    expect(begun).toEqual(['small', 'large']);
    end('large');
    await settle();

    expect(begun).toEqual(['small', 'large', 'later']);
  });

  test('leaves nothing behind when it is over, whatever the fractions that it cost', async () => {
    const limiter = createConcurrencyLimiter({ maxCost: 1000, maxWaiting: 10 });
    await Promise.all([20.15, 20.35, 27.05].map((cost) => limiter.run('one', cost, async () => undefined)));
    await settle();
    const begun: string[] = [];

    void limiter.run('one', 5000, async () => void begun.push('large'));
    await settle();

    expect(begun).toEqual(['large']);
  });

  test('holds up no other caller', async () => {
    const { run, begun } = setUp({ maxCost: 1000, maxWaiting: 10 });

    void run('a', 1000);
    void run('b', 1000);
    void run('c', 1000, 'another');

    expect(begun).toEqual(['a', 'c']);
  });

  test('is counted even where it costs nothing', async () => {
    const { run, begun } = setUp({ maxCost: 40, maxWaiting: 10 });

    for (const name of ['a', 'b', 'c']) void run(name, 0);

    expect(begun).toEqual(['a', 'b']);
  });

  test('makes room when it fails', async () => {
    const { run, begun, fail } = setUp({ maxCost: 1000, maxWaiting: 10 });
    const first = run('a', 1000);
    void run('b', 1000);

    fail('a');

    await expect(first).rejects.toThrow('a');
    await settle();
    expect(begun).toEqual(['a', 'b']);
  });

  test('is not asked for without end: too much is rejected until there is room', async () => {
    const { run, begun, end } = setUp({ maxCost: 1000, maxWaiting: 1 });
    void run('a', 1000);
    void run('b', 1000);

    const error = await rejected(run('c', 100));

    expect(error).toBeInstanceOf(RequestError);
    expect(error.status).toBe(429);
    expect(error.headers).toEqual({ 'retry-after': '1' });
    expect(error.errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    end('a');
    await settle();
    void run('d', 100);
    end('b');
    await settle();
    expect(begun).toEqual(['a', 'b', 'd']);
  });

  test('gives way to others between two pieces', async () => {
    const limiter = createConcurrencyLimiter({ maxCost: 100, maxWaiting: 100 });
    const begun: string[] = [];
    const work = (name: string) => async () => {
      begun.push(name);
    };
    const greedy = Array.from({ length: 100 }, (_, index) => limiter.run('greedy', 100, work(`greedy ${index}`)));

    // what comes in while the first of them are done
    await turn();
    await limiter.run('other', 100, work('other'));
    await Promise.all(greedy);

    expect(begun).toHaveLength(101);
    expect(begun.indexOf('other')).toBeLessThan(10);
  });

  test('counts until others had their turn, though it waited for nothing', async () => {
    const limiter = createConcurrencyLimiter({ maxCost: 100, maxWaiting: 10 });
    const begun: string[] = [];

    await limiter.run('one', 100, async () => void begun.push('first'));
    const second = limiter.run('one', 100, async () => void begun.push('second'));

    expect(begun).toEqual(['first']);
    await second;
    expect(begun).toEqual(['first', 'second']);
  });

  test('is not limited where there is no limit', async () => {
    const { run, begun } = setUp({ maxCost: 0, maxWaiting: 0 });

    for (const name of ['a', 'b', 'c']) void run(name, 1000);

    expect(begun).toEqual(['a', 'b', 'c']);
  });
});

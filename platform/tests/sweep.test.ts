import { describe, expect, test } from '@jest/globals';
import { startSweep } from '../async/sweep.ts';
import { createLogger } from '../logger.ts';

const logger = createLogger('test', 'silent');
const options = { everyMs: 1, what: 'crumbs', logger };

describe('a sweep', () => {
  test('comes again after one that failed', async () => {
    const again = Promise.withResolvers<void>();
    const rounds: string[] = [];
    const sweeping = startSweep({
      ...options,
      async sweep() {
        rounds.push('begun');
        if (rounds.length === 1) throw new TypeError('broken');
        again.resolve();
      },
    });

    await again.promise;
    await sweeping.stop();

    expect(rounds.length).toBeGreaterThan(1);
  });

  test('is awaited when it is stopped, gets the abort signal, and no other one follows', async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const end = Promise.withResolvers<void>();
    const rounds: string[] = [];
    const sweeping = startSweep({
      ...options,
      async sweep(stopping) {
        begun.resolve(stopping);
        await end.promise;
        rounds.push('ended');
      },
    });
    const signal = await begun.promise;

    const stopped = sweeping.stop();
    expect(signal.aborted).toBe(true);
    expect(rounds).toEqual([]);
    end.resolve();
    await stopped;

    expect(rounds).toEqual(['ended']);
  });

  test('that is stopped before the first one never begins', async () => {
    const rounds: string[] = [];
    const sweeping = startSweep({
      ...options,
      everyMs: 60_000,
      async sweep() {
        rounds.push('begun');
      },
    });

    await sweeping.stop();

    expect(rounds).toEqual([]);
  });
});

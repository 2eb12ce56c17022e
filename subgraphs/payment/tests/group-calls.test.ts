import { describe, expect, test } from '@jest/globals';
import { groupCalls } from '../group-calls.ts';

describe('calls that are made together', () => {
  test('become one, and each gets its own result', async () => {
    const groups: number[][] = [];
    const double = groupCalls(async (items: readonly number[]) => {
      groups.push([...items]);
      return items.map((item) => item * 2);
    });

    const results = await Promise.all([1, 2, 3].map(double));

    expect(results).toEqual([2, 4, 6]);
    expect(groups).toEqual([[1, 2, 3]]);
  });

  test('wait for the one that runs, and then go together', async () => {
    const groups: number[][] = [];
    const releases: (() => void)[] = [];
    const call = groupCalls(async (items: readonly number[]) => {
      groups.push([...items]);
      await new Promise<void>((resolve) => releases.push(resolve));
      return items;
    });
    const first = call(1);
    await new Promise(setImmediate);

    const others = [call(2), call(3)];
    releases[0]?.();
    await first;
    await new Promise(setImmediate);
    releases[1]?.();
    await Promise.all(others);

    expect(groups).toEqual([[1], [2, 3]]);
  });

  test('fail alone when one of them is wrong', async () => {
    const call = groupCalls(async (items: readonly number[]) => {
      if (items.includes(2)) throw new Error('2 is wrong');
      return items;
    });

    const results = await Promise.allSettled([1, 2, 3].map(call));

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('fail together, without being tried one by one, when the database is away', async () => {
    let calls = 0;
    const call = groupCalls(async (_: readonly number[]): Promise<number[]> => {
      calls += 1;
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    });

    const results = await Promise.allSettled([1, 2, 3].map(call));

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toBe(1);
  });
});

import { describe, expect, test } from '@jest/globals';
import { SharedRequests } from '../execution/shared-requests.ts';

function setUp() {
  const shared = new SharedRequests<number>();
  const begun: ((value: number) => void)[] = [];
  const ask = (key = 'q') => shared.share(key, () => new Promise((resolve) => begun.push(resolve)));
  return { shared, begun, ask };
}

describe('equal requests under way', () => {
  test('are one', async () => {
    const { begun, ask } = setUp();
    const both = Promise.all([ask(), ask()]);

    begun[0]?.(7);

    expect(await both).toEqual([7, 7]);
    expect(begun).toHaveLength(1);
  });

  test('are not joined when they are over', async () => {
    const { begun, ask } = setUp();
    const first = ask();
    begun[0]?.(1);
    await first;

    const second = ask();
    begun[1]?.(2);

    expect(await second).toBe(2);
  });

  test('are not joined by who asks after a change', async () => {
    const { shared, begun, ask } = setUp();
    const before = ask();

    shared.renew();
    const after = ask();
    begun[0]?.(1);
    begun[1]?.(2);

    expect(await Promise.all([before, after])).toEqual([1, 2]);
  });

  test('that fail fail for all, and are then forgotten', async () => {
    const shared = new SharedRequests<number>();
    const fail = () => Promise.reject(new Error('away'));

    await expect(Promise.all([shared.share('q', fail), shared.share('q', fail)])).rejects.toThrow('away');

    expect(await shared.share('q', async () => 3)).toBe(3);
  });
});

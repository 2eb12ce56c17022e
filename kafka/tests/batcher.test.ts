import { describe, expect, test } from '@jest/globals';
import { createBatcher } from '#platform/async/batcher.ts';

function recorder(work: (items: readonly number[]) => Promise<void> = async () => undefined) {
  const calls: number[][] = [];
  const failures: unknown[] = [];
  const batches = createBatcher<number>({
    async handle(items) {
      calls.push([...items]);
      await work(items);
    },
    minFetchIntervalMs: 0,
    onFailed: (error) => failures.push(error),
  });
  return { calls, failures, batches };
}

describe('coalescing', () => {
  test('makes one call of what is added in one turn', async () => {
    const { calls, batches } = recorder();

    await Promise.all([batches.add([1, 2]), batches.add([3]), batches.add([4, 5])]);

    expect(calls).toEqual([[1, 2, 3, 4, 5]]);
  });

  test('makes one more call of all that comes while it is busy', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { calls, batches } = recorder(([first]) => (first === 1 ? held : Promise.resolve()));
    const one = batches.add([1]);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [batches.add([2]), batches.add([3])];

    release();
    await Promise.all([one, ...others]);

    expect(calls).toEqual([[1], [2, 3]]);
  });

  test('tries again what fails, before anything else', async () => {
    let left = 1;
    const { calls, failures, batches } = recorder(async () => {
      left -= 1;
      if (left >= 0) throw new TypeError('no');
    });

    await Promise.all([batches.add([1]), new Promise((resolve) => setImmediate(resolve)).then(() => batches.add([2]))]);

    expect(calls).toEqual([[1], [1], [2]]);
    expect(failures).toHaveLength(1);
  });

  test('drops what waits when it is stopped, and lets what runs end', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { calls, batches } = recorder(() => held);
    const running = batches.add([1]);
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = batches.add([2]);
    const stopped = batches.stop();

    release();

    await expect(waiting).rejects.toThrow('dropped');
    await expect(running).resolves.toBeUndefined();
    await stopped;
    expect(calls).toEqual([[1]]);
    await expect(batches.add([3])).rejects.toThrow('stopped');
  });

  test('gives up a call that fails when it is stopped', async () => {
    const { batches } = recorder(() => Promise.reject(new Error('never')));
    const running = batches.add([1]);
    const outcome = expect(running).rejects.toThrow('stopped before it was handled');
    await new Promise((resolve) => setImmediate(resolve));

    await batches.stop();

    await outcome;
  });
});

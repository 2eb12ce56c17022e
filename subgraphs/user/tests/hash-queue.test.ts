import { describe, expect, it } from '@jest/globals';
import { HashQueue } from '../hash-queue.ts';

/** A queue whose tasks the test ends, with a manual clock. */
function setUp(options: { concurrent: number; waiting: number; waitMs: number }) {
  const clock = { ms: 0 };
  const running: (() => void)[] = [];
  const queue = new HashQueue({ ...options, now: () => clock.ms });
  const ask = (count: number) =>
    Array.from({ length: count }, () =>
      queue.run(() => new Promise<string>((resolve) => running.push(() => resolve('done')))).catch((error: unknown) => error),
    );
  const turn = async () => {
    await new Promise(setImmediate);
    running.shift()?.();
    await new Promise(setImmediate);
  };
  return { clock, running, queue, ask, turn };
}

const shed = expect.objectContaining({ code: 'UNAVAILABLE', retryAfterSeconds: 2 });

describe('the queue for password hashes', () => {
  it('runs as many as it may, and the others after them in their order', async () => {
    const { running, ask, turn } = setUp({ concurrent: 2, waiting: 2, waitMs: 1000 });
    const answers = ask(4);
    await turn();

    expect(running).toHaveLength(2);
    for (let count = 0; count < 3; count += 1) await turn();
    expect(await Promise.all(answers)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('sheds what comes when too many wait, at once', async () => {
    const { running, queue, ask } = setUp({ concurrent: 1, waiting: 2, waitMs: 1000 });
    queue.assertRoom();
    const answers = ask(5);

    expect(await Promise.all(answers.slice(3))).toEqual([shed, shed]);
    expect(running).toHaveLength(1);
    expect(() => queue.assertRoom()).toThrow(shed);
  });

  it('sheds who has waited too long, and goes on with who has not', async () => {
    const { clock, ask, turn } = setUp({ concurrent: 1, waiting: 10, waitMs: 1000 });
    const [first, ...late] = ask(3);
    clock.ms = 900;
    const [withTimeout] = ask(1);
    clock.ms = 1001;
    await turn();
    await turn();

    expect(await Promise.all([first, ...late, withTimeout])).toEqual(['done', shed, shed, 'done']);
  });

  it('has its places again after work that failed, or was shed', async () => {
    const { clock, queue, ask, turn } = setUp({ concurrent: 1, waiting: 1, waitMs: 1000 });
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const [first, late] = ask(2);
    await new Promise(setImmediate);
    clock.ms = 2000;
    await turn();
    const [afterwards] = ask(1);
    await turn();

    expect(await Promise.all([first, late, afterwards])).toEqual(['done', shed, 'done']);
  });
});

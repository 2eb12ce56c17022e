import { expect, test } from '@jest/globals';
import { FairQueue } from '../supergraph/planning/fair-queue.ts';

function setUp(maxWaiting = 100) {
  const queue = new FairQueue<string>(maxWaiting);
  return {
    queue,
    /** Takes what comes next, as if it took so long. */
    serve(ms: number): string | undefined {
      const item = queue.take();
      if (item !== undefined) queue.served(item.slice(0, 1), ms);
      return item;
    },
  };
}

test('what one caller brings is done in its order', () => {
  const { queue, serve } = setUp();
  for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);

  expect(queue.peek()).toBe('a1');
  expect([serve(10), serve(10), serve(10), serve(10)]).toEqual(['a1', 'a2', 'a3', undefined]);
});

test('who comes is served before the rest of those who were served', () => {
  const { queue, serve } = setUp();
  for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);
  for (const item of ['b1', 'b2', 'b3']) queue.push('b', item);
  const before = [serve(100), serve(100), serve(100)];

  queue.push('c', 'c1');

  expect(before).toEqual(['a1', 'b1', 'a2']);
  expect([serve(10), serve(10), serve(10), serve(10)]).toEqual(['b2', 'c1', 'b3', 'a3']);
});

test('a caller whose work takes long has its turn less often', () => {
  const { queue, serve } = setUp();
  for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);
  for (const item of ['b1', 'b2', 'b3', 'b4']) queue.push('b', item);

  expect([serve(30), serve(10), serve(10), serve(10), serve(10), serve(30)]).toEqual(['a1', 'b1', 'b2', 'b3', 'a2', 'b4']);
});

test('a caller who comes back while others wait has not been forgotten', () => {
  const { queue, serve } = setUp();
  queue.push('a', 'a1');
  for (const item of ['b1', 'b2', 'b3']) queue.push('b', item);
  const before = [serve(100), serve(10)];

  queue.push('a', 'a2');

  expect(before).toEqual(['a1', 'b1']);
  expect([serve(10), serve(10), serve(10)]).toEqual(['b2', 'b3', 'a2']);
});

test('when nobody waits, all begin anew', () => {
  const { queue, serve } = setUp();
  queue.push('a', 'a1');
  const before = serve(100);

  for (const item of ['a2', 'b1']) queue.push(item.slice(0, 1), item);

  expect(before).toBe('a1');
  expect([serve(10), serve(10)]).toEqual(['a2', 'b1']);
});

test('when too many wait, the latest goes of the caller who has most of them', () => {
  const { queue } = setUp(3);
  for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);

  expect(queue.push('b', 'b1')).toBe('a3');
  expect(queue.push('a', 'a4')).toBe('a4');
  expect(queue.push('c', 'c1')).toBe('a2');
  expect(queue.clear()).toEqual(['a1', 'b1', 'c1']);
  expect(queue.peek()).toBeUndefined();
});

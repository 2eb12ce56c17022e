import { describe, expect, test } from '@jest/globals';
import { isAllowedOrigin } from '../../http/browser-rules.ts';
import { Queue } from '../queue.ts';
import { SharedReads } from '../shared-reads.ts';
import { createSubscriberRegistry } from '../subscriber-registry.ts';
import { Admission } from '../upgrades.ts';

describe('a queue', () => {
  test('gives what was pushed, in order, and then its end', async () => {
    const queue = new Queue<number>(10);
    queue.push(1);
    queue.push(2);
    queue.end();

    expect([await queue.pull(), await queue.pull(), await queue.pull(), await queue.pull()]).toEqual([1, 2, null, null]);
  });

  test('answers a pull that waits', async () => {
    const queue = new Queue<number>(10);
    const pulled = queue.pull();

    queue.push(1);

    expect(await pulled).toBe(1);
  });

  test('takes no more than its limit', () => {
    const queue = new Queue<number>(2);

    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false]);
  });

  test('gives its error after what waits, once', async () => {
    const queue = new Queue<number>(10);
    queue.push(1);
    queue.end(new Error('broken'));

    expect(await queue.pull()).toBe(1);
    await expect(queue.pull()).rejects.toThrow('broken');
    expect(await queue.pull()).toBeNull();
  });

  test('throws away what waits when it is cut, and answers a pull that waits', async () => {
    const full = new Queue<number>(10);
    full.push(1);
    full.cut(new Error('too slow'));
    const empty = new Queue<number>(10);
    const pulled = empty.pull();
    empty.cut();

    await expect(full.pull()).rejects.toThrow('too slow');
    expect(await pulled).toBeNull();
    expect(empty.push(1)).toBe(true);
    expect(await empty.pull()).toBeNull();
  });
});

describe('a registry', () => {
  function createListener() {
    const received: number[] = [];
    return { received, receive: (update: number) => void received.push(update), loseTrack: () => void received.push(-1) };
  }

  test('notifies the subscribers of the key, and no others', () => {
    const board = createSubscriberRegistry<number>();
    const [ada, eve] = [createListener(), createListener()];
    board.attach(['a', 'b'], ada);
    board.attach(['c'], eve);

    board.push(['a'], 1);
    board.push(['b', 'x'], 2);

    expect([ada.received, eve.received]).toEqual([[1, 2], []]);
  });

  test('notifies every subscriber once that events were lost', () => {
    const board = createSubscriberRegistry<number>();
    const ada = createListener();
    board.attach(['a', 'b'], ada);

    board.loseTrack();

    expect(ada.received).toEqual([-1]);
  });

  test('drops a detached subscriber, also during a notification', () => {
    const board = createSubscriberRegistry<number>();
    const ada = createListener();
    const detach: () => void = board.attach(['a'], { ...ada, receive: () => detach() });

    board.push(['a'], 1);
    board.push(['a'], 2);

    expect(board.size()).toBe(0);
  });
});

describe('shared reads', () => {
  function createDoors() {
    const opened: (() => void)[] = [];
    let begun = 0;
    const read = () => {
      begun += 1;
      const mine = begun;
      return new Promise<number>((resolve) => opened.push(() => resolve(mine)));
    };
    return { read, begun: () => begun, openAll: () => opened.splice(0).forEach((open) => void open()) };
  }
  const tick = () => new Promise((resolve) => setImmediate(resolve));

  test('are one when they are asked for together', async () => {
    const reads = new SharedReads(4);
    const doors = createDoors();
    const both = Promise.all([reads.read('a', doors.read), reads.read('a', doors.read)]);
    await tick();

    doors.openAll();

    expect(await both).toEqual([1, 1]);
  });

  test('are two when the first has started', async () => {
    const reads = new SharedReads(4);
    const doors = createDoors();
    const first = reads.read('a', doors.read);
    await tick();
    const second = reads.read('a', doors.read);
    await tick();

    doors.openAll();

    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  test('wait for their turn, and are joined as long as they do', async () => {
    const reads = new SharedReads(1);
    const doors = createDoors();
    const first = reads.read('a', doors.read);
    await tick();
    const others = [reads.read('b', doors.read), reads.read('b', doors.read)];
    await tick();
    expect(doors.begun()).toBe(1);

    doors.openAll();
    await first;
    await tick();
    doors.openAll();

    expect(await Promise.all(others)).toEqual([2, 2]);
  });

  test('give their turn back when they fail', async () => {
    const reads = new SharedReads(1);

    await expect(reads.read('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');

    expect(await reads.read('a', () => Promise.resolve(1))).toBe(1);
  });
});

describe('an upgrade', () => {
  test.each([
    [undefined, 'shop.example', [], true],
    ['https://shop.example', 'shop.example', [], true],
    ['https://shop.example:8443', 'shop.example', [], false],
    ['https://pages.example', 'shop.example', ['https://pages.example'], true],
    ['https://pages.example.evil', 'shop.example', ['https://pages.example'], false],
    ['null', 'shop.example', [], false],
    ['https://evil.example', undefined, [], false],
    ['https://evil.example', 'shop.example', ['*'], true],
  ])('of a page of %s at %s, with %j allowed: %s', (origin, host, allowed, expected) => {
    expect(isAllowedOrigin({ ...(origin === undefined ? {} : { origin }), ...(host === undefined ? {} : { host }) }, allowed)).toBe(
      expected,
    );
  });

  test('is rejected where too many are open, until one is closed', () => {
    const admission = new Admission({ sockets: 3, socketsPerAddress: 2 });
    const leave = admission.enter('a');
    admission.enter('a');

    expect(admission.rejection('a')?.status).toBe(429);
    expect(admission.rejection('b')).toBeNull();
    admission.enter('b');
    expect(admission.rejection('c')?.status).toBe(503);
    leave();
    expect(admission.rejection('a')).toBeNull();
  });
});

import { describe, expect, test } from '@jest/globals';
import { ProgressWatch } from '../progress-watch.ts';

describe('a watch over progress', () => {
  function atZero() {
    let ms = 0;
    const watch = new ProgressWatch(() => ms);
    const pass = (seconds: number) => {
      ms += seconds * 1000;
    };
    return { watch, pass, told: () => watch.unhealthyReason('the loop', 'nobody knows') };
  }

  test('does not report an idle loop, however long it is idle', () => {
    const { watch, pass, told } = atZero();
    watch.begin();
    watch.idle();

    pass(3600);

    expect(told()).toBeNull();
    expect(watch.waitingSeconds()).toBe(0);
  });

  test('reports after half a minute without progress for how long, and why', () => {
    const { watch, pass, told } = atZero();
    watch.failed('the broker is away');

    pass(29);
    expect(told()).toBeNull();
    pass(2);

    expect(told()).toBe('the loop has not come on for 31 s: the broker is away');
    expect(watch.waitingSeconds()).toBe(31);
  });

  test('counts from the last progress, and forgets what failed before it', () => {
    const { watch, pass, told } = atZero();
    watch.failed('the broker is away');
    pass(20);
    watch.progress();
    pass(20);
    watch.begin();
    expect(told()).toBeNull();

    pass(20);

    expect(told()).toBe('the loop has not come on for 40 s: nobody knows');
  });
});

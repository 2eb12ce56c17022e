import { expect, test } from '@jest/globals';
import { Suspensions } from '../http/suspensions.ts';

function start(firstMs: number) {
  const clock = { time: 0 };
  return { clock, suspensions: new Suspensions({ firstMs, now: () => clock.time }) };
}

test('each suspension of an address takes twice as long, up to 64 times; others are not touched', () => {
  const { clock, suspensions } = start(1000);
  const durations = Array.from({ length: 9 }, () => {
    suspensions.suspend('10.0.0.1');
    // what was sent before does not count again
    suspensions.suspend('10.0.0.1');
    const seconds = suspensions.secondsLeft('10.0.0.1');
    clock.time += seconds * 1000;
    return seconds;
  });

  expect(durations).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
  expect([suspensions.secondsLeft('10.0.0.1'), suspensions.secondsLeft('10.0.0.2')]).toEqual([0, 0]);
});

test('an address begins anew ten minutes after the end of its last', () => {
  const { clock, suspensions } = start(1000);
  suspensions.suspend('10.0.0.1');
  clock.time = 600_000;
  suspensions.suspend('10.0.0.1');
  expect(suspensions.secondsLeft('10.0.0.1')).toBe(2);

  clock.time += 2000 + 600_001;
  suspensions.suspend('10.0.0.1');

  expect(suspensions.secondsLeft('10.0.0.1')).toBe(1);
});

test('a suspension of 0 ms suspends no address', () => {
  const { suspensions } = start(0);
  suspensions.suspend('10.0.0.1');
  expect(suspensions.secondsLeft('10.0.0.1')).toBe(0);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { closedLoop, openLoop } from '../arrivals.ts';
import { Measurements } from '../measurements.ts';

describe('arrivals', () => {
  test('of a closed loop begin again when they are done, one visit of each at once, and end when told', async () => {
    const over = new AbortController();
    const under: Record<string, number> = { ada: 0, bob: 0 };
    const visits: string[] = [];
    await closedLoop(
      ['ada', 'bob'],
      async (name) => {
        under[name] = (under[name] ?? 0) + 1;
        expect(under[name]).toBe(1);
        await sleep(1);
        under[name] = 0;
        visits.push(name);
        if (visits.length === 10) over.abort();
      },
      over.signal,
    );

    expect(visits.length).toBeGreaterThanOrEqual(10);
    expect(new Set(visits)).toEqual(new Set(['ada', 'bob']));
    expect(under).toEqual({ ada: 0, bob: 0 });
  });

  test('of an open loop do not wait for those before them, and others come when all are visiting', async () => {
    const over = new AbortController();
    const done = Promise.withResolvers<void>();
    let came = 0;
    const visiting = openLoop(
      1000,
      ['ada'],
      async () => `stranger ${came}`,
      async () => {
        came += 1;
        if (came === 20) {
          over.abort();
          done.resolve();
        }
        await done.promise;
      },
      over.signal,
      new Measurements(),
    );
    await visiting;

    expect(came).toBeGreaterThanOrEqual(20);
  });
});

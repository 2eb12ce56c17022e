import { describe, expect, test } from '@jest/globals';
import { type BreakerState, createCircuitBreaker } from '../execution/circuit-breaker.ts';

function setUp() {
  const clock = { now: 0 };
  const changes: BreakerState[] = [];
  const breaker = createCircuitBreaker({ failures: 3, openMs: 1000, now: () => clock.now, onChange: (state) => changes.push(state) });
  const fail = (times: number) => {
    for (let count = 0; count < times; count += 1) {
      breaker.admit();
      breaker.failed();
    }
  };
  return { breaker, clock, changes, fail };
}

describe('the circuit breaker', () => {
  test('opens after so many failures in a row', () => {
    const { breaker, fail } = setUp();

    fail(2);
    expect(breaker.admit()).toBe(true);

    fail(1);
    expect(breaker.state()).toBe('open');
    expect(breaker.admit()).toBe(false);
  });

  test('forgets failures when one call succeeds', () => {
    const { breaker, fail } = setUp();

    fail(2);
    breaker.succeeded();
    fail(2);

    expect(breaker.state()).toBe('closed');
  });

  test('lets a single probe through when its time has passed', () => {
    const { breaker, clock, fail } = setUp();
    fail(3);

    clock.now = 1000;

    expect([breaker.admit(), breaker.admit(), breaker.admit()]).toEqual([true, false, false]);
    expect(breaker.state()).toBe('half-open');
  });

  test('closes when the probe succeeds, and opens again when it fails', () => {
    const { breaker, clock, changes, fail } = setUp();
    fail(3);

    clock.now = 1000;
    breaker.admit();
    breaker.failed();
    expect(breaker.admit()).toBe(false);

    clock.now = 2000;
    breaker.admit();
    breaker.succeeded();
    expect(breaker.admit()).toBe(true);
    expect(changes).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('sends another probe at once when the caller of the first one has left', () => {
    const { breaker, clock, fail } = setUp();
    fail(3);

    clock.now = 1000;
    breaker.admit();
    breaker.left();

    expect([breaker.admit(), breaker.admit()]).toEqual([true, false]);
  });

  test('stays open for its time when a caller leaves that was admitted before', () => {
    const { breaker, fail } = setUp();
    breaker.admit();
    fail(3);
    breaker.left();

    expect(breaker.admit()).toBe(false);
  });

  test('sends another probe when the outcome of the first is never recorded', () => {
    const { breaker, clock, fail } = setUp();
    fail(3);

    clock.now = 1000;
    breaker.admit();
    clock.now = 2000;

    expect(breaker.admit()).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { canStepDown, passwordFromAnywhere, passwordFromHere, pausesOf, tooManyAttempts, whyNotRefreshed } from '../rules.ts';

describe('the pauses between attempts', () => {
  it('come after the free ones, double, and stay at the longest', () => {
    expect(pausesOf({ free: 3, firstPauseSeconds: 1, longestPauseSeconds: 6, forgetAfterSeconds: 60 })).toEqual([0, 0, 1, 2, 4, 6]);
  });

  it('are never long for the owner of an account that the whole world tries', () => {
    expect(Math.max(...pausesOf(passwordFromAnywhere))).toBe(5);
    expect(pausesOf(passwordFromAnywhere)).toHaveLength(103);
    expect(pausesOf(passwordFromHere).slice(8)).toEqual([0, 1, 2, 4, 8, 16, 32, 60]);
  });

  it('are told in words', () => {
    expect([1, 2].map((seconds) => tooManyAttempts(seconds).message)).toEqual([
      'Too many attempts. Try again in 1 second.',
      'Too many attempts. Try again in 2 seconds.',
    ]);
  });
});

describe('a refresh token that gave nothing', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const later = new Date('2026-12-22T12:00:00Z');

  it('was never ours, or is over', () => {
    expect(whyNotRefreshed(null, now)).toBe('unknown');
    expect(whyNotRefreshed({ usedAt: null, expiresAt: now }, now)).toBe('unknown');
  });

  it('was used before: a thief, or the victim', () => {
    expect(whyNotRefreshed({ usedAt: now, expiresAt: later }, now)).toBe('reused');
  });

  it('was good when the request came: two tabs', () => {
    expect(whyNotRefreshed({ usedAt: null, expiresAt: later }, now)).toBe('at-once');
  });
});

describe('an admin', () => {
  it('may step down when another stays', () => {
    expect(canStepDown('a', ['a', 'b'])).toBe(true);
    expect(canStepDown('a', ['a'])).toBe(false);
    expect(canStepDown('a', [])).toBe(false);
  });
});

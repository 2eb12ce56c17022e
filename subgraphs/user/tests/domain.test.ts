import { describe, expect, it } from '@jest/globals';
import { canStepDown, classifyReuse, passwordFromAnywhere, passwordFromHere, pausesOf } from '../domain.ts';
import { tooManyAttempts } from '../errors.ts';

describe('the pauses between attempts', () => {
  it('come after the free ones, double, and stay at the longest', () => {
    expect(pausesOf({ free: 3, firstPauseSeconds: 1, longestPauseSeconds: 6, forgetAfterSeconds: 60 })).toEqual([0, 0, 1, 2, 4, 6]);
  });

  it('grow for one caller, who counts a fifth of what makes the whole world wait', () => {
    const limits = { maxFailures: 100, pauseSeconds: 900 };

    expect(pausesOf(passwordFromHere(limits)).slice(8)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    expect(pausesOf(passwordFromHere(limits))).toHaveLength(20);
    expect(pausesOf(passwordFromAnywhere(limits))).toEqual([...Array.from({ length: 99 }, () => 0), 900]);
  });

  it('have a message', () => {
    expect([1, 2].map((seconds) => tooManyAttempts(seconds).message)).toEqual([
      'Too many attempts. Try again in 1 second.',
      'Too many attempts. Try again in 2 seconds.',
    ]);
  });
});

describe('a refresh token that was used', () => {
  const usedAt = new Date('2026-11-22T12:00:00Z');
  const later = (ms: number) => new Date(usedAt.getTime() + ms);

  it('is its owner’s second request for 30 s: another tab, or a lost answer', () => {
    expect(classifyReuse({ usedAt, successorUsed: false }, usedAt)).toBe('again');
    expect(classifyReuse({ usedAt, successorUsed: false }, later(29_999))).toBe('again');
  });

  it('gets nothing and ends nothing when its owner has gone on', () => {
    expect(classifyReuse({ usedAt, successorUsed: true }, later(29_999))).toBe('superseded');
  });

  it('is a thief, or the victim, after that', () => {
    expect(classifyReuse({ usedAt, successorUsed: false }, later(30_000))).toBe('stolen');
    expect(classifyReuse({ usedAt, successorUsed: true }, later(30_000))).toBe('stolen');
  });
});

describe('an admin', () => {
  it('may step down when another stays', () => {
    expect(canStepDown('a', ['a', 'b'])).toBe(true);
    expect(canStepDown('a', ['a'])).toBe(false);
    expect(canStepDown('a', [])).toBe(false);
  });
});

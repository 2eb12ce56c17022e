import { describe, expect, test } from '@jest/globals';
import { createLogger } from '#platform/logger.ts';
import { EndedSessions, type EndedSessionsOptions } from '../pipeline/authenticate/ended-sessions.ts';

const logger = createLogger('test', 'silent');
let now = 1_000_000;
const inMs = (ms: number) => new Date(now + ms);
const open = (fetchEnded: EndedSessionsOptions['fetchEnded'] = null) => new EndedSessions({ fetchEnded, logger, now: () => now });

describe('the sessions that ended', () => {
  test('are known, each reported once to its listeners', () => {
    const ended = open();
    const told: string[] = [];
    ended.watch('a', () => told.push('first'));
    ended.watch('a', () => told.push('second'))();
    ended.watch('b', () => told.push('other'));

    ended.end(['a'], inMs(1000));
    ended.end(['a'], inMs(2000));
    ended.watch('a', () => told.push('late'));

    expect([ended.has('a'), ended.has('b')]).toEqual([true, false]);
    expect(told).toEqual(['first', 'late']);
  });

  test('are fetched, and stay as they were when that fails', async () => {
    let answer = async () => [{ sessionId: 'a', until: inMs(1000) }];
    const ended = open(() => answer());
    await ended.reload();
    answer = async () => Promise.reject(new Error('away'));
    await ended.reload();

    expect(ended.has('a')).toBe(true);
  });

  test('are forgotten when no token of theirs can be good any more', () => {
    const ended = open();
    ended.end(
      Array.from({ length: 999 }, (_, at) => `old-${at}`),
      inMs(1000),
    );
    ended.end(['over already'], inMs(-1));
    now += 1000;
    ended.end(['new', 'newer'], inMs(1000));

    expect([ended.size(), ended.has('new'), ended.has('newer')]).toEqual([2, true, true]);
  });
});

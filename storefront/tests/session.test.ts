import { beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { createSessions, type GrantedSession, lifetimeOf, type Renewal } from '../graph/session.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (lifetimeS: number, name = 'a') => `${part({ alg: 'RS256' })}.${part({ iat: 1000, exp: 1000 + lifetimeS, name })}.x`;
const granted = (name: string, lifetimeS = 900): GrantedSession => ({
  accessToken: token(lifetimeS, name),
  refreshToken: `refresh-${name}`,
  user: { id: 'u1', username: 'lan', role: 'CUSTOMER' },
});

let kept: Map<string, string>;
let nowMs: number;
let asked: string[];
let answer: () => Promise<Renewal>;
let lock: Promise<unknown>;

beforeEach(() => {
  kept = new Map();
  nowMs = 1_000_000;
  asked = [];
  answer = async () => granted('b');
  lock = Promise.resolve();
});

/** A tab of the browser; all tabs share storage and lock. */
function openTab() {
  return createSessions({
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    alone(work) {
      const mine = lock.then(work);
      lock = mine.catch(() => undefined);
      return mine;
    },
    refresh: (refreshToken) => {
      asked.push(refreshToken);
      return answer();
    },
    now: () => nowMs,
  });
}

describe('a session', () => {
  test('is there in the next visit', () => {
    openTab().begin(granted('a'));

    expect(openTab().current()).toMatchObject({ refreshToken: 'refresh-a', user: { username: 'lan' } });
  });

  test('that another tab began and ended did not end as the one before it', () => {
    const tab = openTab();
    tab.begin(granted('a'));
    tab.end('expired');
    const other = openTab();
    other.begin(granted('b'));
    tab.reload();
    expect(tab.endedBecause()).toBeNull();

    other.end('left');
    tab.reload();
    expect([tab.current(), tab.endedBecause()]).toEqual([null, null]);
  });

  test('is none when the stored one was tampered with', () => {
    kept.set('marigold.session', '{"accessToken": 5}');

    expect(openTab().current()).toBeNull();
  });

  test('is renewed half a minute before its token ends, regardless of the clock', async () => {
    const tab = openTab();
    tab.begin(granted('a', 900));

    nowMs += 869_000;
    await tab.freshToken();
    expect(asked).toEqual([]);

    nowMs += 2000;
    expect(await tab.freshToken()).toBe(granted('b').accessToken);
    expect(asked).toEqual(['refresh-a']);
  });

  test('is renewed once by two tabs at the same moment', async () => {
    const one = openTab();
    one.begin(granted('a', 60));
    const other = openTab();
    nowMs += 60_000;

    const tokens = await Promise.all([one.freshToken(), other.freshToken()]);

    expect(asked).toEqual(['refresh-a']);
    expect(new Set(tokens).size).toBe(1);
  });

  test('ends, with a message, when the shop no longer accepts its refresh token', async () => {
    const tab = openTab();
    tab.begin(granted('a'));
    answer = async () => 'gone';

    await tab.renew();

    expect([tab.current(), tab.endedBecause(), kept.size]).toEqual([null, 'expired', 0]);
  });

  test('goes on when the shop could not be asked', async () => {
    const tab = openTab();
    tab.begin(granted('a'));
    answer = async () => Promise.reject(new Error('offline'));

    await expect(tab.renew()).rejects.toThrow('offline');

    expect(tab.current()?.refreshToken).toBe('refresh-a');
  });

  test('asks again at once when the answer was lost', async () => {
    const tab = openTab();
    tab.begin(granted('a'));
    answer = () => (asked.length === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(granted('b')));

    await tab.renew();

    expect(asked).toEqual(['refresh-a', 'refresh-a']);
    expect(tab.current()?.refreshToken).toBe('refresh-b');
  });

  test('ends in every tab after a log-out in one', () => {
    const one = openTab();
    one.begin(granted('a'));
    const other = openTab();

    one.end('left');
    other.reload();

    expect(other.current()).toBeNull();
  });

  test('stays ended after a log-out during its renewal', async () => {
    const renewed = Promise.withResolvers<Renewal>();
    const tab = openTab();
    tab.begin(granted('a'));
    answer = () => renewed.promise;
    const renewing = tab.renew();
    await waitFor('the shop to be asked', () => asked.length === 1);
    tab.end('left');
    renewed.resolve(granted('b'));
    await renewing;

    expect([tab.current(), tab.endedBecause(), openTab().current()]).toEqual([null, 'left', null]);
  });

  test('notifies its listeners', () => {
    const tab = openTab();
    const seen: (string | undefined)[] = [];
    const stop = tab.subscribe(() => seen.push(tab.current()?.user.id));

    tab.begin(granted('a'));
    tab.end('left');
    stop();
    tab.begin(granted('a'));

    expect(seen).toEqual(['u1', undefined]);
  });
});

test.each(['', 'x', 'a.b.c', `x.${part({ iat: 5 })}.y`, `x.${part({ iat: 9, exp: 5 })}.y`])('%j is a token without a life', (text) => {
  expect(lifetimeOf(text)).toBe(0);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { countAttempt } from '../attempts.ts';
import { logIn } from '../commands/log-in.ts';
import { requestPasswordReset } from '../commands/request-password-reset.ts';
import { resetPassword } from '../commands/reset-password.ts';
import { sweepExpired } from '../sweep.ts';
import { from, mailedToken, openTestUser, password, registerSomebody, said } from './fixture.ts';

let user: Awaited<ReturnType<typeof openTestUser>>;
beforeAll(async () => {
  // hundreds of passwords are compared: what they cost is not asked here
  user = await openTestUser({
    hashing: { assertRoom: () => {}, hash: async (given) => given, verify: async (given, stored) => given === stored },
  });
});
afterAll(() => user?.close());

const outcome = async (login: string, place: string, given = 'not this one') => {
  const result = await logIn(user.deps, from(place), { login, password: given });
  if ('session' in result) return 'in';
  return result.__typename === 'TooManyAttempts' ? result.retryAfterSeconds : result.__typename;
};
/** Ten from each of ten places. */
const guessFromEverywhere = async (login: string) => {
  const places = Array.from({ length: 10 }, (_, n) => `place-${n}`);
  for (const place of places) await Promise.all(Array.from({ length: 10 }, () => outcome(login, place)));
};
const mails = async (id: string) => (await said(user.database)).filter(({ key, type }) => key === id && type === 'user.log-in-paused');

describe('a password that was written wrong a hundred times', () => {
  it('pauses new networks, and mails its owner once', async () => {
    const { id } = await registerSomebody(user.deps, 'guessed');
    await guessFromEverywhere('guessed');
    const paused = [await outcome('guessed', 'new place', password), await outcome('guessed', 'place-1', password)];
    user.passSeconds(900);
    const afterwards = [await outcome('guessed', 'place-11'), await outcome('guessed', 'place-12')];

    expect(paused).toEqual([900, 1]);
    expect(afterwards).toEqual(['WrongCredentials', 900]);
    expect(await mails(id)).toMatchObject([{ data: { email: 'guessed@example.com', failures: 100, pauseSeconds: 900 } }]);
  });

  it('admits its owner from known networks, and from all with a new one', async () => {
    const { id } = await registerSomebody(user.deps, 'at.home');
    await outcome('at.home', 'home', password);
    await guessFromEverywhere('at.home');
    const [home, elsewhere] = [await outcome('at.home', 'home', password), await outcome('at.home', 'elsewhere', 'wrong')];
    await guessFromEverywhere('at.home');
    await requestPasswordReset(user.deps, guest, { email: 'at.home@example.com' });
    await resetPassword(user.deps, guest, { token: await mailedToken(user, id), newPassword: 'quite another password' });

    expect([home, elsewhere]).toEqual(['in', 'WrongCredentials']);
    expect(await outcome('at.home', 'place-1', 'quite another password')).toBe('in');
  });

  it('cannot be brought about by one caller, who waits ever longer', async () => {
    const { id } = await registerSomebody(user.deps, 'one.caller');
    const waits: (number | string)[] = [];
    for (let count = 0; count < 200; count += 1) {
      const answer = await outcome('one.caller', 'here');
      if (typeof answer === 'number') user.passSeconds(answer);
      else waits.push(answer);
    }

    expect(waits.length).toBeLessThanOrEqual(120);
    expect(await outcome('one.caller', 'elsewhere', password)).toBe('in');
    expect(await mails(id)).toEqual([]);
  });

  it('is counted in the same way for an unknown login, and no mail is sent', async () => {
    const before = (await said(user.database)).length;
    await guessFromEverywhere('no.such.person');

    expect(await outcome('no.such.person', 'new place')).toBe(900);
    expect((await said(user.database)).length).toBe(before);
  });

  it('forgets a place that its owner left a month ago', async () => {
    const { id } = await registerSomebody(user.deps, 'moved');
    await outcome('moved', 'home', password);
    user.passSeconds(30 * 86_400);
    await sweepExpired(user.database, user.now());

    expect((await user.database.query('SELECT FROM known_places WHERE account_id = $1', [id])).count).toBe(0);
  });
});

describe('of two attempts at once', () => {
  it('the second is not too early because its clock was read first', async () => {
    const tried = { key: 'two at once', limit: { free: 3, firstPauseSeconds: 1, longestPauseSeconds: 1, forgetAfterSeconds: 60 } };
    const first = await countAttempt(user.database, tried, user.now());
    const second = await countAttempt(user.database, tried, new Date(user.now().getTime() - 5));

    expect([first, second]).toEqual([null, null]);
  });
});

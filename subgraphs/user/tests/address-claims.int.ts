import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Passwords } from '../passwords.ts';
import { createUserService } from '../service.ts';
import { linkOf, mailedToken, openTestUser, password, registerSomebody, said } from './test-user.ts';

let user: Awaited<ReturnType<typeof openTestUser>>;
beforeAll(async () => {
  user = await openTestUser();
});
afterAll(() => user?.close());

const typeOf = (result: object) => ('__typename' in result ? result.__typename : null);
const register = async (email: string) => {
  const result = await user.service.register({ email, username: `u-${randomUUID().slice(0, 8)}`, password });
  if (!('session' in result)) throw new Error(result.message);
  return result.session;
};
const mailOf = async (id: string) => (await said(user.database)).findLast(({ key }) => key === id)?.data?.['addressMail'];
const logIn = async (login: string) => {
  const result = await user.service.logIn({ login, password }, randomUUID());
  return 'session' in result ? result.session.user.id : typeOf(result);
};

/** What a client is told, without what is never the same. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? 'text' : value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
};

describe('an address that somebody has an account with', () => {
  it('is registered with the same answer as another, and its owner is told by mail', async () => {
    await registerSomebody(user.service, 'owner');
    const known = await register('OWNER@example.com');
    const unknown = await register('somebody.new@example.com');

    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect([await mailOf(known.user.id), await mailOf(unknown.user.id)]).toEqual(['in-use', 'link']);
  });

  it('stays theirs: nobody else can log in with it, confirm it or set a password by it', async () => {
    const owner = await registerSomebody(user.service, 'keeps');
    const { user: second } = await register('keeps@example.com');
    await user.service.requestPasswordReset({ email: 'keeps@example.com' });

    expect(await logIn('keeps@example.com')).toBe(owner.id);
    expect(typeOf(await user.service.confirmEmail({ token: linkOf(second.id, 'keeps@example.com') }))).toBe('InvalidToken');
    expect((await said(user.database)).at(-1)).toMatchObject({ type: 'user.password-reset-issued', key: owner.id });
  });

  it('can be named as a new address with the same answer as another', async () => {
    await registerSomebody(user.service, 'famous');
    const { identity, id } = await registerSomebody(user.service, 'curious');
    const change = (email: string) => user.service.changeEmail(identity, { email, password }, 'x');

    const known = await change('famous@example.com');
    const mails = [await mailOf(id)];
    const unknown = await change('not.famous@example.com');
    mails.push(await mailOf(id));

    expect(shapeOf({ ...known, user: { ...Object(known).user, version: 0 } })).toEqual(
      shapeOf({ ...unknown, user: { ...Object(unknown).user, version: 0 } }),
    );
    expect(mails).toEqual(['in-use', 'link']);
  });
});

describe('an address that is claimed', () => {
  it('is one to log in with when it is confirmed, which can be done twice', async () => {
    const { user: account } = await register('claimed@example.com');
    const before = [await logIn('claimed@example.com'), await logIn(account.username)];
    const token = linkOf(account.id, 'Claimed@example.com');
    const confirmed = [await user.service.confirmEmail({ token }), await user.service.confirmEmail({ token })];

    expect(before).toEqual(['WrongCredentials', account.id]);
    expect(confirmed).toEqual([{ confirmed: true }, { confirmed: true }]);
    expect(await logIn('claimed@example.com')).toBe(account.id);
  });

  it('belongs to one of several who confirm it at once', async () => {
    const sessions = [await register('wanted@example.com'), await register('wanted@example.com')];
    const results = await Promise.all(
      sessions.map(({ user: { id } }) => user.service.confirmEmail({ token: linkOf(id, 'wanted@example.com') })),
    );

    expect(results.map(typeOf).sort()).toEqual(['InvalidToken', null]);
  });

  it('is confirmed by a link to set a password, too, which went there', async () => {
    const { user: account } = await register('forgot@example.com');
    await user.service.requestPasswordReset({ email: 'forgot@example.com' });
    const token = await mailedToken(user, account.id);

    expect(await user.service.resetPassword({ token, newPassword: password })).toMatchObject({ user: { emailConfirmed: true } });
    expect(await logIn('forgot@example.com')).toBe(account.id);
  });

  it('gets three mails, and then silently none for a while', async () => {
    const sessions = [];
    for (let count = 0; count < 4; count += 1) sessions.push(await register('bombed@example.com'));

    expect(await Promise.all(sessions.map(({ user: { id } }) => mailOf(id)))).toEqual(['link', 'link', 'link', 'none']);
  });
});

describe('how long an answer takes', () => {
  const samples = 100;
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

  /** Medians of two things done in turn, so that whatever else the machine does slows both. */
  async function ratioOf(known: (index: number) => Promise<unknown>, unknown: (index: number) => Promise<unknown>): Promise<number> {
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
    const timed = async (into: number[], work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      into.push(performance.now() - start);
    };
    for (let index = 0; index < samples; index += 1) {
      await timed(times.known, () => known(index));
      await timed(times.unknown, () => unknown(index));
    }
    return median(times.known) / median(times.unknown);
  }

  it('says nothing of who has an account, though the hash is left out that would cover everything', async () => {
    await user.database.query(
      `INSERT INTO accounts (id, email, email_confirmed_at, username, password_hash, role)
       SELECT gen_random_uuid(), 'known-' || n || '@example.com', now(), 'known-' || n, 'none', 'CUSTOMER' FROM generate_series(0, $1) AS n`,
      [samples],
    );
    const passwords: Passwords = { assertRoom: () => {}, hash: async () => 'none', verify: async () => false };
    const service = createUserService({
      ...user,
      passwords,
      failureLimits: { maxFailures: 100, pauseSeconds: 900 },
      readEmailLink: () => null,
      clock: () => new Date(),
      onCommitted: () => {},
    });
    const registering = (who: string) => (index: number) =>
      service.register({ email: `${who}-${index}@example.com`, username: `${who.slice(0, 2)}-new-${index}`, password });
    const resetting = (who: string) => (index: number) => service.requestPasswordReset({ email: `${who}-${index}@example.com` });
    const loggingIn = (who: string) => (index: number) => service.logIn({ login: `${who}-${index}@example.com`, password }, 'here');

    for (const work of [registering, resetting, loggingIn]) {
      const ratio = await ratioOf(work('known'), work('unknown'));
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  }, 60_000);
});

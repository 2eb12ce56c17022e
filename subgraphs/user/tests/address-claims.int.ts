import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { changeEmail } from '../commands/change-email.ts';
import { confirmEmail } from '../commands/confirm-email.ts';
import { logIn } from '../commands/log-in.ts';
import { register } from '../commands/register.ts';
import { requestPasswordReset } from '../commands/request-password-reset.ts';
import { resetPassword } from '../commands/reset-password.ts';
import type { UserDependencies } from '../dependencies.ts';
import type { Passwords } from '../passwords.ts';
import { from, linkOf, mailedToken, openTestUser, password, registerSomebody, said } from './fixture.ts';

let user: Awaited<ReturnType<typeof openTestUser>>;
beforeAll(async () => {
  user = await openTestUser();
});
afterAll(() => user?.close());

const typeOf = (result: object) => ('__typename' in result ? result.__typename : null);
const registerWith = async (email: string) => {
  const result = await register(user.deps, from(), { email, username: `u-${randomUUID().slice(0, 8)}`, password });
  if (!('session' in result)) throw new Error(result.message);
  return result.session;
};
const mailOf = async (id: string) => (await said(user.database)).findLast(({ key }) => key === id)?.data?.['addressMail'];
const idAfterLogIn = async (login: string) => {
  const result = await logIn(user.deps, from(randomUUID()), { login, password });
  return 'session' in result ? result.session.user.id : typeOf(result);
};

/** The answer to a client, without its random parts. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? 'text' : value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
};

describe('an address of an existing account', () => {
  it('is registered with the same answer as another, and its owner gets a mail', async () => {
    await registerSomebody(user.deps, 'owner');
    const known = await registerWith('OWNER@example.com');
    const unknown = await registerWith('somebody.new@example.com');

    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect([await mailOf(known.user.id), await mailOf(unknown.user.id)]).toEqual(['in-use', 'link']);
  });

  it('stays theirs: no other user can log in with it, confirm it or set a password by it', async () => {
    const owner = await registerSomebody(user.deps, 'keeps');
    const { user: second } = await registerWith('keeps@example.com');
    await requestPasswordReset(user.deps, guest, { email: 'keeps@example.com' });

    expect(await idAfterLogIn('keeps@example.com')).toBe(owner.id);
    expect(typeOf(await confirmEmail(user.deps, guest, { token: linkOf(second.id, 'keeps@example.com') }))).toBe('InvalidToken');
    expect((await said(user.database)).at(-1)).toMatchObject({ type: 'user.password-reset-issued', key: owner.id });
  });

  it('can be named as a new address with the same answer as another', async () => {
    await registerSomebody(user.deps, 'famous');
    const { identity, id } = await registerSomebody(user.deps, 'curious');
    const change = (email: string) => changeEmail(user.deps, { identity, clientAddress: 'x' }, { email, password });

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
    const { user: account } = await registerWith('claimed@example.com');
    const before = [await idAfterLogIn('claimed@example.com'), await idAfterLogIn(account.username)];
    const token = linkOf(account.id, 'Claimed@example.com');
    const confirmed = [await confirmEmail(user.deps, guest, { token }), await confirmEmail(user.deps, guest, { token })];

    expect(before).toEqual(['WrongCredentials', account.id]);
    expect(confirmed).toEqual([{ confirmed: true }, { confirmed: true }]);
    expect(await idAfterLogIn('claimed@example.com')).toBe(account.id);
  });

  it('belongs to one of several who confirm it at once', async () => {
    const sessions = [await registerWith('wanted@example.com'), await registerWith('wanted@example.com')];
    const results = await Promise.all(
      sessions.map(({ user: { id } }) => confirmEmail(user.deps, guest, { token: linkOf(id, 'wanted@example.com') })),
    );

    expect(results.map(typeOf).sort()).toEqual(['InvalidToken', null]);
  });

  it('is confirmed by a link to set a password, too, which went there', async () => {
    const { user: account } = await registerWith('forgot@example.com');
    await requestPasswordReset(user.deps, guest, { email: 'forgot@example.com' });
    const token = await mailedToken(user, account.id);

    expect(await resetPassword(user.deps, guest, { token, newPassword: password })).toMatchObject({ user: { emailConfirmed: true } });
    expect(await idAfterLogIn('forgot@example.com')).toBe(account.id);
  });

  it('gets three mails, and then silently none for a while', async () => {
    const sessions = [];
    for (let count = 0; count < 4; count += 1) sessions.push(await registerWith('bombed@example.com'));

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

  it('does not disclose who has an account, though the hash that would hide the timing is skipped', async () => {
    await user.database.query(
      `INSERT INTO accounts (id, email, email_confirmed_at, username, password_hash, role)
       SELECT gen_random_uuid(), 'known-' || n || '@example.com', now(), 'known-' || n, 'none', 'CUSTOMER' FROM generate_series(0, $1) AS n`,
      [samples],
    );
    const passwords: Passwords = { assertRoom: () => {}, hash: async () => 'none', verify: async () => false };
    const deps: UserDependencies = {
      ...user.deps,
      passwords,
      readEmailLink: () => null,
      now: () => new Date(),
    };
    const registering = (who: string) => (index: number) =>
      register(deps, from(), { email: `${who}-${index}@example.com`, username: `${who.slice(0, 2)}-new-${index}`, password });
    const resetting = (who: string) => (index: number) => requestPasswordReset(deps, guest, { email: `${who}-${index}@example.com` });
    const loggingIn = (who: string) => (index: number) => logIn(deps, from('here'), { login: `${who}-${index}@example.com`, password });

    for (const work of [registering, resetting, loggingIn]) {
      const ratio = await ratioOf(work('known'), work('unknown'));
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  }, 60_000);
});

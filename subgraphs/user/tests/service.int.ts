import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guest, type Identity } from '#platform/auth.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { changeEmail } from '../commands/change-email.ts';
import { changePassword } from '../commands/change-password.ts';
import { confirmEmail } from '../commands/confirm-email.ts';
import { deleteAccount } from '../commands/delete-account.ts';
import { logIn } from '../commands/log-in.ts';
import { logOut } from '../commands/log-out.ts';
import { refreshSession } from '../commands/refresh-session.ts';
import { register } from '../commands/register.ts';
import { removeAddress } from '../commands/remove-address.ts';
import { requestPasswordReset } from '../commands/request-password-reset.ts';
import { resetPassword } from '../commands/reset-password.ts';
import { saveAddress } from '../commands/save-address.ts';
import { setUserRole } from '../commands/set-user-role.ts';
import { ensureFirstAdmin } from '../first-admin.ts';
import { findAddresses, findVisibleAccounts, getEndedSessions } from '../queries.ts';
import { sweepExpired } from '../sweep.ts';
import { tokenHash } from '../tokens.ts';
import { admin, customer, from, linkOf, mailedToken, makeAdmin, openTestUser, password, registerSomebody, said } from './fixture.ts';

let user: Awaited<ReturnType<typeof openTestUser>>;
beforeAll(async () => {
  user = await openTestUser();
});
afterAll(() => user?.close());

const typeOf = (result: object) => ('__typename' in result ? result.__typename : null);
const sessionOf = (result: object) => {
  if (!('session' in result)) throw new Error(JSON.stringify(result));
  return result.session as { refreshToken: string; accessToken: string };
};

describe('migrations', () => {
  it('leave no drift from the entities', async () => {
    expect(await user.database.orm.schema.getUpdateSchemaSQL()).toBe('');
  });
});

describe('register', () => {
  it('opens an account, logs in, and publishes it', async () => {
    const { session, id } = await registerSomebody(user.deps, 'Ana.Nguyen');

    expect(session.user).toMatchObject({ email: 'Ana.Nguyen@example.com', username: 'Ana.Nguyen', role: 'CUSTOMER', version: 1 });
    expect(new Date(session.user.createdAt).toISOString()).toBe(session.user.createdAt);
    const state = { userId: id, version: 1, email: 'Ana.Nguyen@example.com', username: 'Ana.Nguyen' };
    expect((await said(user.database)).filter((message) => message.key === id)).toEqual([
      { type: 'user.registered', key: id, data: { ...state, addressMail: 'link' } },
    ]);
  });

  it('rejects a username that is taken, ignoring case', async () => {
    await registerSomebody(user.deps, 'binh');

    expect(typeOf(await register(user.deps, from(), { email: 'binh3@example.com', username: 'BinH', password }))).toBe('UsernameTaken');
  });

  it('makes one account of two requests at once', async () => {
    const results = await Promise.all(
      [1, 2].map(() => register(user.deps, from(), { email: 'chi@example.com', username: 'chi', password })),
    );

    expect(results.map(typeOf).sort()).toEqual(['UsernameTaken', null]);
  });

  it('names every field that is wrong', async () => {
    const result = await register(user.deps, from(), { email: 'no address', username: 'a@b', password: 'short' });

    expect(result).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual(['email', 'username', 'password']);
  });
});

describe('a new password', () => {
  it('is none of those that many people have, wherever it is set', async () => {
    const { id, identity } = await registerSomebody(user.deps, 'common.one');
    await requestPasswordReset(user.deps, guest, { email: 'common.one@example.com' });
    const token = await mailedToken(user, id);
    const newPassword = 'Password2026!';
    const results = [
      await register(user.deps, from(), { email: 'common.two@example.com', username: 'common.two', password: newPassword }),
      await changePassword(user.deps, { identity, clientAddress: 'x' }, { currentPassword: password, newPassword }),
      await resetPassword(user.deps, guest, { token, newPassword }),
    ];

    expect(results.map((result) => ('problems' in result ? result.problems.map(({ field }) => field) : result))).toEqual([
      ['password'],
      ['newPassword'],
      ['newPassword'],
    ]);
  });
});

describe('log in', () => {
  it('takes the address or the username, whatever the case', async () => {
    const { id } = await registerSomebody(user.deps, 'dung');

    const results = await Promise.all(['DUNG@example.com', ' Dung '].map((login) => logIn(user.deps, from(), { login, password })));

    expect(results.map((result) => ('session' in result ? result.session.user.id : result))).toEqual([id, id]);
  });

  it('answers a wrong password and an unknown login alike', async () => {
    await registerSomebody(user.deps, 'em.em');

    const wrong = await logIn(user.deps, from(), { login: 'em.em', password: 'not this one' });
    const unknown = await logIn(user.deps, from(), { login: 'nobody', password: 'not this one' });

    expect(wrong).toEqual(unknown);
    expect(typeOf(wrong)).toBe('WrongCredentials');
  });

  it('does the same work for an unknown login', async () => {
    const own = await openTestUser();
    try {
      await registerSomebody(own.deps, 'known');
      own.checked.length = 0;

      await logIn(own.deps, from(), { login: 'known', password: 'guess' });
      await logIn(own.deps, from(), { login: 'unknown', password: 'guess' });

      expect(own.checked).toEqual(['guess', 'guess']);
    } finally {
      await own.close();
    }
  });

  it('slows a guesser down, counts guesses made at once, and never the owner at another address', async () => {
    await registerSomebody(user.deps, 'giang');
    const guess = (n: number) => logIn(user.deps, from('here'), { login: 'giang', password: `guess ${n}` });

    const guesses = await Promise.all(Array.from({ length: 14 }, (_, n) => guess(n)));
    const owner = await logIn(user.deps, from('at home'), { login: 'giang', password });
    const tooEarly = await logIn(user.deps, from('here'), { login: 'GIANG', password });
    user.passSeconds(2);
    const withTimeout = await logIn(user.deps, from('here'), { login: 'giang', password });

    expect(guesses.filter((result) => typeOf(result) === 'TooManyAttempts')).toHaveLength(4);
    expect(typeOf(owner)).toBeNull();
    expect(tooEarly).toMatchObject({ __typename: 'TooManyAttempts', retryAfterSeconds: 1 });
    expect(typeOf(withTimeout)).toBeNull();
  });

  it('counts attempts at an unknown login in the same way', async () => {
    const results = [];
    for (let n = 0; n < 11; n += 1) results.push(await logIn(user.deps, from('here'), { login: 'no.such.person', password: 'guess' }));

    expect(results.map(typeOf).at(-1)).toBe('TooManyAttempts');
  });

  it('opens no session with a password that changed while it was checked', async () => {
    const { id } = await registerSomebody(user.deps, 'hanh');
    const other = await user.passwords.hash('another password');

    const [result] = await Promise.all([
      logIn(user.deps, from(), { login: 'hanh', password }),
      user.database.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [id, other]),
    ]);

    expect(typeOf(result)).toBe('WrongCredentials');
  });
});

describe('more passwords than can be hashed in time', () => {
  it('are not counted as attempts, and cost the database nothing', async () => {
    const own = await openTestUser({ queue: { concurrent: 1, waiting: 0, waitMs: 1000 } });
    try {
      const busy = own.passwords.hash('of somebody else');
      const shed = { code: 'UNAVAILABLE', retryAfterSeconds: 2 };

      await expect(logIn(own.deps, from('here'), { login: 'nobody', password: 'guess' })).rejects.toMatchObject(shed);
      await expect(register(own.deps, from(), { email: 'new@example.com', username: 'new', password })).rejects.toMatchObject(shed);
      expect((await own.database.query('SELECT FROM attempts')).count).toBe(0);
      await busy;
    } finally {
      await own.close();
    }
  });
});

describe('a session', () => {
  it('is traded for the next with a token that works once', async () => {
    const { session } = await registerSomebody(user.deps, 'khanh');

    const next = sessionOf(await refreshSession(user.deps, guest, session));

    expect(next.refreshToken).not.toBe(session.refreshToken);
    expect(typeOf(await refreshSession(user.deps, guest, next))).toBeNull();
  });

  it('ends for all its clients when a token is used again thirty seconds after its use', async () => {
    const { session } = await registerSomebody(user.deps, 'lan');
    const next = sessionOf(await refreshSession(user.deps, guest, session));

    user.passSeconds(30);
    const reused = await refreshSession(user.deps, guest, session);
    const afterwards = await refreshSession(user.deps, guest, next);

    expect([typeOf(reused), typeOf(afterwards)]).toEqual(['InvalidToken', 'InvalidToken']);
  });

  it('gives the same successor again to whose answer was lost, without a second rotation', async () => {
    const { session } = await registerSomebody(user.deps, 'loan');
    const lost = sessionOf(await refreshSession(user.deps, guest, session));

    user.passSeconds(29);
    const again = sessionOf(await refreshSession(user.deps, guest, session));
    const tokens = await user.database.query(
      'SELECT FROM refresh_tokens WHERE session_id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)',
      [tokenHash(session.refreshToken)],
    );
    const next = sessionOf(await refreshSession(user.deps, guest, again));

    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(tokens.count).toBe(2);
    expect(next.refreshToken).not.toBe(again.refreshToken);
  });

  it('gives nothing for a token whose successor was used, and goes on', async () => {
    const { session } = await registerSomebody(user.deps, 'luan');
    const second = sessionOf(await refreshSession(user.deps, guest, session));
    const third = sessionOf(await refreshSession(user.deps, guest, second));

    const late = await refreshSession(user.deps, guest, session);

    expect(typeOf(late)).toBe('InvalidToken');
    expect(typeOf(await refreshSession(user.deps, guest, third))).toBeNull();
  });

  it('keeps nothing from which the successor could be derived after that time', async () => {
    const { session } = await registerSomebody(user.deps, 'linh');
    await refreshSession(user.deps, guest, session);
    const keys = async () => {
      await sweepExpired(user.database, user.now());
      return (
        await user.database.query('SELECT FROM refresh_tokens WHERE hash = $1 AND successor_key IS NOT NULL', [
          tokenHash(session.refreshToken),
        ])
      ).count;
    };

    const atOnce = await keys();
    user.passSeconds(30);

    expect([atOnce, await keys()]).toEqual([1, 0]);
  });

  it('gives several requests of the same moment the same next token, and goes on', async () => {
    const { session, id } = await registerSomebody(user.deps, 'mai');
    // all of them arrive while the session is locked, so that none has started after another's answer
    const { requests } = await user.database.transaction(async (sql) => {
      await sql.query('SELECT FROM sessions WHERE account_id = $1 FOR UPDATE', [id]);
      const started = Array.from({ length: 4 }, () => refreshSession(user.deps, guest, session));
      await waitForLocks(4);
      return { requests: started };
    });
    const answers = (await Promise.all(requests)).map(sessionOf);
    const one = answers[0] ?? session;

    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(typeOf(await refreshSession(user.deps, guest, one))).toBeNull();
  });

  it('ends thirty days after its last refresh, and the sweep removes it', async () => {
    const own = await openTestUser();
    try {
      const { session } = await registerSomebody(own.deps, 'nam');
      const sessions = async () => {
        await sweepExpired(own.database, own.now());
        return (await own.database.query('SELECT FROM sessions')).count;
      };
      own.passSeconds(29 * 86_400);
      const refreshed = sessionOf(await refreshSession(own.deps, guest, session));
      own.passSeconds(29 * 86_400);
      const afterRefresh = await sessions();
      own.passSeconds(2 * 86_400);
      const rejected = await refreshSession(own.deps, guest, refreshed);

      expect(afterRefresh).toBe(1);
      expect(typeOf(rejected)).toBe('InvalidToken');
      expect(await sessions()).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('ends with log out, and ending it twice changes nothing', async () => {
    const { session } = await registerSomebody(user.deps, 'oanh');

    expect(await logOut(user.deps, guest, session)).toEqual({ loggedOut: true });
    expect(await logOut(user.deps, guest, session)).toEqual({ loggedOut: true });
    expect(typeOf(await refreshSession(user.deps, guest, session))).toBe('InvalidToken');
    expect(typeOf(await logOut(user.deps, guest, { refreshToken: 'x' }))).toBe('InvalidToken');
  });
});

describe('access tokens of a session that ends', () => {
  const sidOf = (session: { accessToken: string }) =>
    JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;
  const endedOf = async (id: string) =>
    (await said(user.database))
      .filter(({ key, type }) => key === id && type === 'user.sessions-ended')
      .flatMap(({ data }) => data?.['sessionIds']);
  const keptOf = async () => (await getEndedSessions(user.deps)).sessions.map(({ sessionId }) => sessionId);
  const somebody = async (name: string) => {
    const { session, id, identity } = await registerSomebody(user.deps, name);
    const again = sessionOf(await logIn(user.deps, from(), { login: name, password }));
    return { session, id, identity, sids: [sidOf(session), sidOf(again)] };
  };

  it('are revoked by an event at log-out, of that session only, and once', async () => {
    const { session, id, sids } = await somebody('ha.log.out');

    await logOut(user.deps, guest, session);
    await logOut(user.deps, guest, session);

    expect(await endedOf(id)).toEqual([sids[0]]);
    expect(await keptOf()).toContain(sids[0]);
    expect(await keptOf()).not.toContain(sids[1]);
  });

  it('are when a token is used again too late', async () => {
    const { session, id, sids } = await somebody('ha.reuse');
    await refreshSession(user.deps, guest, session);
    user.passSeconds(30);
    await refreshSession(user.deps, guest, session);

    expect(await endedOf(id)).toEqual([sids[0]]);
  });

  it('are with a new password, but for the session that is opened then', async () => {
    const { id, identity, sids } = await somebody('ha.change');
    const changed = await changePassword(
      user.deps,
      { identity, clientAddress: 'x' },
      { currentPassword: password, newPassword: 'another password' },
    );

    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());
    expect(await keptOf()).not.toContain(sidOf(sessionOf(changed)));
  });

  it('are with a password that was reset, and with a deletion', async () => {
    const { id, identity, sids } = await somebody('ha.reset');
    await requestPasswordReset(user.deps, guest, { email: 'ha.reset@example.com' });
    const token = await mailedToken(user, id);
    await resetPassword(user.deps, guest, { token, newPassword: 'another password' });
    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());

    const last = sidOf(sessionOf(await logIn(user.deps, from(), { login: 'ha.reset', password: 'another password' })));
    await deleteAccount(user.deps, { identity, clientAddress: 'x' }, { password: 'another password' });
    expect((await endedOf(id)).at(-1)).toBe(last);
  });

  it('are with another role, while the session goes on with the new one', async () => {
    const boss = await registerSomebody(user.deps, 'ha.boss');
    const { session, id, sids } = await somebody('ha.role');
    const asAdmin = await makeAdmin(user.database, boss.id);
    await setUserRole(user.deps, asAdmin, { userId: id, role: 'ADMIN' });
    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());

    await setUserRole(user.deps, asAdmin, { userId: id, role: 'ADMIN' });
    expect(await endedOf(id)).toHaveLength(2);
    const refreshed = await refreshSession(user.deps, guest, session);
    expect(refreshed).toMatchObject({ session: { user: { role: 'ADMIN' } } });
    expect(sids).not.toContain(sidOf(sessionOf(refreshed)));
    await setUserRole(user.deps, asAdmin, { userId: id, role: 'CUSTOMER' });
  });

  it('are forgotten when they would have expired anyway', async () => {
    const { session, sids } = await somebody('ha.sweep');
    await logOut(user.deps, guest, session);
    user.passSeconds(900 + 60);

    expect(await keptOf()).not.toContain(sids[0]);
    await sweepExpired(user.database, user.now());
    expect((await user.database.query('SELECT FROM ended_sessions WHERE id = $1', [sids[0]])).count).toBe(0);
  });
});

async function waitForLocks(count: number): Promise<void> {
  await waitFor(`${count} statements that wait`, async () => {
    const { rows } = await user.database.query<{ waiting: number }>(
      "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows[0]?.waiting === count;
  });
}

describe('change password', () => {
  it('ends every other session', async () => {
    const { session, identity } = await registerSomebody(user.deps, 'phuc');

    const changed = sessionOf(
      await changePassword(user.deps, { identity, clientAddress: 'x' }, { currentPassword: password, newPassword: 'another password' }),
    );

    expect(typeOf(await refreshSession(user.deps, guest, session))).toBe('InvalidToken');
    expect(typeOf(await refreshSession(user.deps, guest, changed))).toBeNull();
    expect(typeOf(await logIn(user.deps, from(), { login: 'phuc', password }))).toBe('WrongCredentials');
  });

  it('is rejected without the current one, and to a guest', async () => {
    const { identity } = await registerSomebody(user.deps, 'quan');

    const wrong = await changePassword(
      user.deps,
      { identity, clientAddress: 'x' },
      { currentPassword: 'not this one', newPassword: 'another password' },
    );

    expect(typeOf(wrong)).toBe('WrongCredentials');
    await expect(changePassword(user.deps, { identity: guest, clientAddress: 'x' }, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('two changes of a password at once', () => {
  it('are one change', async () => {
    const { identity } = await registerSomebody(user.deps, 'phuong');
    const change = (newPassword: string) =>
      changePassword(user.deps, { identity, clientAddress: 'x' }, { currentPassword: password, newPassword });

    const results = await Promise.all([change('the first of them'), change('the second of them')]);

    expect(results.map(typeOf).sort()).toEqual(['WrongCredentials', null]);
  });
});

describe('a password reset', () => {
  it('is mailed, sets the password once, and ends every session', async () => {
    const { session, id } = await registerSomebody(user.deps, 'rang');
    await requestPasswordReset(user.deps, guest, { email: 'RANG@example.com' });
    const token = await mailedToken(user, id);

    const [first, second] = await Promise.all([
      resetPassword(user.deps, guest, { token, newPassword: 'the new password' }),
      resetPassword(user.deps, guest, { token, newPassword: 'a thief’s password' }),
    ]);
    const third = await resetPassword(user.deps, guest, { token, newPassword: 'once again please' });

    expect([first, second].map(typeOf).sort()).toEqual(['InvalidToken', null]);
    expect(typeOf(third)).toBe('InvalidToken');
    expect(typeOf(await refreshSession(user.deps, guest, session))).toBe('InvalidToken');
  });

  it('answers the same for an unknown address, and writes nothing for it', async () => {
    const before = (await said(user.database)).length;

    expect(await requestPasswordReset(user.deps, guest, { email: 'nobody@example.com' })).toEqual({ accepted: true });
    expect((await said(user.database)).length).toBe(before);
  });

  it('limits the mails to one address, whether there is such an account or not', async () => {
    await registerSomebody(user.deps, 'son');
    const ask = async (email: string) => {
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(typeOf(await requestPasswordReset(user.deps, guest, { email })));
      return answers;
    };

    expect(await ask('son@example.com')).toEqual([null, null, null, 'TooManyAttempts']);
    expect(await ask('not.son@example.com')).toEqual([null, null, null, 'TooManyAttempts']);
  });

  it('is good for an hour', async () => {
    const { id } = await registerSomebody(user.deps, 'tam');
    await requestPasswordReset(user.deps, guest, { email: 'tam@example.com' });
    user.passSeconds(3601);

    expect(typeOf(await resetPassword(user.deps, guest, { token: await mailedToken(user, id), newPassword: 'the new password' }))).toBe(
      'InvalidToken',
    );
  });
});

describe('change e-mail', () => {
  it('publishes the new address and the one before, with the next version', async () => {
    const { id, identity } = await registerSomebody(user.deps, 'thu');

    const changed = await changeEmail(user.deps, { identity, clientAddress: 'x' }, { email: 'thu@example.org', password });

    expect(changed).toMatchObject({ user: { email: 'thu@example.org', version: 2 } });
    expect((await said(user.database)).at(-1)).toMatchObject({
      type: 'user.email-changed',
      data: { userId: id, version: 2, email: 'thu@example.org', previousEmail: 'thu@example.com' },
    });
  });

  it('has to be confirmed again, and ends the link that went to the address before', async () => {
    const { id, identity } = await registerSomebody(user.deps, 'tuyet');
    const changed = await changeEmail(user.deps, { identity, clientAddress: 'x' }, { email: 'tuyet@example.org', password });
    const old = await confirmEmail(user.deps, guest, { token: linkOf(id, 'tuyet@example.com') });
    const again = await changeEmail(user.deps, { identity, clientAddress: 'x' }, { email: 'tuyet@example.org', password });

    expect(changed).toMatchObject({ user: { emailConfirmed: false } });
    expect(typeOf(old)).toBe('InvalidToken');
    expect(again).toMatchObject({ user: { emailConfirmed: false, version: 3 } });
    expect((await said(user.database)).at(-1)).toMatchObject({ type: 'user.email-changed', data: { addressMail: 'link' } });
    expect(await confirmEmail(user.deps, guest, { token: linkOf(id, 'tuyet@example.org') })).toEqual({ confirmed: true });
    expect(typeOf(await logIn(user.deps, from(), { login: 'tuyet@example.org', password }))).toBeNull();
  });
});

describe('addresses', () => {
  const home = { name: 'Uyen', line1: '1 Tea Street', city: 'Huế', postalCode: '49000', country: 'vn' };

  it('are added, changed and removed by their owner only', async () => {
    const owner = await registerSomebody(user.deps, 'uyen');
    const stranger = await registerSomebody(user.deps, 'stranger');

    const added = await saveAddress(user.deps, owner.identity, { ...home, line2: null });
    const id = 'address' in added ? added.address.id : '';
    const changed = await saveAddress(user.deps, owner.identity, { ...home, id, line2: 'door 4' });
    const stolen = await saveAddress(user.deps, stranger.identity, { ...home, id });
    const removedByStranger = await removeAddress(user.deps, stranger.identity, { id });
    const kept = await findAddresses(user.deps, [owner.id, stranger.id]);
    const removed = await removeAddress(user.deps, owner.identity, { id });

    expect(added).toMatchObject({ address: { country: 'VN', line2: null } });
    expect(changed).toMatchObject({ address: { id, line2: 'door 4' } });
    expect([typeOf(stolen), typeOf(removedByStranger)]).toEqual(['AddressNotFound', 'AddressNotFound']);
    expect(kept.map((list) => list.map((address) => address.line2))).toEqual([['door 4'], []]);
    expect(typeOf(removed)).toBeNull();
    expect(await findAddresses(user.deps, [owner.id])).toEqual([[]]);
  });

  it('are not changed or removed by who looked at another version, and the user error shows the address of now', async () => {
    const { id: accountId, identity } = await registerSomebody(user.deps, 'two.tabs');
    const added = await saveAddress(user.deps, identity, home);
    const id = 'address' in added ? added.address.id : '';
    const [here, there] = [
      { ...home, id, line1: '2 Tea Street', expectedVersion: 1 },
      { ...home, id, phone: '024 3825 3525', expectedVersion: 1 },
    ];

    const first = await saveAddress(user.deps, identity, here);
    const again = await saveAddress(user.deps, identity, here);
    const second = await saveAddress(user.deps, identity, there);
    const removed = await removeAddress(user.deps, identity, { id, expectedVersion: 1 });

    expect([added, first, again]).toMatchObject([{ address: { version: 1 } }, { address: { version: 2 } }, { address: { version: 2 } }]);
    const now = { id, version: 2, line1: '2 Tea Street', phone: null };
    expect(second).toMatchObject({ __typename: 'AddressChanged', code: 'ADDRESS_CHANGED', address: now });
    expect(removed).toMatchObject({ __typename: 'AddressChanged', address: now });
    expect(await findAddresses(user.deps, [accountId])).toMatchObject([[now]]);

    expect(await saveAddress(user.deps, identity, { ...there, expectedVersion: undefined })).toMatchObject({ address: { version: 3 } });
    expect(typeOf(await removeAddress(user.deps, identity, { id, expectedVersion: 3 }))).toBeNull();
    expect(typeOf(await removeAddress(user.deps, identity, { id, expectedVersion: 3 }))).toBe('AddressNotFound');
  });

  it('are changed by one of two at once that looked at the same', async () => {
    const { identity } = await registerSomebody(user.deps, 'two.at.once');
    const added = await saveAddress(user.deps, identity, home);
    const id = 'address' in added ? added.address.id : '';
    const save = (line1: string) => saveAddress(user.deps, identity, { ...home, id, line1, expectedVersion: 1 });

    const both = await Promise.all([save('2 Tea Street'), save('3 Tea Street')]);

    expect(both.map(typeOf).sort()).toEqual(['AddressChanged', null]);
  });

  it('are twenty at most, also when they are added at once', async () => {
    const { identity } = await registerSomebody(user.deps, 'van');
    const save = (n: number) => saveAddress(user.deps, identity, { ...home, line2: `door ${n}` });
    for (let n = 0; n < 18; n += 1) await save(n);

    const results = await Promise.all([18, 19, 20, 21].map(save));

    expect(results.map(typeOf).filter((userError) => userError === 'InvalidInput')).toHaveLength(2);
  });

  it('are kept once, however often the request is sent', async () => {
    const { id, identity } = await registerSomebody(user.deps, 'xuyen');
    const again = { ...home, country: ' VN', line2: ' ', city: home.city.normalize('NFD') };

    const saved = await Promise.all([home, again, home].map((input) => saveAddress(user.deps, identity, input)));
    const other = await saveAddress(user.deps, identity, { ...home, phone: '024 3825 3525' });

    const ids = [...saved, other].map((result) => ('address' in result ? result.address.id : null));
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect((await findAddresses(user.deps, [id]))[0]?.map((address) => address.id)).toEqual([ids[0], ids[3]]);
  });

  it('name the field that is wrong', async () => {
    const { identity } = await registerSomebody(user.deps, 'viet');

    const result = await saveAddress(user.deps, identity, { ...home, country: 'XX', city: 'a\u0000b', line1: 'two\nlines' });

    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual(['line1', 'city', 'country']);
  });
});

describe('who sees an account', () => {
  it('is the person and every admin only', async () => {
    const { id } = await registerSomebody(user.deps, 'xuan');
    const other = '00000000-0000-7000-8000-000000000000';
    const seen = async (identity: Identity) =>
      (await findVisibleAccounts(user.deps, identity, [id, other])).map((row) => row?.username ?? null);

    expect(await seen(customer(id))).toEqual(['xuan', null]);
    expect(await seen(admin(other))).toEqual(['xuan', null]);
    expect(await seen(customer(other))).toEqual([null, null]);
    expect(await seen(guest)).toEqual([null, null]);
  });
});

describe('roles', () => {
  it('leave one admin when the last two step down at once', async () => {
    const own = await openTestUser();
    try {
      const first = await registerSomebody(own.deps, 'first');
      const second = await registerSomebody(own.deps, 'second');
      const admins = [await makeAdmin(own.database, first.id), await makeAdmin(own.database, second.id)];

      const results = await Promise.allSettled(
        [first, second].map(({ id }, index) => setUserRole(own.deps, admins[index] ?? guest, { userId: id, role: 'CUSTOMER' })),
      );
      const left = await own.database.query("SELECT FROM accounts WHERE role = 'ADMIN'");

      expect(results.map((result) => (result.status === 'fulfilled' ? typeOf(result.value) : 'error')).sort()).toEqual(['LastAdmin', null]);
      expect(left.count).toBe(1);
    } finally {
      await own.close();
    }
  });

  it('are for admins to give, and not for one who was an admin', async () => {
    const { id, identity } = await registerSomebody(user.deps, 'yen');

    await expect(setUserRole(user.deps, identity, { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(setUserRole(user.deps, admin(id), { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(setUserRole(user.deps, guest, { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('the first admin', () => {
  it('is made once, however many processes start', async () => {
    const own = await openTestUser();
    try {
      const wanted = { email: 'admin@example.com', username: 'admin', password };
      const start = () => ensureFirstAdmin(own.deps, wanted);

      await Promise.all([start(), start()]);
      await start();

      const { rows } = await own.database.query<{ role: string }>('SELECT role FROM accounts');
      expect(rows).toEqual([{ role: 'ADMIN' }]);
      await expect(ensureFirstAdmin(own.deps, { ...wanted, password: 'short' })).rejects.toThrow(/password: Write/);
    } finally {
      await own.close();
    }
  });
});

describe('delete account', () => {
  it('erases it, ends its sessions, publishes that, and ends with a tombstone', async () => {
    const { id, identity, session } = await registerSomebody(user.deps, 'zung');

    const wrong = await deleteAccount(user.deps, { identity, clientAddress: 'x' }, { password: 'not this one' });
    const deleted = await deleteAccount(user.deps, { identity, clientAddress: 'x' }, { password });

    expect(typeOf(wrong)).toBe('WrongCredentials');
    expect(deleted).toEqual({ deletedId: id });
    expect(typeOf(await refreshSession(user.deps, guest, session))).toBe('InvalidToken');
    expect(await findVisibleAccounts(user.deps, identity, [id])).toEqual([null]);
    expect((await said(user.database)).slice(-3)).toEqual([
      { type: 'user.sessions-ended', key: id, data: { userId: id, sessionIds: [expect.any(String)], until: expect.any(String) } },
      { type: 'user.deleted', key: id, data: { userId: id, version: 2 } },
      { type: null, key: id, data: null },
    ]);
    await expect(changeEmail(user.deps, { identity, clientAddress: 'x' }, { email: 'z@example.com', password })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('is rejected to the last admin', async () => {
    const own = await openTestUser();
    try {
      const { id } = await registerSomebody(own.deps, 'only');
      const identity = await makeAdmin(own.database, id);

      expect(typeOf(await deleteAccount(own.deps, { identity, clientAddress: 'x' }, { password }))).toBe('LastAdmin');
    } finally {
      await own.close();
    }
  });
});

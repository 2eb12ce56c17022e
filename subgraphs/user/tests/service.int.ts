import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { ensureFirstAdmin } from '../first-admin.ts';
import { sweepExpired } from '../sweep.ts';
import { tokenHash } from '../tokens.ts';
import { admin, customer, linkOf, mailedToken, makeAdmin, openTestUser, password, registerSomebody, said } from './test-user.ts';

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
  it('opens an account, logs in, and says so', async () => {
    const { session, id } = await registerSomebody(user.service, 'Ana.Nguyen');

    expect(session.user).toMatchObject({ email: 'Ana.Nguyen@example.com', username: 'Ana.Nguyen', role: 'CUSTOMER', version: 1 });
    expect(new Date(session.user.createdAt).toISOString()).toBe(session.user.createdAt);
    const state = { userId: id, version: 1, email: 'Ana.Nguyen@example.com', username: 'Ana.Nguyen' };
    expect((await said(user.database)).filter((message) => message.key === id)).toEqual([
      { type: 'user.registered', key: id, data: { ...state, addressMail: 'link' } },
    ]);
  });

  it('refuses a username that somebody has, whatever the case', async () => {
    await registerSomebody(user.service, 'binh');

    expect(typeOf(await user.service.register({ email: 'binh3@example.com', username: 'BinH', password }))).toBe('UsernameTaken');
  });

  it('makes one account of two requests at once', async () => {
    const results = await Promise.all([1, 2].map(() => user.service.register({ email: 'chi@example.com', username: 'chi', password })));

    expect(results.map(typeOf).sort()).toEqual(['UsernameTaken', null]);
  });

  it('names every field that is wrong', async () => {
    const result = await user.service.register({ email: 'no address', username: 'a@b', password: 'short' });

    expect(result).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual(['email', 'username', 'password']);
  });
});

describe('a new password', () => {
  it('is none of those that many people have, wherever it is set', async () => {
    const { id, identity } = await registerSomebody(user.service, 'common.one');
    await user.service.requestPasswordReset({ email: 'common.one@example.com' });
    const token = await mailedToken(user, id);
    const newPassword = 'Password2026!';
    const results = [
      await user.service.register({ email: 'common.two@example.com', username: 'common.two', password: newPassword }),
      await user.service.changePassword(identity, { currentPassword: password, newPassword }, 'x'),
      await user.service.resetPassword({ token, newPassword }),
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
    const { id } = await registerSomebody(user.service, 'dung');

    const results = await Promise.all(['DUNG@example.com', ' Dung '].map((login) => user.service.logIn({ login, password }, undefined)));

    expect(results.map((result) => ('session' in result ? result.session.user.id : result))).toEqual([id, id]);
  });

  it('answers a wrong password and an unknown login alike', async () => {
    await registerSomebody(user.service, 'em.em');

    const wrong = await user.service.logIn({ login: 'em.em', password: 'not this one' }, undefined);
    const unknown = await user.service.logIn({ login: 'nobody', password: 'not this one' }, undefined);

    expect(wrong).toEqual(unknown);
    expect(typeOf(wrong)).toBe('WrongCredentials');
  });

  it('does the same work for a login that nobody has', async () => {
    const own = await openTestUser();
    try {
      await registerSomebody(own.service, 'known');
      own.checked.length = 0;

      await own.service.logIn({ login: 'known', password: 'guess' }, undefined);
      await own.service.logIn({ login: 'unknown', password: 'guess' }, undefined);

      expect(own.checked).toEqual(['guess', 'guess']);
    } finally {
      await own.close();
    }
  });

  it('slows a guesser down, counts guesses made at once, and never the owner at another address', async () => {
    await registerSomebody(user.service, 'giang');
    const guess = (n: number) => user.service.logIn({ login: 'giang', password: `guess ${n}` }, 'here');

    const guesses = await Promise.all(Array.from({ length: 14 }, (_, n) => guess(n)));
    const owner = await user.service.logIn({ login: 'giang', password }, 'at home');
    const tooEarly = await user.service.logIn({ login: 'GIANG', password }, 'here');
    user.passSeconds(2);
    const withTimeout = await user.service.logIn({ login: 'giang', password }, 'here');

    expect(guesses.filter((result) => typeOf(result) === 'TooManyAttempts')).toHaveLength(4);
    expect(typeOf(owner)).toBeNull();
    expect(tooEarly).toMatchObject({ __typename: 'TooManyAttempts', retryAfterSeconds: 1 });
    expect(typeOf(withTimeout)).toBeNull();
  });

  it('counts tries at a login that nobody has in the same way', async () => {
    const results = [];
    for (let n = 0; n < 11; n += 1) results.push(await user.service.logIn({ login: 'no.such.person', password: 'guess' }, 'here'));

    expect(results.map(typeOf).at(-1)).toBe('TooManyAttempts');
  });

  it('opens no session with a password that changed while it was checked', async () => {
    const { id } = await registerSomebody(user.service, 'hanh');
    const other = await user.passwords.hash('another password');

    const [result] = await Promise.all([
      user.service.logIn({ login: 'hanh', password }, undefined),
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

      await expect(own.service.logIn({ login: 'nobody', password: 'guess' }, 'here')).rejects.toMatchObject(shed);
      await expect(own.service.register({ email: 'new@example.com', username: 'new', password })).rejects.toMatchObject(shed);
      expect((await own.database.query('SELECT FROM attempts')).count).toBe(0);
      await busy;
    } finally {
      await own.close();
    }
  });
});

describe('a session', () => {
  it('is traded for the next with a token that works once', async () => {
    const { session } = await registerSomebody(user.service, 'khanh');

    const next = sessionOf(await user.service.refreshSession(session));

    expect(next.refreshToken).not.toBe(session.refreshToken);
    expect(typeOf(await user.service.refreshSession(next))).toBeNull();
  });

  it('ends for everybody when a token is used again thirty seconds after its use', async () => {
    const { session } = await registerSomebody(user.service, 'lan');
    const next = sessionOf(await user.service.refreshSession(session));

    user.passSeconds(30);
    const reused = await user.service.refreshSession(session);
    const afterwards = await user.service.refreshSession(next);

    expect([typeOf(reused), typeOf(afterwards)]).toEqual(['InvalidToken', 'InvalidToken']);
  });

  it('gives the same successor again to whose answer was lost, without a second rotation', async () => {
    const { session } = await registerSomebody(user.service, 'loan');
    const lost = sessionOf(await user.service.refreshSession(session));

    user.passSeconds(29);
    const again = sessionOf(await user.service.refreshSession(session));
    const tokens = await user.database.query(
      'SELECT FROM refresh_tokens WHERE session_id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)',
      [tokenHash(session.refreshToken)],
    );
    const next = sessionOf(await user.service.refreshSession(again));

    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(tokens.count).toBe(2);
    expect(next.refreshToken).not.toBe(again.refreshToken);
  });

  it('gives nothing for a token whose successor was used, and goes on', async () => {
    const { session } = await registerSomebody(user.service, 'luan');
    const second = sessionOf(await user.service.refreshSession(session));
    const third = sessionOf(await user.service.refreshSession(second));

    const late = await user.service.refreshSession(session);

    expect(typeOf(late)).toBe('InvalidToken');
    expect(typeOf(await user.service.refreshSession(third))).toBeNull();
  });

  it('keeps nothing from which the successor could be derived after that time', async () => {
    const { session } = await registerSomebody(user.service, 'linh');
    await user.service.refreshSession(session);
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
    const { session, id } = await registerSomebody(user.service, 'mai');
    // all of them come while somebody holds the session, so that none has begun after another's answer
    const { requests } = await user.database.transaction(async (sql) => {
      await sql.query('SELECT FROM sessions WHERE account_id = $1 FOR UPDATE', [id]);
      const started = Array.from({ length: 4 }, () => user.service.refreshSession(session));
      await waitForLocks(4);
      return { requests: started };
    });
    const answers = (await Promise.all(requests)).map(sessionOf);
    const one = answers[0] ?? session;

    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(typeOf(await user.service.refreshSession(one))).toBeNull();
  });

  it('ends thirty days after its last refresh, and the sweep removes it', async () => {
    const own = await openTestUser();
    try {
      const { session } = await registerSomebody(own.service, 'nam');
      const sessions = async () => {
        await sweepExpired(own.database, own.now());
        return (await own.database.query('SELECT FROM sessions')).count;
      };
      own.passSeconds(29 * 86_400);
      const refreshed = sessionOf(await own.service.refreshSession(session));
      own.passSeconds(29 * 86_400);
      const afterRefresh = await sessions();
      own.passSeconds(2 * 86_400);
      const refused = await own.service.refreshSession(refreshed);

      expect(afterRefresh).toBe(1);
      expect(typeOf(refused)).toBe('InvalidToken');
      expect(await sessions()).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('ends with log out, and ending it twice changes nothing', async () => {
    const { session } = await registerSomebody(user.service, 'oanh');

    expect(await user.service.logOut(session)).toEqual({ loggedOut: true });
    expect(await user.service.logOut(session)).toEqual({ loggedOut: true });
    expect(typeOf(await user.service.refreshSession(session))).toBe('InvalidToken');
    expect(typeOf(await user.service.logOut({ refreshToken: 'x' }))).toBe('InvalidToken');
  });
});

describe('access tokens of a session that ends', () => {
  const sidOf = (session: { accessToken: string }) =>
    JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;
  const endedOf = async (id: string) =>
    (await said(user.database))
      .filter(({ key, type }) => key === id && type === 'user.sessions-ended')
      .flatMap(({ data }) => data?.['sessionIds']);
  const keptOf = async () => (await user.service.endedSessions()).sessions.map(({ sessionId }) => sessionId);
  const somebody = async (name: string) => {
    const { session, id, identity } = await registerSomebody(user.service, name);
    const again = sessionOf(await user.service.logIn({ login: name, password }, undefined));
    return { session, id, identity, sids: [sidOf(session), sidOf(again)] };
  };

  it('are told to be worth nothing at log out, of that session only, and once', async () => {
    const { session, id, sids } = await somebody('ha.log.out');

    await user.service.logOut(session);
    await user.service.logOut(session);

    expect(await endedOf(id)).toEqual([sids[0]]);
    expect(await keptOf()).toContain(sids[0]);
    expect(await keptOf()).not.toContain(sids[1]);
  });

  it('are when a token is used again too late', async () => {
    const { session, id, sids } = await somebody('ha.reuse');
    await user.service.refreshSession(session);
    user.passSeconds(30);
    await user.service.refreshSession(session);

    expect(await endedOf(id)).toEqual([sids[0]]);
  });

  it('are with a new password, but for the session that is opened then', async () => {
    const { id, identity, sids } = await somebody('ha.change');
    const changed = await user.service.changePassword(identity, { currentPassword: password, newPassword: 'another password' }, 'x');

    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());
    expect(await keptOf()).not.toContain(sidOf(sessionOf(changed)));
  });

  it('are with a password that was reset, and with a deletion', async () => {
    const { id, identity, sids } = await somebody('ha.reset');
    await user.service.requestPasswordReset({ email: 'ha.reset@example.com' });
    const token = await mailedToken(user, id);
    await user.service.resetPassword({ token, newPassword: 'another password' });
    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());

    const last = sidOf(sessionOf(await user.service.logIn({ login: 'ha.reset', password: 'another password' }, undefined)));
    await user.service.deleteAccount(identity, { password: 'another password' }, 'x');
    expect((await endedOf(id)).at(-1)).toBe(last);
  });

  it('are with another role, while the session goes on with the new one', async () => {
    const boss = await registerSomebody(user.service, 'ha.boss');
    const { session, id, sids } = await somebody('ha.role');
    const asAdmin = await makeAdmin(user.database, boss.id);
    await user.service.setUserRole(asAdmin, { userId: id, role: 'ADMIN' });
    expect((await endedOf(id)).toSorted()).toEqual(sids.toSorted());

    await user.service.setUserRole(asAdmin, { userId: id, role: 'ADMIN' });
    expect(await endedOf(id)).toHaveLength(2);
    const refreshed = await user.service.refreshSession(session);
    expect(refreshed).toMatchObject({ session: { user: { role: 'ADMIN' } } });
    expect(sids).not.toContain(sidOf(sessionOf(refreshed)));
    await user.service.setUserRole(asAdmin, { userId: id, role: 'CUSTOMER' });
  });

  it('are forgotten when they would have expired anyway', async () => {
    const { session, sids } = await somebody('ha.sweep');
    await user.service.logOut(session);
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
    const { session, identity } = await registerSomebody(user.service, 'phuc');

    const changed = sessionOf(
      await user.service.changePassword(identity, { currentPassword: password, newPassword: 'another password' }, 'x'),
    );

    expect(typeOf(await user.service.refreshSession(session))).toBe('InvalidToken');
    expect(typeOf(await user.service.refreshSession(changed))).toBeNull();
    expect(typeOf(await user.service.logIn({ login: 'phuc', password }, undefined))).toBe('WrongCredentials');
  });

  it('is refused without the current one, and to a guest', async () => {
    const { identity } = await registerSomebody(user.service, 'quan');

    const wrong = await user.service.changePassword(identity, { currentPassword: 'not this one', newPassword: 'another password' }, 'x');

    expect(typeOf(wrong)).toBe('WrongCredentials');
    await expect(user.service.changePassword(guest, {}, 'x')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('two changes of a password at once', () => {
  it('are one change', async () => {
    const { identity } = await registerSomebody(user.service, 'phuong');
    const change = (newPassword: string) => user.service.changePassword(identity, { currentPassword: password, newPassword }, 'x');

    const results = await Promise.all([change('the first of them'), change('the second of them')]);

    expect(results.map(typeOf).sort()).toEqual(['WrongCredentials', null]);
  });
});

describe('a password reset', () => {
  it('is mailed, sets the password once, and ends every session', async () => {
    const { session, id } = await registerSomebody(user.service, 'rang');
    await user.service.requestPasswordReset({ email: 'RANG@example.com' });
    const token = await mailedToken(user, id);

    const [first, second] = await Promise.all([
      user.service.resetPassword({ token, newPassword: 'the new password' }),
      user.service.resetPassword({ token, newPassword: 'a thief’s password' }),
    ]);
    const third = await user.service.resetPassword({ token, newPassword: 'once again please' });

    expect([first, second].map(typeOf).sort()).toEqual(['InvalidToken', null]);
    expect(typeOf(third)).toBe('InvalidToken');
    expect(typeOf(await user.service.refreshSession(session))).toBe('InvalidToken');
  });

  it('answers the same for an address that nobody has, and writes nothing for it', async () => {
    const before = (await said(user.database)).length;

    expect(await user.service.requestPasswordReset({ email: 'nobody@example.com' })).toEqual({ accepted: true });
    expect((await said(user.database)).length).toBe(before);
  });

  it('limits the mails to one address, whether there is such an account or not', async () => {
    await registerSomebody(user.service, 'son');
    const ask = async (email: string) => {
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(typeOf(await user.service.requestPasswordReset({ email })));
      return answers;
    };

    expect(await ask('son@example.com')).toEqual([null, null, null, 'TooManyAttempts']);
    expect(await ask('not.son@example.com')).toEqual([null, null, null, 'TooManyAttempts']);
  });

  it('is good for an hour', async () => {
    const { id } = await registerSomebody(user.service, 'tam');
    await user.service.requestPasswordReset({ email: 'tam@example.com' });
    user.passSeconds(3601);

    expect(typeOf(await user.service.resetPassword({ token: await mailedToken(user, id), newPassword: 'the new password' }))).toBe(
      'InvalidToken',
    );
  });
});

describe('change e-mail', () => {
  it('says the new address and the one before, with the next version', async () => {
    const { id, identity } = await registerSomebody(user.service, 'thu');

    const changed = await user.service.changeEmail(identity, { email: 'thu@example.org', password }, 'x');

    expect(changed).toMatchObject({ user: { email: 'thu@example.org', version: 2 } });
    expect((await said(user.database)).at(-1)).toMatchObject({
      type: 'user.email-changed',
      data: { userId: id, version: 2, email: 'thu@example.org', previousEmail: 'thu@example.com' },
    });
  });

  it('has to be confirmed again, and ends the link that went to the address before', async () => {
    const { id, identity } = await registerSomebody(user.service, 'tuyet');
    const changed = await user.service.changeEmail(identity, { email: 'tuyet@example.org', password }, 'x');
    const old = await user.service.confirmEmail({ token: linkOf(id, 'tuyet@example.com') });
    const again = await user.service.changeEmail(identity, { email: 'tuyet@example.org', password }, 'x');

    expect(changed).toMatchObject({ user: { emailConfirmed: false } });
    expect(typeOf(old)).toBe('InvalidToken');
    expect(again).toMatchObject({ user: { emailConfirmed: false, version: 3 } });
    expect((await said(user.database)).at(-1)).toMatchObject({ type: 'user.email-changed', data: { addressMail: 'link' } });
    expect(await user.service.confirmEmail({ token: linkOf(id, 'tuyet@example.org') })).toEqual({ confirmed: true });
    expect(typeOf(await user.service.logIn({ login: 'tuyet@example.org', password }, undefined))).toBeNull();
  });
});

describe('addresses', () => {
  const home = { name: 'Uyen', line1: '1 Tea Street', city: 'Huế', postalCode: '49000', country: 'vn' };

  it('are added, changed and removed by their owner only', async () => {
    const owner = await registerSomebody(user.service, 'uyen');
    const stranger = await registerSomebody(user.service, 'stranger');

    const added = await user.service.saveAddress(owner.identity, { ...home, line2: null });
    const id = 'address' in added ? added.address.id : '';
    const changed = await user.service.saveAddress(owner.identity, { ...home, id, line2: 'door 4' });
    const stolen = await user.service.saveAddress(stranger.identity, { ...home, id });
    const removedByStranger = await user.service.removeAddress(stranger.identity, { id });
    const kept = await user.service.addressesOf([owner.id, stranger.id]);
    const removed = await user.service.removeAddress(owner.identity, { id });

    expect(added).toMatchObject({ address: { country: 'VN', line2: null } });
    expect(changed).toMatchObject({ address: { id, line2: 'door 4' } });
    expect([typeOf(stolen), typeOf(removedByStranger)]).toEqual(['AddressNotFound', 'AddressNotFound']);
    expect(kept.map((list) => list.map((address) => address.line2))).toEqual([['door 4'], []]);
    expect(typeOf(removed)).toBeNull();
    expect(await user.service.addressesOf([owner.id])).toEqual([[]]);
  });

  it('are not changed or removed by who looked at another version, and the user error shows the address of now', async () => {
    const { id: accountId, identity } = await registerSomebody(user.service, 'two.tabs');
    const added = await user.service.saveAddress(identity, home);
    const id = 'address' in added ? added.address.id : '';
    const [here, there] = [
      { ...home, id, line1: '2 Tea Street', expectedVersion: 1 },
      { ...home, id, phone: '024 3825 3525', expectedVersion: 1 },
    ];

    const first = await user.service.saveAddress(identity, here);
    const again = await user.service.saveAddress(identity, here);
    const second = await user.service.saveAddress(identity, there);
    const removed = await user.service.removeAddress(identity, { id, expectedVersion: 1 });

    expect([added, first, again]).toMatchObject([{ address: { version: 1 } }, { address: { version: 2 } }, { address: { version: 2 } }]);
    const now = { id, version: 2, line1: '2 Tea Street', phone: null };
    expect(second).toMatchObject({ __typename: 'AddressChanged', code: 'ADDRESS_CHANGED', address: now });
    expect(removed).toMatchObject({ __typename: 'AddressChanged', address: now });
    expect(await user.service.addressesOf([accountId])).toMatchObject([[now]]);

    expect(await user.service.saveAddress(identity, { ...there, expectedVersion: undefined })).toMatchObject({ address: { version: 3 } });
    expect(typeOf(await user.service.removeAddress(identity, { id, expectedVersion: 3 }))).toBeNull();
    expect(typeOf(await user.service.removeAddress(identity, { id, expectedVersion: 3 }))).toBe('AddressNotFound');
  });

  it('are changed by one of two at once that looked at the same', async () => {
    const { identity } = await registerSomebody(user.service, 'two.at.once');
    const added = await user.service.saveAddress(identity, home);
    const id = 'address' in added ? added.address.id : '';
    const save = (line1: string) => user.service.saveAddress(identity, { ...home, id, line1, expectedVersion: 1 });

    const both = await Promise.all([save('2 Tea Street'), save('3 Tea Street')]);

    expect(both.map(typeOf).sort()).toEqual(['AddressChanged', null]);
  });

  it('are twenty at most, also when they are added at once', async () => {
    const { identity } = await registerSomebody(user.service, 'van');
    const save = (n: number) => user.service.saveAddress(identity, { ...home, line2: `door ${n}` });
    for (let n = 0; n < 18; n += 1) await save(n);

    const results = await Promise.all([18, 19, 20, 21].map(save));

    expect(results.map(typeOf).filter((userError) => userError === 'InvalidInput')).toHaveLength(2);
  });

  it('are kept once, however often the request is sent', async () => {
    const { id, identity } = await registerSomebody(user.service, 'xuyen');
    const again = { ...home, country: ' VN', line2: ' ', city: home.city.normalize('NFD') };

    const saved = await Promise.all([home, again, home].map((input) => user.service.saveAddress(identity, input)));
    const other = await user.service.saveAddress(identity, { ...home, phone: '024 3825 3525' });

    const ids = [...saved, other].map((result) => ('address' in result ? result.address.id : null));
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect((await user.service.addressesOf([id]))[0]?.map((address) => address.id)).toEqual([ids[0], ids[3]]);
  });

  it('name the field that is wrong', async () => {
    const { identity } = await registerSomebody(user.service, 'viet');

    const result = await user.service.saveAddress(identity, { ...home, country: 'XX', city: 'a\u0000b', line1: 'two\nlines' });

    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual(['line1', 'city', 'country']);
  });
});

describe('who sees an account', () => {
  it('is the person and every admin, nobody else', async () => {
    const { id } = await registerSomebody(user.service, 'xuan');
    const other = '00000000-0000-7000-8000-000000000000';
    const seen = async (identity: Parameters<typeof user.service.visibleAccounts>[0]) =>
      (await user.service.visibleAccounts(identity, [id, other])).map((row) => row?.username ?? null);

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
      const first = await registerSomebody(own.service, 'first');
      const second = await registerSomebody(own.service, 'second');
      const admins = [await makeAdmin(own.database, first.id), await makeAdmin(own.database, second.id)];

      const results = await Promise.allSettled(
        [first, second].map(({ id }, index) => own.service.setUserRole(admins[index] ?? guest, { userId: id, role: 'CUSTOMER' })),
      );
      const left = await own.database.query("SELECT FROM accounts WHERE role = 'ADMIN'");

      expect(results.map((result) => (result.status === 'fulfilled' ? typeOf(result.value) : 'error')).sort()).toEqual(['LastAdmin', null]);
      expect(left.count).toBe(1);
    } finally {
      await own.close();
    }
  });

  it('are for admins to give, and not for one who was an admin', async () => {
    const { id, identity } = await registerSomebody(user.service, 'yen');

    await expect(user.service.setUserRole(identity, { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(user.service.setUserRole(admin(id), { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(user.service.setUserRole(guest, { userId: id, role: 'ADMIN' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('the first admin', () => {
  it('is made once, however many processes start', async () => {
    const own = await openTestUser();
    try {
      const wanted = { email: 'admin@example.com', username: 'admin', password };
      const start = () => ensureFirstAdmin({ ...own, onCommitted: () => {} }, wanted);

      await Promise.all([start(), start()]);
      await start();

      const { rows } = await own.database.query<{ role: string }>('SELECT role FROM accounts');
      expect(rows).toEqual([{ role: 'ADMIN' }]);
      await expect(ensureFirstAdmin({ ...own, onCommitted: () => {} }, { ...wanted, password: 'short' })).rejects.toThrow(
        /password: Write/,
      );
    } finally {
      await own.close();
    }
  });
});

describe('delete account', () => {
  it('erases it, ends its sessions, says so, and ends with a tombstone', async () => {
    const { id, identity, session } = await registerSomebody(user.service, 'zung');

    const wrong = await user.service.deleteAccount(identity, { password: 'not this one' }, 'x');
    const deleted = await user.service.deleteAccount(identity, { password }, 'x');

    expect(typeOf(wrong)).toBe('WrongCredentials');
    expect(deleted).toEqual({ deletedId: id });
    expect(typeOf(await user.service.refreshSession(session))).toBe('InvalidToken');
    expect(await user.service.visibleAccounts(identity, [id])).toEqual([null]);
    expect((await said(user.database)).slice(-3)).toEqual([
      { type: 'user.sessions-ended', key: id, data: { userId: id, sessionIds: [expect.any(String)], until: expect.any(String) } },
      { type: 'user.deleted', key: id, data: { userId: id, version: 2 } },
      { type: null, key: id, data: null },
    ]);
    await expect(user.service.changeEmail(identity, { email: 'z@example.com', password }, 'x')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('is refused to the last admin', async () => {
    const own = await openTestUser();
    try {
      const { id } = await registerSomebody(own.service, 'only');
      const identity = await makeAdmin(own.database, id);

      expect(typeOf(await own.service.deleteAccount(identity, { password }, 'x'))).toBe('LastAdmin');
    } finally {
      await own.close();
    }
  });
});

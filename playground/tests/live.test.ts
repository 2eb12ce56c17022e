import { describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Accounts, Actors, accountsIn, sessionIn } from '../actors.ts';
import { withoutPlan } from '../fetcher.ts';
import { createRuns } from '../runs.ts';

const sessionAnswer = (accessToken: string, expiresAt: number, role = 'CUSTOMER') => ({
  data: {
    any: {
      session: {
        accessToken,
        refreshToken: `${accessToken}-refresh`,
        expiresAt: new Date(expiresAt).toISOString(),
        user: { username: 'linh', role },
      },
    },
  },
});

describe('acting as a user', () => {
  const start = (accounts: Accounts = { customer: { login: 'linh', password: 'p' } }) => {
    const asked: { query: string; variables: unknown }[] = [];
    const shop = { time: 0, answer: (): unknown => sessionAnswer(`token-${asked.length}`, shop.time + 900_000) };
    const actors = new Actors({
      ask: async (query, variables) => {
        asked.push({ query, variables });
        return shop.answer();
      },
      accounts: async () => accounts,
      now: () => shop.time,
    });
    return { actors, asked, shop };
  };

  test('logs in with the account of the role, and is a guest again on request', async () => {
    const { actors, asked } = start();
    expect(await actors.token()).toBeUndefined();

    await actors.actAs('customer');
    expect(asked[0]?.variables).toEqual({ input: { login: 'linh', password: 'p' } });
    expect(await actors.token()).toBe('token-1');
    expect(actors.acting.get().session).toMatchObject({ name: 'linh', role: 'CUSTOMER' });

    await actors.actAs('guest');
    expect(await actors.token()).toBeUndefined();
  });

  test('shows a log-in form where the shop publishes no accounts', async () => {
    const { actors, asked } = start({});

    await actors.actAs('admin');

    expect([actors.acting.get().asks, asked]).toEqual(['admin', []]);
    await actors.logIn({ login: 'me', password: 'mine' });
    expect(actors.acting.get()).toMatchObject({ asks: null, problem: null, session: { accessToken: 'token-1' } });
  });

  test('shows why the log-in failed', async () => {
    const { actors, shop } = start();
    shop.answer = () => ({ data: { logIn: { message: 'That is not the password.' } } });
    await actors.actAs('customer');
    expect(actors.acting.get()).toMatchObject({ session: null, problem: 'That is not the password.', isBusy: false });

    shop.answer = () => {
      throw new Error('ECONNREFUSED');
    };
    await actors.actAs('customer');
    expect(actors.acting.get().problem).toBe('The shop does not answer. Try again.');
  });

  test('renews a token before it ends, once for all who wait', async () => {
    const { actors, asked, shop } = start();
    await actors.actAs('customer');
    shop.time = 880_000;

    expect(await Promise.all([actors.token(), actors.token()])).toEqual(['token-2', 'token-2']);

    expect(asked).toHaveLength(2);
    expect(asked[1]?.variables).toEqual({ input: { refreshToken: 'token-1-refresh' } });
  });

  test('is a guest, with a message, when the session cannot be renewed', async () => {
    const { actors, shop } = start();
    await actors.actAs('customer');
    shop.time = 900_000;
    shop.answer = () => ({ data: { refreshSession: { message: 'Too late.' } } });

    expect(await actors.token()).toBeUndefined();
    expect(actors.acting.get().problem).toBe('You were logged out. Log in again.');
  });

  test('takes only whole accounts', () => {
    const admin = { login: 'a', password: 'p' };

    expect(accountsIn({ admin, customer: { login: 'c' }, stranger: admin })).toEqual({ admin });
    expect(accountsIn('none')).toEqual({});
  });

  test('finds a session wherever it is in an answer', () => {
    expect(sessionIn({ data: { register: { session: { accessToken: 't' } } } })).toMatchObject({ accessToken: 't', expiresAt: null });
    expect(sessionIn({ data: { products: [{ id: '1' }] } })).toBeNull();
  });
});

describe('a running subscription', () => {
  /** A source whose results the test sends. */
  const source = () => {
    const said: unknown[] = [];
    let wake = () => {};
    const state = { isLeft: false };
    async function* listen() {
      try {
        for (;;) {
          while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const next = said.shift();
          if (next instanceof Error) throw next;
          yield next;
        }
      } finally {
        state.isLeft = true;
      }
    }
    const say = (answer: unknown) => {
      said.push(answer);
      wake();
    };
    return { state, say, listen };
  };
  const start = () => {
    const shown = { tab: 'a' };
    const runs = createRuns({ shownTab: () => shown.tab, now: () => 0 });
    return { shown, runs };
  };
  const status = (status: string) => ({ data: { orderStatus: { status } } });

  test('gives its answers to the editor, and keeps them', async () => {
    const { runs } = start();
    const { listen, say } = source();
    const answers = runs.start('a', 'OrderStatus', listen());

    say(status('PENDING'));

    expect(await answers.next()).toEqual({ done: false, value: status('PENDING') });
    expect(runs.of('a')).toMatchObject({ name: 'OrderStatus', state: 'running', events: [{ number: 1 }] });
  });

  test('goes on when another tab is shown', async () => {
    const { runs, shown } = start();
    const { listen, say } = source();
    const answers = runs.start('a', 'OrderStatus', listen());

    // the order in which the editor does it
    const left = answers.return?.();
    shown.tab = 'b';
    await left;
    say(status('PAID'));

    await waitFor('the event', () => runs.of('a')?.events.length === 1);
    expect(runs.of('a')?.state).toBe('running');
  });

  test('leaves the editor free for what is run in another tab', async () => {
    const { runs, shown } = start();
    const { listen, say } = source();
    const answers = runs.start('a', 'OrderStatus', listen());

    shown.tab = 'b';
    runs.show('b');

    expect(await answers.next()).toMatchObject({ done: true });
    say(status('PAID'));
    await waitFor('the event', () => runs.of('a')?.events.length === 1);
  });

  test('is stopped when the editor stops it, and delivers nothing any more', async () => {
    const { runs } = start();
    const { listen, say } = source();
    const answers = runs.start('a', 'OrderStatus', listen());
    say(status('PENDING'));
    await answers.next();

    await answers.return?.();

    await waitFor('the stop', () => runs.of('a')?.state === 'stopped');
    say(status('PAID'));
    expect(runs.of('a')?.events).toHaveLength(1);
    expect(await answers.next()).toMatchObject({ done: true });
  });

  test('ends with its tab, and when another one is started there', async () => {
    const { runs } = start();
    const first = source();
    const second = source();
    runs.start('a', 'First', first.listen());
    runs.start('a', 'Second', second.listen());
    expect(runs.of('a')?.name).toBe('Second');

    runs.keepOnly(['b']);

    expect(runs.of('a')).toBeUndefined();
  });

  test('shows the failure that ended it', async () => {
    const { runs } = start();
    const { listen, say } = source();
    const answers = runs.start('a', 'OrderStatus', listen());

    say(new Error('The socket was closed.'));

    await expect(answers.next()).rejects.toThrow('The socket was closed.');
    expect(runs.of('a')).toMatchObject({ state: 'ended', events: [{ errors: ['The socket was closed.'] }] });
  });
});

test('an answer is shown without the plan that came with it', () => {
  const plan = { kind: 'fetch', service: 'a', operation: '{a}' };

  expect(withoutPlan({ data: 1, extensions: { queryPlan: plan } })).toEqual({ answer: { data: 1 }, plan });
  expect(withoutPlan({ data: 1, extensions: { queryPlan: null, other: 2 } })).toEqual({
    answer: { data: 1, extensions: { other: 2 } },
    plan: null,
  });
  expect(withoutPlan({ data: 1 })).toEqual({ answer: { data: 1 } });
});

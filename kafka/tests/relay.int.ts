import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '#tests/support/wait-for.ts';
import type { EventLog, Message } from '../event-log.ts';
import { enqueue, enqueueMessages } from '../outbox.ts';
import { type Relay, startRelay } from '../relay.ts';
import { logger, openWorld, refunded } from './world.ts';

jest.setTimeout(20_000);

/** The server is shared with other tests, which have relays of their own. */
const isOurs = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

describe('the relay of an outbox', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let relays: Relay[];
  let published: Message[];
  let batches: number[];
  let publish: (messages: readonly Message[]) => Promise<void>;
  let log: EventLog;

  beforeAll(async () => {
    world = await openWorld('relay');
    await world.create();
  });

  beforeEach(async () => {
    await world.empty();
    [relays, published, batches] = [[], [], []];
    publish = async () => undefined;
    log = {
      async publish(messages) {
        await publish(messages);
        published.push(...messages);
        batches.push(messages.length);
      },
    } as EventLog;
  });

  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
  });

  afterAll(() => world.close());

  async function start(database = world.database): Promise<Relay> {
    const relay = await startRelay({ database, eventLog: log, logger });
    relays.push(relay);
    return relay;
  }

  const say = (...keys: string[]) => world.database.transaction((sql) => enqueue(sql, keys.map(refunded)));
  const keys = () => published.map(({ key }) => key);
  const isEmpty = async () => (await world.database.query('SELECT 1 FROM outbox')).count === 0;

  test('sends what was committed, as it was enqueued and in that order, then forgets it', async () => {
    const messages: Message[] = [
      { topic: 'accounts', key: 'b', headers: { ce_id: '1', über: 'ü' }, value: '{"a":"ä"}' },
      { topic: 'accounts', key: 'a', headers: {}, value: null },
    ];
    await world.database.transaction((sql) => enqueueMessages(sql, messages));

    await start();

    await waitFor('an empty outbox', isEmpty);
    expect(published).toEqual(messages);
  });

  test('sends nothing of a transaction that was rolled back', async () => {
    await start();
    const failed = world.database.transaction(async (sql) => {
      await enqueue(sql, [refunded('never')]);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');

    await say('after');

    await waitFor('the next event', () => published.length > 0);
    expect(keys()).toEqual(['after']);
  });

  test('sends, later, the row of a transaction that commits after others with higher ids', async () => {
    const relay = await start();
    const slow = new pg.Client({ connectionString: world.url });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(`INSERT INTO outbox (topic, key, headers, value) VALUES ('checkout', 'slow', '{}', '1')`);
    await say('fast');
    relay.wake();
    await waitFor('the fast one', () => published.length === 1);

    await slow.query('COMMIT');
    await slow.end();

    await waitFor('the slow one', () => published.length === 2);
    expect(keys()).toEqual(['fast', 'slow']);
  });

  test('sends a batch again that was not acknowledged, until it is, and loses and reorders nothing', async () => {
    let left = 3;
    publish = async () => {
      left -= 1;
      if (left >= 0) throw new Error('no broker');
    };
    await say('a', 'b');
    await start();
    await say('c');

    await waitFor('an empty outbox', isEmpty);
    expect(keys()).toEqual(['a', 'b', 'c']);
  });

  test('sends a long outbox in several batches, none too large for the broker', async () => {
    const long = 'x'.repeat(150_000);
    const many = Array.from(
      { length: 700 },
      (_, number): Message => ({ topic: 'checkout', key: String(number), headers: {}, value: '{}' }),
    );
    const large = Array.from(
      { length: 5 },
      (_, number): Message => ({ topic: 'checkout', key: `large-${number}`, headers: {}, value: long }),
    );
    await world.database.transaction((sql) => enqueueMessages(sql, [...many, ...large]));

    await start();

    await waitFor('an empty outbox', isEmpty);
    expect(keys()).toEqual([...many, ...large].map(({ key }) => key));
    expect(batches).toEqual([500, 202, 2, 1]);
  });

  test('only one of two relays sends; the other takes over when it ends', async () => {
    let busy = 0;
    let most = 0;
    publish = async () => {
      busy += 1;
      most = Math.max(most, busy);
      // longer than a poll, so that a second relay would find the same rows
      await sleep(300);
      busy -= 1;
    };
    const another = await world.open();
    const first = await start();
    await say('first');
    await waitFor('the first event', () => published.length === 1);
    const second = await start(another);

    await say(...Array.from({ length: 20 }, (_, number) => String(number)));
    first.wake();
    second.wake();
    await waitFor('an empty outbox', isEmpty);
    expect(published).toHaveLength(21);
    expect(most).toBe(1);
    await first.stop();
    await say('last');

    await waitFor('the other one to take over', () => keys().includes('last'));
    expect(published).toHaveLength(22);
    await second.stop();
    await another.close();
  });

  test('goes on after its connection was cut', async () => {
    await start();
    await say('before');
    await waitFor('the first event', () => published.length === 1);

    await world.database.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE ${isOurs} AND pid <> pg_backend_pid()`);
    await say('after');

    await waitFor('the next event', () => keys().includes('after'));
    await waitFor('an empty outbox', isEmpty);
  });

  test('waits for its tables', async () => {
    const early = await openWorld('early');
    const relay = await startRelay({ database: early.database, eventLog: log, logger });

    await early.create();
    await early.database.transaction((sql) => enqueue(sql, [refunded('a')]));

    await waitFor('the event', () => published.length === 1);
    await relay.stop();
    await early.close();
  });

  test('reports how many messages wait and since when', async () => {
    publish = () => Promise.reject(new Error('no broker'));
    const relay = await start();
    expect(await relay.lag()).toEqual({ messages: 0, oldestMs: 0, rejected: 0 });

    await say('a', 'b');
    await world.database.query(`UPDATE outbox SET created_at = now() - interval '5 seconds'`);

    expect(await relay.lag()).toEqual({ messages: 2, oldestMs: expect.any(Number), rejected: 0 });
    expect((await relay.lag()).oldestMs).toBeGreaterThanOrEqual(5000);
  });

  test('can be stopped while the log does not answer; what was not acknowledged stays', async () => {
    publish = () => new Promise(() => undefined);
    const relay = await start();
    await say('a');
    relay.wake();
    await sleep(0);

    await relay.stop();

    expect(await isEmpty()).toBe(false);
    // the connection that held it is closed, which the server notices a moment later
    await waitFor(
      'the lock to be given back',
      async () => (await world.database.query(`SELECT 1 FROM pg_locks WHERE ${isOurs}`)).count === 0,
    );
  });

  test('many wake-ups are answered by few batches', async () => {
    const relay = await start();
    await say('warm');
    await waitFor('the first event', () => published.length === 1);
    batches.length = 0;

    for (let number = 0; number < 50; number += 1) {
      await say(String(number));
      relay.wake();
    }

    await waitFor('all', () => published.length === 51);
    expect(batches.length).toBeLessThan(50);
  });
});

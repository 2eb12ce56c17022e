import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AppError } from '#platform/errors.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { currentTraceparent, traceIdOf, withTraceparent } from '#platform/tracing/trace-context.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Consumer, type ConsumerOptions, on, startConsumer } from '../consumer.ts';
import { toReplay } from '../dead-letter-message.ts';
import { readDeadLetters, toTombstone } from '../dead-letters.ts';
import type { EventLog, Message } from '../event-log.ts';
import { toMessage } from '../events.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { sweepInbox } from '../inbox.ts';
import { enqueue } from '../outbox.ts';
import { startRelay } from '../relay.ts';
import { failed, logger, onPayment, openWorld, refunded, succeeded, withTransactions } from './world.ts';

jest.setTimeout(20_000);

describe('a consumer', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let log: EventLog;
  let running: { stop(): Promise<void> }[];

  beforeAll(async () => {
    world = await openWorld('consumer');
    await world.create();
  });

  beforeEach(async () => {
    await world.empty();
    log = createInProcessLog();
    running = [];
  });

  afterEach(async () => {
    await Promise.all(running.map((one) => one.stop()));
    await log.close();
  });

  afterAll(() => world.close());

  async function start(options: Partial<ConsumerOptions> = {}): Promise<Consumer> {
    const consumer = await startConsumer({
      name: 'listener',
      eventLog: log,
      database: world.database,
      subscribes: onPayment(),
      minFetchIntervalMs: 0,
      onCommitted: () => undefined,
      logger,
      ...options,
    });
    running.push(consumer);
    return consumer;
  }

  async function lettersOnTopic() {
    return readDeadLetters(await log.readAll('checkout.dead'));
  }

  /** Dead letters travel through the outbox. */
  async function deadLetters(count: number) {
    const letters = await waitFor(`${count} dead letters`, async () => {
      const all = await lettersOnTopic();
      return all.length >= count ? all : null;
    });
    expect(letters).toHaveLength(count);
    return letters;
  }

  async function withRelay() {
    const relay = await startRelay({ database: world.database, eventLog: log, logger });
    running.push(relay);
    return relay;
  }

  test('handles an event once, however often it is delivered', async () => {
    await start();
    const message = toMessage(refunded('a'));

    await log.publish([message, message]);
    await log.publish([message]);

    expect(await world.effects()).toEqual(['a:payment.refunded']);
  });

  test('handles the events of one key in their order, and never two of them in one call', async () => {
    const calls: string[][] = [];
    const note = async (_sql: Sql, events: readonly { key: string; type: string }[]) =>
      void calls.push(events.map(({ key, type }) => `${key}:${type}`));
    await start({ subscribes: [on('payment.failed', [], note), on('payment.succeeded', [], note), on('payment.refunded', [], note)] });

    await log.publish([failed('a'), refunded('b'), succeeded('a'), failed('b'), refunded('a'), failed('a')].map(toMessage));

    const of = (key: string) => calls.flat().filter((call) => call.startsWith(`${key}:`));
    expect(of('a')).toEqual(['a:payment.failed', 'a:payment.succeeded', 'a:payment.refunded', 'a:payment.failed']);
    expect(of('b')).toEqual(['b:payment.refunded', 'b:payment.failed']);
    for (const call of calls) expect(new Set(call.map((one) => one.split(':')[0])).size).toBe(call.length);
  });

  test('handles many events of one type in one call and one transaction', async () => {
    const sizes: number[] = [];
    let transactions = 0;
    await start({
      database: withTransactions(world.database, () => {
        transactions += 1;
      }),
      subscribes: [on('payment.refunded', [], async (_sql, events) => void sizes.push(events.length))],
    });

    await log.publish(Array.from({ length: 100 }, (_, number) => toMessage(refunded(`key-${number}`))));

    expect(sizes).toEqual([100]);
    expect(transactions).toBe(1);
  });

  test('handles what came in a long absence in transactions of a bounded size', async () => {
    const sizes: number[] = [];
    await log.publish(Array.from({ length: 900 }, (_, number) => toMessage(refunded(`key-${number}`))));

    await start({ subscribes: [on('payment.refunded', [], async (_sql, events) => void sizes.push(events.length))] });

    await waitFor('all events', () => sizes.reduce((sum, size) => sum + size, 0) === 900);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  });

  test('rejects two subscriptions to one event type', async () => {
    await expect(start({ subscribes: [...onPayment(), ...onPayment()] })).rejects.toThrow('subscribes to payment.refunded twice');
  });

  test('notifies the service after each committed batch', async () => {
    let committed = 0;
    await start({
      onCommitted: () => {
        committed += 1;
      },
    });

    await log.publish([toMessage(refunded('a'))]);

    expect(committed).toBe(1);
  });

  test('skips, without opening a transaction, types it does not subscribe to, unknown types, and tombstones', async () => {
    let transactions = 0;
    await start({
      subscribes: onPayment().slice(0, 1),
      database: withTransactions(world.database, () => {
        transactions += 1;
      }),
    });
    const unknown: Message = { topic: 'checkout', key: 'a', headers: { ce_id: 'x', ce_type: 'order.lost' }, value: 'not even JSON' };

    await log.publish([
      toMessage(succeeded('a')),
      unknown,
      { ...unknown, headers: {} },
      { topic: 'checkout', key: 'a', headers: {}, value: null },
    ]);

    expect(transactions).toBe(0);
    expect(await world.database.query('SELECT 1 FROM outbox')).toMatchObject({ count: 0 });
  });

  test('sets a poisoned event aside after three tries, and the others go on', async () => {
    await withRelay();
    let tries = 0;
    await start({
      subscribes: onPayment(({ key }) => {
        if (key !== 'poison') return;
        tries += 1;
        throw new TypeError('undefined is not a function');
      }),
    });
    const poison = refunded('poison');

    await log.publish([refunded('a'), poison, refunded('b'), succeeded('poison-not')].map(toMessage));

    expect((await world.effects()).sort()).toEqual(['a:payment.refunded', 'b:payment.refunded', 'poison-not:payment.succeeded']);
    // once with all the others, then alone
    expect(tries).toBe(4);
    const [letter] = await deadLetters(1);
    expect(letter).toMatchObject({ consumer: 'listener', attempts: 3, error: 'undefined is not a function', message: toMessage(poison) });
    expect(Number(letter?.offset)).toBeGreaterThanOrEqual(0);
  });

  test('tries hundreds of poisoned events in turn, so that they wait together', async () => {
    await withRelay();
    const tries: string[] = [];
    await start({
      subscribes: onPayment(({ key }) => {
        tries.push(key);
        throw new TypeError('undefined is not a function');
      }),
    });
    const poison = Array.from({ length: 200 }, (_, number) => refunded(`key-${number}`));

    await log.publish(poison.map(toMessage));

    await deadLetters(200);
    // the first one was met by the attempt at all of them together
    const alone = tries.slice(1);
    const round = alone.slice(0, 200);
    expect(new Set(round).size).toBe(200);
    expect(alone).toEqual([...round, ...round, ...round]);
  });

  test('holds up what follows a poisoned event of the same key until that one is set aside, and nothing else', async () => {
    await withRelay();
    await start({
      subscribes: onPayment(({ type }) => {
        if (type === 'payment.failed') throw new Error('no');
      }),
    });

    await log.publish([failed('a'), refunded('a'), refunded('b')].map(toMessage));

    expect(await world.effects()).toEqual(['b:payment.refunded', 'a:payment.refunded']);
    await deadLetters(1);
  });

  test('tries once what PostgreSQL will never take', async () => {
    await withRelay();
    let tries = 0;
    await start({
      subscribes: onPayment(async (_fact, sql) => {
        tries += 1;
        await sql.query('SELECT $1::int', [2 ** 40]);
      }),
    });

    await log.publish([toMessage(refunded('a'))]);

    expect((await deadLetters(1))[0]?.attempts).toBe(1);
    expect(tries).toBe(1);
  });

  test('sets aside at once what is no event: bad JSON, a broken contract, no id', async () => {
    await withRelay();
    await start();
    const good = toMessage(refunded('a'));
    const { ce_id: _id, ...withoutId } = good.headers;
    const malformed: Message[] = [
      { ...good, headers: { ...good.headers, ce_id: 'bad-json' }, value: '{"orderId":' },
      { ...good, headers: { ...good.headers, ce_id: 'bad-data' }, value: '{"orderId":7}' },
      { ...good, headers: withoutId },
      { ...good, headers: { ...good.headers, ce_id: 'no-data' }, value: null },
    ];

    await log.publish([...malformed, good]);
    await log.publish(malformed.slice(0, 2));

    expect(await world.effects()).toEqual(['a:payment.refunded']);
    const letters = await deadLetters(4);
    expect(letters.map(({ message }) => message.value)).toEqual(expect.arrayContaining(malformed.map(({ value }) => value)));
    expect(letters).toHaveLength(4);
    expect(letters.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test('takes back what a handler did when it fails', async () => {
    let isBroken = true;
    await start({
      subscribes: onPayment(() => {
        if (!isBroken) return;
        isBroken = false;
        throw new Error('for the first time');
      }),
    });

    await log.publish([toMessage(refunded('a'))]);

    expect(await world.effects()).toEqual(['a:payment.refunded']);
    expect(await world.database.query('SELECT 1 FROM outbox')).toMatchObject({ count: 0 });
  });

  test.each([
    ['a database that is away', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
    ['a database that is shutting down', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['a full disk', Object.assign(new Error('could not extend file'), { code: '53100' })],
    ['a service that is away', new AppError('UNAVAILABLE', 'The provider does not answer.')],
  ])('waits for %s, and sets nothing aside', async (_what, error) => {
    let left = 5;
    await start({
      database: withTransactions(world.database, () => {
        left -= 1;
        if (left >= 0) throw error;
      }),
    });

    await log.publish([refunded('a'), refunded('b')].map(toMessage));

    expect((await world.effects()).sort()).toEqual(['a:payment.refunded', 'b:payment.refunded']);
    expect(await world.database.query('SELECT 1 FROM outbox')).toMatchObject({ count: 0 });
  });

  test('can be stopped while it waits, and handles the event when it is started again', async () => {
    let tries = 0;
    const consumer = await start({
      database: withTransactions(world.database, () => {
        tries += 1;
        throw new AppError('UNAVAILABLE', 'Away.');
      }),
    });
    const sent = log.publish([toMessage(refunded('a'))]);
    await waitFor('a few tries', () => tries > 2);

    await consumer.stop();
    await start();
    await sent;

    expect(await world.effects()).toEqual(['a:payment.refunded']);
  });

  test('a replayed dead letter is handled by the consumer that gave up on it, once, and by no other', async () => {
    await withRelay();
    let isBroken = true;
    const others: string[] = [];
    await start({
      subscribes: onPayment(() => {
        if (isBroken) throw new Error('a bug, mended later');
      }),
    });
    await start({
      name: 'bystander',
      subscribes: [on('payment.refunded', [], async (_sql, events) => void others.push(...events.map(({ key }) => key)))],
    });
    await log.publish([toMessage(refunded('a'))]);
    const [letter] = await deadLetters(1);
    if (letter === undefined) throw new Error('no letter');
    isBroken = false;

    await log.publish([toReplay(letter)]);
    await log.publish([toReplay(letter), toTombstone(letter)]);

    expect(await world.effects()).toEqual(['a:payment.refunded']);
    expect(others).toEqual(['a']);
    expect(await lettersOnTopic()).toEqual([]);
  });

  test('a replay that fails again is a new dead letter', async () => {
    await withRelay();
    await start({
      subscribes: onPayment(() => {
        throw new Error('still broken');
      }),
    });
    await log.publish([toMessage(refunded('a'))]);
    const [letter] = await deadLetters(1);
    if (letter === undefined) throw new Error('no letter');

    await log.publish([toReplay(letter), toTombstone(letter)]);

    const [again] = await deadLetters(1);
    expect(again?.id).not.toBe(letter.id);
    expect(again?.message).toEqual(letter.message);
  });

  test('runs a batch in the trace of its first event, and what it publishes belongs to it', async () => {
    const traces: (string | undefined)[] = [];
    await start({
      subscribes: onPayment(async (_fact, sql) => {
        traces.push(traceIdOf(currentTraceparent()));
        await enqueue(sql, [succeeded('reaction')]);
      }),
    });
    const event = withTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', () => refunded('a'));

    await log.publish([toMessage(event)]);

    const { rows } = await world.database.query<{ headers: Record<string, string> }>('SELECT headers FROM outbox');
    expect(traces).toEqual(['0af7651916cd43dd8448eb211c80319c']);
    expect(rows[0]?.headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
  });

  test('forgets inbox entries that cannot come again, and only those of its own', async () => {
    await world.database.query(
      `INSERT INTO inbox (consumer, event_id, handled_at) VALUES ('listener', 'old', now() - interval '31 days'), ('listener', 'new', now() - interval '15 days'), ('other', 'old', now() - interval '31 days')`,
    );

    expect(await sweepInbox(world.database, 'listener')).toBe(1);

    const { rows } = await world.database.query('SELECT consumer, event_id FROM inbox ORDER BY consumer, event_id');
    expect(rows).toEqual([
      { consumer: 'listener', event_id: 'new' },
      { consumer: 'other', event_id: 'old' },
    ]);
  });
});

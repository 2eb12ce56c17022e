import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '#platform/postgres/database.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Consumer, type ConsumerOptions, on, startConsumer } from '../consumer.ts';
import type { EventLog } from '../event-log.ts';
import { toMessage } from '../events.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { UnpublishableError } from '../message-limits.ts';
import { enqueue } from '../outbox.ts';
import { type Relay, startRelay } from '../relay.ts';
import { logger, onPayment, openWorld, refunded, withTransactions } from './world.ts';

jest.setTimeout(20_000);

let world: Awaited<ReturnType<typeof openWorld>>;
let ms = 0;
const now = () => ms;

beforeAll(async () => {
  world = await openWorld('stalled');
  await world.create();
});
beforeEach(() => {
  ms = 0;
  return world.empty();
});
afterAll(() => world.close());

describe('a consumer that does not come on', () => {
  let log: EventLog;
  let consumer: Consumer;

  beforeEach(() => {
    log = createInProcessLog();
  });
  afterEach(async () => {
    await consumer.stop();
    await log.close();
  });

  async function start(more: Partial<ConsumerOptions>) {
    const options = { name: 'slow', eventLog: log, database: world.database, subscribes: onPayment(), minFetchIntervalMs: 0, logger, now };
    consumer = await startConsumer({ ...options, onCommitted: () => undefined, ...more });
  }

  test('is unhealthy after half a minute without its database, and healthy again with the first event it handles', async () => {
    let isAway = true;
    let tries = 0;
    const database: Database = withTransactions(world.database, () => {
      tries += 1;
      if (isAway) throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    });
    await start({ database });
    const sent = log.publish([toMessage(refunded('a'))]);
    await waitFor('a try', () => tries > 1);
    ms = 29_000;
    expect(consumer.unhealthyReason()).toBeNull();

    ms = 31_000;

    expect(consumer.unhealthyReason()).toBe('the consumer has not come on for 31 s: the database does not answer');
    expect(consumer.waitingSeconds()).toBe(31);
    isAway = false;
    await sent;
    expect(consumer.unhealthyReason()).toBeNull();
    expect(consumer.waitingSeconds()).toBe(0);
  });

  test('is unhealthy while a handler does not finish', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    let begun = false;
    const hang = async () => {
      begun = true;
      await held;
    };
    await start({ subscribes: [on('payment.refunded', [], hang)] });
    const sent = log.publish([toMessage(refunded('a'))]);
    await waitFor('the handler', () => begun);

    ms = 45_000;

    expect(consumer.unhealthyReason()).toBe('the consumer has not come on for 45 s: its handler does not come to an end');
    release();
    await sent;
    expect(consumer.unhealthyReason()).toBeNull();
  });

  test('is unhealthy while it is not a member of its group', async () => {
    let problem: string | null = 'it lost Kafka';
    await start({
      eventLog: { ...log, subscribe: async (options) => ({ ...(await log.subscribe(options)), unhealthyReason: () => problem }) },
    });
    expect(consumer.unhealthyReason()).toBeNull();

    ms = 30_000;

    expect(consumer.unhealthyReason()).toBe('the consumer has not come on for 30 s: it lost Kafka');
    problem = null;
    expect(consumer.unhealthyReason()).toBeNull();
  });
});

describe('the relay of an outbox', () => {
  let relay: Relay;
  let published: string[];
  let reject: (key: string) => void;

  beforeEach(() => {
    published = [];
    reject = () => undefined;
  });
  afterEach(() => relay.stop());

  async function start() {
    const publish: EventLog['publish'] = async (messages) => {
      for (const { key } of messages) reject(key);
      published.push(...messages.map(({ key }) => key));
    };
    relay = await startRelay({ database: world.database, eventLog: { publish } as EventLog, logger, now });
  }
  const say = (...keys: string[]) => world.database.transaction((sql) => enqueue(sql, keys.map(refunded)));

  test('is unhealthy after half a minute in which nothing could be sent, and healthy after a send', async () => {
    let tries = 0;
    let isAway = true;
    reject = () => {
      tries += 1;
      if (isAway) throw new Error('no broker');
    };
    await start();
    await say('a');
    await waitFor('a try', () => tries > 0);

    ms = 31_000;

    expect(relay.unhealthyReason()).toBe(
      'the relay of the outbox has not come on for 31 s: the event log does not take what is in the outbox',
    );
    isAway = false;
    await waitFor('the message', () => published.length > 0);
    await waitFor('its health', () => relay.unhealthyReason() === null);
  });

  test('is unhealthy while the log does not answer', async () => {
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    let isAsked = false;
    const publish: EventLog['publish'] = () => {
      isAsked = true;
      return held;
    };
    relay = await startRelay({ database: world.database, eventLog: { publish } as EventLog, logger, now });
    await say('a');
    await waitFor('the message', () => isAsked);

    ms = 31_000;

    expect(relay.unhealthyReason()).toMatch(/^the relay of the outbox has not come on for 31 s: /);
    answer();
    await waitFor('its health', () => relay.unhealthyReason() === null);
  });

  test('keeps and reports a message that the log never accepts, and sends all others in their order', async () => {
    reject = (key) => {
      if (key === 'never') throw new UnpublishableError('too large');
    };
    await say('a', 'never', 'b');

    await start();
    await waitFor('the others', () => published.includes('b'));
    await say('c');
    relay.wake();
    await waitFor('what came later', () => published.includes('c'));

    expect(published).toEqual(['a', 'b', 'c']);
    await waitFor('an outbox of one', async () => (await relay.lag()).messages === 0);
    expect(await relay.lag()).toEqual({ messages: 0, oldestMs: 0, rejected: 1 });
    expect((await world.database.query('SELECT key, refused_because FROM outbox')).rows).toEqual([
      { key: 'never', refused_because: 'too large' },
    ]);
  });

  test('sends with its next beginning what the log takes by then', async () => {
    reject = () => {
      throw new UnpublishableError('too large');
    };
    await say('a');
    await start();
    await waitFor('the rejection', async () => (await relay.lag()).rejected === 1);
    await relay.stop();
    reject = () => undefined;

    await start();

    await waitFor('the message', () => published.includes('a'));
  });
});

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import type { Delivery, EventLog, Message, MessageBytes, SubscribeOptions, Subscription } from '../event-log.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { openKafkaLog } from '../kafka/log.ts';
import { textOf } from '../message-bytes.ts';
import { UnpublishableError } from '../message-limits.ts';

const brokers = testBrokers();
const logger = createLogger('test', 'silent');

const toHeader = ([name, value]: [string, string]) => ({ name: Buffer.from(name), value: Buffer.from(value) });
const inProcess = { adapter: 'in process', open: () => createInProcessLog() };
const onKafka = {
  adapter: 'on Kafka',
  open: () => openKafkaLog({ brokers, clientId: 'test', logger, onFatal: (error) => fatal.push(error) }),
};
const fatal: Error[] = [];

jest.setTimeout(30_000);

const contract = ({ open }: { open: () => EventLog }) => {
  let log: EventLog;
  let subscriptions: Subscription[];
  let mark: string;

  beforeEach(() => {
    log = open();
    subscriptions = [];
    // the topics are shared with other tests: ours are the messages with this mark
    mark = newId();
  });

  afterEach(async () => {
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    await log.close();
    expect(fatal).toEqual([]);
  });

  const message = (key: string, value: string | null = '{}', more: Partial<Message> = {}): Message => ({
    topic: 'checkout',
    key,
    headers: { ce_id: newId(), mark },
    value,
    ...more,
  });

  async function listen(options: Partial<SubscribeOptions> = {}) {
    const heard: Delivery[] = [];
    let joins = 0;
    const subscription = await log.subscribe({
      group: `group-${mark}`,
      memberId: 'member',
      topics: ['checkout'],
      from: 'beginning',
      minFetchIntervalMs: 0,
      ...options,
      async handle(deliveries) {
        const ours = deliveries.filter(({ headers }) => headers['mark'] === mark);
        if (ours.length > 0) await options.handle?.(ours);
        heard.push(...ours);
      },
      onJoined() {
        joins += 1;
        options.onJoined?.();
      },
    });
    subscriptions.push(subscription);
    await waitFor('the member to join', () => joins > 0, 15_000);
    return { heard, subscription, values: () => heard.map(({ value }) => value), joins: () => joins };
  }

  test('delivers a message as it was published, with the place where it lies', async () => {
    const { heard } = await listen();

    await log.publish([message('k', '{"name":"Zinnia élégante 🌼"}', { headers: { mark, ce_type: 'test.told', ce_id: 'e1' } })]);

    await waitFor('the message', () => heard.length === 1);
    expect(heard[0]).toEqual({
      topic: 'checkout',
      key: 'k',
      headers: { mark, ce_type: 'test.told', ce_id: 'e1' },
      value: '{"name":"Zinnia élégante 🌼"}',
      partition: expect.any(Number),
      offset: expect.stringMatching(/^\d+$/),
    });
  });

  test('delivers the messages of one key in the order in which they were published', async () => {
    const { heard } = await listen();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

    for (let round = 0; round < 5; round += 1) {
      await log.publish(keys.flatMap((key) => [message(key, String(round * 2)), message(key, String(round * 2 + 1))]));
    }

    await waitFor('all messages', () => heard.length === 70);
    for (const key of keys)
      expect(heard.filter((one) => one.key === key).map(({ value }) => Number(value))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('delivers what a process reports of itself, while an event waits for its subscribers', async () => {
    const { heard } = await listen({ topics: ['logs'] });

    await log.report([message('order', '{"level":"info"}\n', { topic: 'logs' })]);
    await log.report([message('order', '{"level":"warn"}\n', { topic: 'logs' })]);

    await waitFor('both', () => heard.length === 2);
    expect(heard.map(({ topic, value }) => [topic, value])).toEqual([
      ['logs', '{"level":"info"}\n'],
      ['logs', '{"level":"warn"}\n'],
    ]);
  });

  test('gives each group every message', async () => {
    const one = await listen({ group: `one-${mark}` });
    const other = await listen({ group: `other-${mark}` });

    await log.publish(['1', '2', '3'].map((value) => message(value, value)));

    await waitFor('both groups', () => one.heard.length === 3 && other.heard.length === 3);
    expect(one.values().sort()).toEqual(['1', '2', '3']);
    expect(other.values().sort()).toEqual(['1', '2', '3']);
  });

  test('shares the messages among the members of a group', async () => {
    const one = await listen({ memberId: 'one' });
    const other = await listen({ memberId: 'other' });
    await waitFor('both members', () => one.joins() >= 2);
    const keys = Array.from({ length: 60 }, (_, number) => `key-${number}`);

    await log.publish(keys.map((key) => message(key, key)));

    await waitFor('all messages', () => new Set([...one.values(), ...other.values()]).size === 60);
    expect(one.heard.length).toBeGreaterThan(0);
    expect(other.heard.length).toBeGreaterThan(0);
    expect(one.heard.filter(({ key }) => other.heard.some((there) => there.key === key))).toEqual([]);
  });

  test('delivers again what a handler failed on, and nothing before it', async () => {
    const tries: (string | null)[][] = [];
    const { values } = await listen({
      async handle(deliveries) {
        tries.push(deliveries.map(({ value }) => value));
        // a TypeError, because that one ends a consumer of kafkajs for good when it gets there
        if (tries.length < 3) throw new TypeError('undefined is not a function');
      },
    });

    const sent = log.publish([message('k', '1')]);
    await waitFor('the third try', () => tries.length >= 3);
    await sent;
    await log.publish([message('k', '2')]);

    await waitFor('the second message', () => values().includes('2'));
    expect(values()).toEqual(['1', '2']);
    expect(tries.slice(0, 3)).toEqual([['1'], ['1'], ['1']]);
  });

  test('never calls a handler while it is still busy', async () => {
    let busy = 0;
    let most = 0;
    const { heard } = await listen({
      async handle() {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise((resolve) => setTimeout(resolve, 3));
        busy -= 1;
      },
    });

    await Promise.all(Array.from({ length: 20 }, (_, number) => log.publish([message(`key-${number}`)])));

    await waitFor('all messages', () => heard.length === 20);
    expect(most).toBe(1);
  });

  test('hands over the partitions of one fetch together', async () => {
    const sizes: number[] = [];
    const { heard } = await listen({ handle: async (deliveries) => void sizes.push(deliveries.length) });

    await log.publish(Array.from({ length: 200 }, (_, number) => message(`key-${number}`)));

    await waitFor('all messages', () => heard.length === 200);
    expect(sizes.length).toBeLessThanOrEqual(3);
  });

  test('goes on, after a member stopped, where the group had come to', async () => {
    const before = await listen();
    await log.publish([message('k', 'before')]);
    await waitFor('the first message', () => before.heard.length === 1);
    await before.subscription.stop();

    const sent = log.publish([message('k', 'meanwhile')]);
    const after = await listen();
    await sent;

    await waitFor('what came meanwhile', () => after.values().includes('meanwhile'));
    expect(after.values()).toEqual(['meanwhile']);
    expect(before.values()).toEqual(['before']);
  });

  test('keeps for the next member what a member could not handle before it stopped', async () => {
    let tries = 0;
    const before = await listen({
      async handle() {
        tries += 1;
        throw new Error('never');
      },
    });
    const sent = log.publish([message('k', '1')]);
    await waitFor('a try', () => tries > 0);

    await before.subscription.stop();
    const after = await listen();
    await sent;

    await waitFor('the message', () => after.values().includes('1'));
  });

  test('does not wait for a member that read from the end and left in the middle', async () => {
    let tries = 0;
    const { subscription } = await listen({
      from: 'end',
      async handle() {
        tries += 1;
        throw new Error('never');
      },
    });
    const sent = log.publish([message('k', '1')]);
    await waitFor('a try', () => tries > 0);

    await subscription.stop();

    await sent;
  });

  test('gives a new group earlier events, when it reads from the beginning', async () => {
    await log.publish([message('k', 'before')]);

    const { values } = await listen({ from: 'beginning' });

    await waitFor('the message', () => values().includes('before'));
  });

  test('gives a new group only later events, when it reads from the end', async () => {
    await log.publish([message('k', 'before')]);
    const { heard, values } = await listen({ from: 'end' });

    await log.publish([message('k', 'after')]);

    await waitFor('the message', () => heard.length > 0);
    expect(values()).toEqual(['after']);
  });

  test('does not wait for a group that read from the end and is gone', async () => {
    const { subscription } = await listen({ from: 'end' });
    await subscription.stop();

    await log.publish([message('k')]);

    expect(await log.unhealthyReason()).toBeNull();
  });

  test('does not wait for a transient group that is gone, from where ever it read', async () => {
    await log.publish([message('k', 'before')]);
    const { subscription, values } = await listen({ from: 'beginning', isTransient: true });
    await waitFor('the message', () => values().includes('before'));
    await subscription.stop();

    await log.publish([message('k')]);

    expect(await log.lag([`group-${mark}`])).toEqual([]);
  });

  test('takes large batches', async () => {
    const { heard } = await listen();
    const name = 'x'.repeat(500);

    for (let round = 0; round < 4; round += 1) {
      await log.publish(Array.from({ length: 500 }, (_, number) => message(`key-${number}`, JSON.stringify({ round, name }))));
    }

    await waitFor('all messages', () => heard.length >= 2000, 10_000);
    expect(new Set(heard.map(({ headers }) => headers['ce_id'])).size).toBe(2000);
  });

  test('delivers any bytes as they were published', async () => {
    const { heard } = await listen();
    const bytes: MessageBytes = {
      key: Buffer.from([0xff, 0]),
      headers: [
        ...Object.entries({ mark, __proto__: 'x', constructor: 'y' }).map(toHeader),
        toHeader(['__proto__', 'own']),
        { name: Buffer.from([0xfe]), value: Buffer.from([0xfd, 0]) },
        { name: Buffer.from('twice'), value: null },
        { name: Buffer.from('7'), value: Buffer.alloc(0) },
        { name: Buffer.from('twice'), value: Buffer.from('2') },
      ],
      value: Buffer.from([0, 0, 0, 0, 1, 0x7b]),
    };

    await log.publish([{ topic: 'checkout', ...textOf(bytes) }]);

    await waitFor('the message', () => heard.length === 1);
    expect(heard[0]?.bytes).toEqual(bytes);
    expect(heard[0]).toMatchObject({ key: '\uFFFD\0', value: '\0\0\0\0\u0001{', headers: { mark, twice: '' } });
  });

  test('delivers a message of tens of thousands of headers', async () => {
    const { heard } = await listen();
    const headers = { mark, ...Object.fromEntries(Array.from({ length: 60_000 }, (_, number) => [`h${number}`, ''])) };

    await log.publish([{ topic: 'checkout', key: 'k', headers, value: '{}' }]);

    await waitFor('the message', () => heard.length === 1, 10_000);
    expect(heard[0]?.headers).toEqual(headers);
  });

  test('rejects a message that is larger than its topic takes, and takes one that just fits', async () => {
    const { heard } = await listen();
    const large = (topic: Message['topic'], size: number) => message('k', 'x'.repeat(size), { topic });

    await expect(log.publish([large('checkout', 1024 * 1024)])).rejects.toThrow(UnpublishableError);
    await log.publish([large('checkout', 1024 * 1024 - 400), large('checkout.dead', 3 * 1024 * 1024)]);

    await waitFor('the one that fits', () => heard.length === 1);
    expect(heard[0]?.value).toHaveLength(1024 * 1024 - 400);
  });

  test('lists the letters of a dead-letter topic; a tombstone removes one', async () => {
    const letter = (key: string, value: string | null) => message(key, value, { topic: 'catalogue.dead' });

    await log.publish([letter(`one-${mark}`, '1'), letter(`two-${mark}`, '2'), letter(`one-${mark}`, null)]);

    const last = new Map((await log.readAll('catalogue.dead')).map((one) => [one.key, one.value]));
    expect(last.get(`one-${mark}`) ?? null).toBeNull();
    expect(last.get(`two-${mark}`)).toBe('2');
  });

  test('reports the lag of a group on each of its topics, and its number of members', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const group = `group-${mark}`;
    const lagOn = async (topic: string) => (await log.lag([group, `nobody-${mark}`])).filter((lag) => lag.topic === topic);
    await log.publish([message('k', 'before')]);
    const { subscription } = await listen({ topics: ['checkout', 'catalogue'], handle: () => held });
    const sent = log.publish([message('k', '1'), message('other', '2')]);

    // other tests share the topic: as much as is ours waits at least
    await waitFor('the group to be behind', async () => ((await lagOn('checkout'))[0]?.messages ?? 0) >= 3, 10_000);
    expect(await lagOn('checkout')).toEqual([{ group, topic: 'checkout', messages: expect.any(Number), members: 1 }]);
    release();
    await sent;
    await waitFor('the group to have caught up', async () => (await lagOn('checkout'))[0]?.messages === 0, 10_000);
    expect((await lagOn('catalogue')).map(({ members }) => members)).toEqual([1]);

    await subscription.stop();

    await waitFor('nobody to share the work', async () => (await lagOn('checkout'))[0]?.members === 0, 10_000);
    expect((await log.lag([group])).map((lag) => lag.messages).every((messages) => messages >= 0)).toBe(true);
  });

  test('lets a running batch end before a subscription is stopped', async () => {
    let begin: () => void = () => undefined;
    let release: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { values, subscription } = await listen({
      handle() {
        begin();
        return held;
      },
    });
    const sent = log.publish([message('k', '1')]);
    await begun;

    let isStopped = false;
    const stopped = subscription.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    release();
    await stopped;

    expect(values()).toEqual(['1']);
    await sent;
  });

  test('rejects to publish or to subscribe once it is closed', async () => {
    await log.close();

    await expect(log.publish([message('k')])).rejects.toThrow('closed');
    await expect(
      log.subscribe({ group: 'g', memberId: 'm', topics: ['checkout'], from: 'end', minFetchIntervalMs: 0, handle: async () => undefined }),
    ).rejects.toThrow('closed');
    expect(await log.unhealthyReason()).toMatch(/closed/);
  });
};

describe.each([inProcess])('the event log $adapter', contract);
needs('kafka').describe.each([onKafka])('the event log $adapter', contract);

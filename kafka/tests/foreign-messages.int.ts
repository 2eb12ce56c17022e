import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { startConsumer } from '../consumer.ts';
import { toReplay } from '../dead-letter-message.ts';
import { listDeadLetters } from '../dead-letters.ts';
import type { EventLog } from '../event-log.ts';
import { toMessage } from '../events.ts';
import { createInProcessLog } from '../in-memory/log.ts';
import { openKafkaLog } from '../kafka/log.ts';
import { bytesOf, textOf } from '../message-bytes.ts';
import { startRelay } from '../relay.ts';
import { foreignMessages, printed, withoutMarks } from './foreign-messages.ts';
import { logger, onPayment, openWorld, refunded } from './world.ts';

jest.setTimeout(60_000);

const brokers = testBrokers();
const inProcess = { adapter: 'in process', open: () => createInProcessLog() };
const onKafka = { adapter: 'on Kafka', open: () => openKafkaLog({ brokers, clientId: 'test', logger }) };

const behaviour = ({ open }: { open: () => EventLog }) => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let log: EventLog;
  let running: { stop(): Promise<void> }[];
  const name = `foreign-${newId()}`;

  beforeAll(async () => {
    world = await openWorld('foreign');
    await world.create();
    log = open();
    running = [
      await startRelay({ database: world.database, eventLog: log, logger }),
      await startConsumer({
        name,
        eventLog: log,
        database: world.database,
        subscribes: onPayment().filter(({ type }) => type === 'payment.refunded'),
        minFetchIntervalMs: 0,
        onCommitted: () => undefined,
        logger,
      }),
    ];
  });

  beforeEach(() => world.empty());
  afterEach(() => expect(running).toHaveLength(2));

  afterAll(async () => {
    for (const one of running.toReversed()) await one.stop();
    await log.close();
    await world.close();
  });

  const lettersOfOurs = async () => (await listDeadLetters(log)).filter(({ consumer }) => consumer === name);
  const isHandled = (key: string) => async () => (await world.effects()).includes(`${key}:payment.refunded`);

  test('keeps every message byte for byte as a dead letter, and handles the event after it', async () => {
    const before = new Set((await lettersOfOurs()).map(({ id }) => id));
    // an id that was dealt with is skipped: each has its own
    const messages = Object.values(foreignMessages).map((bytes, index) => ({
      ...bytes,
      headers: bytes.headers.map((one) => (one.value?.toString() === 'an-id' ? { ...one, value: Buffer.from(`id-${index}`) } : one)),
    }));

    for (const bytes of messages) await log.publish([{ topic: 'checkout', ...textOf(bytes) }]);
    const after = refunded(newId());
    await log.publish([toMessage(after)]);

    await waitFor('the event after them', isHandled(after.key), 20_000);
    const letters = await waitFor(
      'all letters',
      async () => {
        const all = (await lettersOfOurs()).filter(({ id }) => !before.has(id));
        return all.length >= messages.length ? all : null;
      },
      20_000,
    );
    const kept = letters.map(({ message }) => printed(bytesOf(message))).sort();
    const sent = messages.map((bytes) => printed(withoutMarks(bytes)));
    expect(kept).toEqual(sent.sort());
  });

  test('is given a replayed message byte for byte', async () => {
    const bytes = { ...foreignMessages['a name that is no UTF-8'], value: Buffer.from([0xff, 0]), key: Buffer.from([0xfe, 0]) };
    const headers = [...(bytes.headers ?? []), { name: Buffer.from('x'), value: null }].filter(
      ({ name: one }) => one.toString() !== 'ce_id',
    );
    await log.publish([{ topic: 'checkout', ...textOf({ ...bytes, headers }) }]);
    const of = async () => (await lettersOfOurs()).filter(({ message }) => bytesOf(message).key?.equals(bytes.key));
    const [first] = await waitFor('the letter', async () => ((await of()).length > 0 ? of() : null), 20_000);
    if (first === undefined) throw new Error('no letter');

    await log.publish([toReplay(first)]);

    const again = await waitFor('its second letter', async () => (await of()).find(({ id }) => id !== first.id) ?? null, 20_000);
    expect(printed(bytesOf(again.message))).toBe(printed(bytesOf(first.message)));
  });
};

describe.each([inProcess])('a consumer of a log $adapter', behaviour);
needs('kafka').describe.each([onKafka])('a consumer of a log $adapter', behaviour);

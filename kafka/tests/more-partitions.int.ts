import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type RunningKafka, startKafka } from '#tools/dev/kafka.ts';
import type { Delivery, EventLog, Message } from '../event-log.ts';
import { growTopic } from '../kafka/grow-topic.ts';
import { openKafkaLog } from '../kafka/log.ts';

jest.setTimeout(60_000);
const logger = createLogger('test', 'silent');

// a broker of its own: partitions cannot be taken away again, and other tests count those of the shared one
needs('kafka').describe('a topic that gets more partitions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marigold-partitions-'));
  const logs: EventLog[] = [];
  let kafka: RunningKafka;

  beforeAll(async () => {
    kafka = await startKafka({ dataDir: folder });
  });

  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
  });

  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(): EventLog {
    const log = openKafkaLog({ brokers: kafka.brokers, clientId: 'test', logger });
    logs.push(log);
    return log;
  }

  async function listen(from: 'beginning' | 'end') {
    const received: Delivery[] = [];
    let joins = 0;
    await open().subscribe({
      group: `${from}-${newId()}`,
      memberId: from,
      topics: ['checkout'],
      from,
      minFetchIntervalMs: 0,
      handle: async (deliveries) => void received.push(...deliveries),
      onJoined: () => {
        joins += 1;
      },
    });
    await waitFor(`who reads from the ${from} to join`, () => joins > 0);
    // at least once: what was read and not committed before the new partitions came is read again
    return { received, values: () => [...new Set(received.map(({ value }) => value))].toSorted() };
  }

  test('has every event, before, while and after, delivered to those who run, without a restart', async () => {
    const keys = Array.from({ length: 60 }, () => newId());
    const round = (name: string): Message[] =>
      keys.map((key) => ({ topic: 'checkout', key, headers: { ce_id: newId() }, value: `${name} ${key}` }));
    const old = open();
    await old.publish(round('before'));
    const [service, gateway] = [await listen('beginning'), await listen('end')];

    await growTopic({ brokers: kafka.brokers, clientId: 'test', logger }, 'checkout', 12);
    // one that knows the new partitions at once, and one that will go on with the old ones for a while
    await open().publish(round('new'));
    await old.publish(round('old'));

    const all = ['before', 'new', 'old'].flatMap((name) => keys.map((key) => `${name} ${key}`)).toSorted();
    const since = all.filter((value) => !value.startsWith('before'));
    await waitFor('the service to have all', () => service.values().length === all.length, 30_000);
    await waitFor('the gateway to have what came since it joined', () => gateway.values().length === since.length, 30_000);
    expect([service.values(), gateway.values()]).toEqual([all, since]);
    expect(new Set(service.received.map(({ partition }) => partition)).size).toBeGreaterThan(6);
  });

  test.each(['catalogue', 'accounts', 'checkout.dead'] as const)(
    'is not %s, where the last event of a key replaces those before it',
    async (topic) => {
      await expect(growTopic({ brokers: kafka.brokers, clientId: 'test', logger }, topic, 12)).rejects.toThrow(/compact/);
    },
  );

  test('never gets fewer', async () => {
    await expect(growTopic({ brokers: kafka.brokers, clientId: 'test', logger }, 'checkout', 3)).rejects.toThrow(/has 12/);
  });
});

import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { type LogBatch, LogShipper } from '../log-shipper.ts';
import { createLogger, type Logger } from '../logger.ts';
import { withoutAddresses } from '../without-addresses.ts';

const silent = createLogger('test', 'silent');
const line = (number: number, more = '') => `${JSON.stringify({ level: 'info', service: 'order', number, more })}\n`;
const parsed = ({ lines }: LogBatch) =>
  lines
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { [field: string]: unknown });

/** An event log that can be away. */
function createFakeLog() {
  const taken: LogBatch[] = [];
  const tried: LogBatch[] = [];
  const state = { isAway: false };
  return {
    ...{ taken, tried, state },
    records: () => taken.flatMap(parsed),
    export: async (batch: LogBatch) => {
      tried.push(batch);
      if (state.isAway) throw new Error('away');
      taken.push(batch);
    },
  };
}

async function droppedOf(shipper: LogShipper): Promise<number | undefined> {
  const registry = new Registry();
  shipper.register(registry);
  const [metric] = await registry.getMetricsAsJSON();
  return metric?.values[0]?.value;
}

describe('log records on their way to the event log', () => {
  test('wait for it from the first one of the process, and keep their order', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'order' });
    shipper.write(line(1));
    shipper.write(line(2));
    shipper.start(log.export, silent);
    shipper.write(line(3));
    await shipper.stop();

    expect(log.records().map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(log.taken.map(({ service }) => service)).toEqual(['order']);
  });

  test('go in batches of at most 256 KiB', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'order' });
    for (let number = 0; number < 1000; number += 1) shipper.write(line(number, 'x'.repeat(1000)));
    shipper.start(log.export, silent);
    await shipper.stop();

    expect(log.records()).toHaveLength(1000);
    expect(Math.max(...log.taken.map(({ lines }) => Buffer.byteLength(lines)))).toBeLessThanOrEqual(256 * 1024);
    expect(log.taken.length).toBeLessThanOrEqual(5);
  });

  test('are sent again in the same batch when it is not known whether they were taken', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'order' });
    log.state.isAway = true;
    shipper.start(log.export, silent);
    shipper.write(line(1));
    await shipper.flush();
    log.state.isAway = false;
    await shipper.stop();

    expect(log.tried).toHaveLength(2);
    expect(new Set(log.tried.map(({ id }) => id)).size).toBe(1);
  });

  test('are dropped, the oldest first, while the event log is away: counted, and told when it is back', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'order', maxBytes: 10_000 });
    const logger: Logger = createLogger('order', 'warn', shipper);
    log.state.isAway = true;
    shipper.start(log.export, logger);
    for (let number = 0; number < 20_000; number += 1) shipper.write(line(number, 'x'.repeat(100)));
    await shipper.flush();
    const dropped = await droppedOf(shipper);
    log.state.isAway = false;
    await shipper.stop();
    const records = log.records();
    const numbers = records.flatMap(({ number }) => (typeof number === 'number' ? [number] : []));

    expect(numbers.at(-1)).toBe(19_999);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    expect(numbers.length + (dropped ?? 0)).toBe(20_000);
    expect(records.reduce((sum, record) => sum + JSON.stringify(record).length, 0)).toBeLessThan(11_000);
    expect(records.filter((record) => record['dropped'] !== undefined)).toMatchObject([{ level: 'warn', dropped }]);
  });

  test('of 1 MB are cut, and still say what they are found by', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'order' });
    shipper.start(log.export, silent);
    const record = { level: 'error', service: 'order', orderNumber: 'M-7K3Q-92XD', text: 'ü'.repeat(500_000), msg: 'too much' };
    shipper.write(`${JSON.stringify(record)}\n`);
    await shipper.stop();
    const [batch] = log.taken;

    expect(Buffer.byteLength(batch?.lines ?? '')).toBeLessThan(64 * 1024);
    expect(log.records()).toMatchObject([{ level: 'error', service: 'order', orderNumber: 'M-7K3Q-92XD', msg: 'too much' }]);
    expect(log.records()[0]?.['cutFromBytes']).toBeGreaterThan(1_000_000);
  });

  test('hold no e-mail address and no token, whoever put them there', async () => {
    const log = createFakeLog();
    const shipper = new LogShipper({ service: 'mail' });
    const logger = createLogger('mail', 'error', shipper);
    shipper.start(log.export, silent);
    const token = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;
    logger.error({ error: new Error('550 <anna.lind@post.example.com>: no such user'), header: `Bearer ${token}` }, 'rejected');
    await shipper.stop();
    const text = log.taken.map(({ lines }) => lines).join('');

    expect(text).toContain('550 <[e-mail]>: no such user');
    expect(text).not.toMatch(/anna|example\.com|eyJ/);
  });
});

test('what only looks like an address stays in a record', () => {
  for (const text of ['/node_modules/@apollo/gateway/index.js', 'kafkajs@2.2.4', 'a @ b.com', '@', 'x@', '@scope'])
    expect(withoutAddresses(text)).toBe(text);
  expect(withoutAddresses('"a@b.de","c.d@e-f.com."')).toBe('"[e-mail]","[e-mail]."');
});

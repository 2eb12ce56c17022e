import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { toDeadLetter } from '#kafka/dead-letter-message.ts';
import type { Delivery, EventLog, MessageBytes } from '#kafka/event-log.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { textOf } from '#kafka/message-bytes.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';

jest.setTimeout(60_000);

const script = fileURLToPath(new URL('../dead-letters.ts', import.meta.url));
const brokers = testBrokers();

const poisoned = (key: string): Delivery => ({
  topic: 'checkout',
  key,
  headers: { ce_id: newId(), ce_type: 'order.paid' },
  value: '{"orderId":"o-1"}',
  partition: 0,
  offset: '7',
});

const commands = (kind: string) => {
  let dataDir: string;
  let log: EventLog;
  let heard: Delivery[];
  let key: string;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'marigold-letters-'));
    mkdirSync(join(dataDir, 'log'));
    const isOnKafka = kind === 'on Kafka';
    writeFileSync(join(dataDir, 'run.json'), JSON.stringify({ pid: process.pid, kafkaBrokers: isOnKafka ? brokers : null }));
    log = isOnKafka
      ? openKafkaLog({ brokers, clientId: 'test', logger: createLogger('test', 'silent') })
      : createInProcessLog({ folder: join(dataDir, 'log') });
    heard = [];
    key = newId();
    let joined = false;
    await log.subscribe({
      group: `letters-${key}`,
      memberId: 'm',
      topics: ['checkout'],
      from: 'end',
      minFetchIntervalMs: 0,
      handle: async (deliveries) => void heard.push(...deliveries.filter((one) => one.key === key)),
      onJoined: () => {
        joined = true;
      },
    });
    await waitFor('the listener', () => joined, 20_000);
  });

  afterEach(async () => {
    await log.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [script, ...args, '--data', dataDir], {
        env: { ...process.env, KAFKA_BROKERS: '', NO_COLOR: '1' },
      });
      const [out, err]: [string[], string[]] = [[], []];
      child.stdout.on('data', (chunk) => out.push(String(chunk)));
      child.stderr.on('data', (chunk) => err.push(String(chunk)));
      child.on('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }));
    });
  }

  async function setAside(): Promise<string> {
    const letter = toDeadLetter(poisoned(key), 'product', new Error('no such product'), 3);
    await log.publish([letter]);
    return letter.key;
  }

  test('lists them, shows one with its data, replays it to the service that gave up on it, and lists it no more', async () => {
    const id = await setAside();

    const listed = await run('list');
    const shown = await run('show', id.slice(-10));
    const replayed = await run('replay', id);

    expect(listed.out).toMatch(new RegExp(`${id} +\\S+ \\S+ +product +order\\.paid +no such product`));
    expect(listed.out).not.toContain('o-1');
    expect(shown.out).toContain('"orderId": "o-1"');
    expect(replayed).toMatchObject({ code: 0, err: '' });
    const [again] = await waitFor('the replay', () => (heard.length > 0 ? heard : null));
    expect(again).toMatchObject({ key, value: '{"orderId":"o-1"}', headers: { 'replay-of': id, 'replay-for': 'product' } });
    await waitFor('it to be taken off the list', async () => !(await run('list', '--json')).out.includes(id), 10_000);
  });

  test('shows bytes that are no text as base64, nothing that a terminal would obey, and replays byte for byte', async () => {
    const bytes: MessageBytes = {
      key: Buffer.from(key),
      headers: [
        { name: Buffer.from('ce_type'), value: Buffer.from('\u001b[2Jorder.paid') },
        { name: Buffer.from([0xff]), value: Buffer.from([0xfe]) },
        { name: Buffer.from('none'), value: null },
      ],
      value: Buffer.from([0, 0, 0, 0, 1, 0x7b]),
    };
    const delivery = { topic: 'checkout', ...textOf(bytes), partition: 0, offset: '7' } as const;
    const letter = toDeadLetter(delivery, 'product', new Error('\u001b[31mno'), 1);
    await log.publish([letter]);
    const id = letter.key;

    const listed = await run('list');
    const shown = await run('show', id);
    const json = await run('show', id, '--json');
    const replayed = await run('replay', id);

    for (const { out, code, err } of [listed, shown, json, replayed])
      expect([code, err, out.includes('\u001b'), out.includes('\0')]).toEqual([0, '', false, false]);
    expect(shown.out).toContain('base64 /w==: base64 /g==');
    expect(shown.out).toContain('none: null');
    expect(shown.out).toContain('base64 AAAAAAF7');
    expect(JSON.parse(json.out)).toMatchObject({ message: { base64: { key: Buffer.from(key).toString('base64'), value: 'AAAAAAF7' } } });
    const [again] = await waitFor('the replay', () => (heard.length > 0 ? heard : null));
    const marks = Object.entries({ 'replay-of': id, 'replay-for': 'product' });
    expect(again?.bytes).toEqual({
      ...bytes,
      headers: [...bytes.headers, ...marks.map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(value) }))],
    });
  });

  test('forgets one on request', async () => {
    const id = await setAside();

    expect(await run('discard', id)).toMatchObject({ code: 0 });

    await waitFor('it to be taken off the list', async () => !(await run('list')).out.includes(id), 10_000);
    expect(heard).toEqual([]);
  });
};

describe.each(['in process'])('npm run dead-letters, with the log %s', commands);
needs('kafka').describe.each(['on Kafka'])('npm run dead-letters, with the log %s', commands);

describe('npm run dead-letters', () => {
  function run(env: Record<string, string>, ...args: string[]): Promise<{ code: number | null; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, KAFKA_BROKERS: '', NO_COLOR: '1', ...env } });
      const err: string[] = [];
      child.stderr.on('data', (chunk) => err.push(String(chunk)));
      child.on('close', (code) => resolve({ code, err: err.join('') }));
    });
  }

  test.each([
    ['no command', 2, 'What is to be done?', []],
    ['a command that is none', 2, 'There is no command "burn"', ['burn']],
    ['an option that is none', 2, '--loud', ['list', '--loud']],
    ['no ID', 2, 'Which one?', ['show']],
    ['an ID too many', 2, 'does not take so many', ['list', 'x']],
    ['no shop', 2, 'No shop runs on', ['list', '--data', '/nowhere']],
  ])('reports in one sentence what is wrong with %s', async (_what, code, sentence, args) => {
    expect(await run({}, ...args)).toEqual({ code, err: expect.stringContaining(sentence) });
  });

  test('reports that Kafka is away', async () => {
    expect(await run({ KAFKA_BROKERS: '127.0.0.1:9' }, 'list')).toEqual({
      code: 2,
      err: expect.stringMatching(/^✗ Kafka cannot be reached/),
    });
  });
});

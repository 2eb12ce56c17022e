import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { LogFiles } from '#platform/log-files/log-files.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { LogsError, type LogsOptions, readQuery } from '../logs/query.ts';
import { showLogs } from '../logs/show-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const begin = Date.parse('2026-11-28T10:00:00.000Z');
const [orderId, traceId, laterTrace] = [newId(), 'a'.repeat(32), 'c'.repeat(32)];
const orderNumber = 'M-7K3Q-92XD';

/** A record that was logged so many seconds after ten o'clock. */
const record = (msg: string, second: number, more: object = {}) => ({
  level: 'info',
  time: new Date(begin + second * 1000).toISOString(),
  service: 'order',
  ...more,
  msg,
});
const batchOf = (records: readonly object[]) => ({ id: newId(), lines: records.map((one) => `${JSON.stringify(one)}\n`).join('') });

/** As the collector keeps them, in files that together have `maxBytes` at most. */
async function keep(records: readonly object[], maxBytes = 1e6): Promise<void> {
  const files = await LogFiles.open(folder, maxBytes);
  for (const one of records) await files.append([batchOf([one])]);
  await files.close();
}

const story = [
  record('asked', 1, { service: 'gateway', traceId }),
  record('of another order', 2, { orderNumber: 'M-7K3Q-92XE', orderId: newId(), traceId: 'b'.repeat(32) }),
  record('placed', 3, { orderId, orderNumber, traceId }),
  record('declined', 4, { level: 'warn', service: 'payment', reason: 'CARD_DECLINED', orderId, traceId: laterTrace }),
  record('mail failed', 5, { level: 'error', service: 'mail', traceId: laterTrace }),
  record('tick', 6, { level: 'debug', service: 'mail' }),
];

/** What the command prints for these options. */
async function shown(options: LogsOptions = {}, nowMs = begin) {
  const lines: string[] = [];
  const notes: string[] = [];
  const output = { write: (line: string) => lines.push(line), note: (sentence: string) => notes.push(sentence), inColour: false };
  await showLogs(folder, readQuery(options, nowMs), output);
  return { lines, notes };
}
const messages = async (options: LogsOptions = {}, nowMs = begin) =>
  (await shown({ ...options, json: true }, nowMs)).lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
const everything = ['asked', 'of another order', 'placed', 'declined', 'mail failed', 'tick'];

describe('npm run logs', () => {
  test('shows all records, the last one at the bottom, each on a line for people', async () => {
    await keep(story);

    expect(await messages()).toEqual(everything);
    expect((await shown({ service: 'payment' })).lines).toEqual([
      `2026-11-28T10:00:04.000Z  warn   payment     declined  reason=CARD_DECLINED  orderId=${orderId}  traceId=${laterTrace}`,
    ]);
  });

  test.each<[string, LogsOptions, string[]]>([
    ['an order by its number, those of its traces too', { order: orderNumber }, ['asked', 'placed', 'declined', 'mail failed']],
    [
      'an order by its number as people type it',
      { order: ` ${orderNumber.toLowerCase()} ` },
      ['asked', 'placed', 'declined', 'mail failed'],
    ],
    [
      'an order by its number with other dashes',
      { order: orderNumber.replaceAll('-', '\u2013') },
      ['asked', 'placed', 'declined', 'mail failed'],
    ],
    ['an order by its id', { order: orderId }, ['asked', 'placed', 'declined', 'mail failed']],
    ['a trace', { trace: traceId.toUpperCase() }, ['asked', 'placed']],
    ['a service', { service: 'mail' }, ['mail failed', 'tick']],
    ['a level and those above it', { level: 'warn' }, ['declined', 'mail failed']],
    ['a text, in any case', { text: 'card_declined' }, ['declined']],
    ['a time before now', { since: '10s' }, ['declined', 'mail failed', 'tick']],
    ['a moment', { since: '2026-11-28T10:00:05Z' }, ['mail failed', 'tick']],
    ['the newest so many', { first: '2' }, ['mail failed', 'tick']],
    ['an order, a service and a level', { order: orderNumber, service: 'payment', level: 'warn' }, ['declined']],
    ['a trace and a level', { trace: laterTrace, level: 'error' }, ['mail failed']],
    ['a service and a time', { service: 'mail', since: '2026-11-28T10:00:06Z' }, ['tick']],
  ])('finds by %s', async (_, options, found) => {
    await keep(story);

    expect(await messages(options, begin + 14_000)).toEqual(found);
  });

  test('says that nothing fits, and that there is no such order', async () => {
    await keep(story);

    expect(await shown({ service: 'nobody' })).toEqual({ lines: [], notes: ['No record fits.'] });
    await expect(shown({ order: 'M-0000-0000' })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^No record names the order "M-0000-0000"/),
    });
  });

  test('says that no shop has run where there are no logs', async () => {
    rmSync(folder, { recursive: true });

    await expect(shown()).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/^There are no logs in .*npm start/) });
  });

  test('reads all files, from the newest back to the oldest that is left', async () => {
    await keep(
      Array.from({ length: 300 }, (_, at) => record(`record ${at}`, at, { text: 'x'.repeat(200) })),
      40_000,
    );
    const found = await messages({ first: '1000' });

    expect(readdirSync(folder).length).toBeGreaterThan(3);
    expect(found).toEqual(Array.from({ length: found.length }, (_, at) => `record ${300 - found.length + at}`));
    expect(await messages({ first: '3' })).toEqual(['record 297', 'record 298', 'record 299']);
  });

  test('shows a line of a megabyte, and what steers a terminal as text', async () => {
    await keep([record('before', 1), record('long', 2, { text: 'x'.repeat(1024 * 1024) }), record('\u001b[2Jafter\n', 3)], 1e7);
    const { lines } = await shown();

    expect(lines.map((line) => line.length > 1024 * 1024)).toEqual([false, true, false]);
    expect(lines[2]).toBe('2026-11-28T10:00:03.000Z  info   order        [2Jafter');
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  test('sorts by their own times what services logged whose clocks are apart', async () => {
    await keep([record('order, 3 s ahead', 4), record('payment', 2, { service: 'payment' }), record('order again', 5)]);

    expect(await messages()).toEqual(['payment', 'order, 3 s ahead', 'order again']);
    expect(await messages({ since: '2026-11-28T10:00:03Z' })).toEqual(['order, 3 s ahead', 'order again']);
  });
});

describe('npm run logs rejects in one sentence, with 2,', () => {
  test.each<[string, LogsOptions]>([
    ['a level that is none', { level: 'loud' }],
    ['a trace that is none', { trace: 'abc' }],
    ['a time that is none', { since: 'yesterday' }],
    ['a count that is none', { first: '1e2' }],
    ['a count that is too small', { first: '0' }],
    ['a count that is too large', { first: '100001' }],
    ['an empty order', { order: ' ' }],
    ['an empty service', { service: '' }],
    ['an order with a trace', { order: orderNumber, trace: traceId }],
  ])('%s', (_, options) => {
    const read = () => readQuery(options, begin);

    expect(read).toThrow(LogsError);
    expect(read).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^--[^\n]+\.$/) }));
  });
});

test('npm run logs --follow goes on with what is logged, over a new file, until it is stopped', async () => {
  await keep(story);
  const lines: string[] = [];
  const stopping = new AbortController();
  const output = { write: (line: string) => lines.push(line), note: () => undefined, inColour: false };
  const following = showLogs(folder, readQuery({ follow: true, level: 'warn', json: true, first: '1' }, begin), output, stopping.signal);
  await waitFor('what is there', () => lines.length === 1);
  // the file that is there is full with the next record
  const files = await LogFiles.open(folder, 8000);
  await files.append([batchOf([record('refunded', 7, { level: 'warn' }), record('quiet', 8)])]);
  await waitFor('the first', () => lines.length === 2);
  await files.append([batchOf([record('failed', 9, { level: 'error' })])]);
  await waitFor('the second', () => lines.length === 3);
  await files.close();
  stopping.abort();
  await following;

  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['mail failed', 'refunded', 'failed']);
});

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../ids.ts';
import { LogFiles } from '../log-files/log-files.ts';
import { idsOfOrder } from '../log-files/logs-of-order.ts';
import { endOfLogs, readOn } from '../log-files/read-on.ts';
import { type LogFilter, type Place, searchLogs } from '../log-files/search-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const begin = Date.parse('2026-11-28T10:00:00.000Z');
const record = (number: number, more: object = {}) => ({
  level: 'info',
  time: new Date(begin + number * 1000).toISOString(),
  service: 'order',
  number,
  ...more,
  msg: 'handled',
});
const batch = (records: object[], id: string = newId()) => ({ id, lines: records.map((one) => `${JSON.stringify(one)}\n`).join('') });
const many = { first: 1000, mostBytes: 1e9 };

async function numbers(filter: LogFilter = {}, options: { first?: number; before?: Place; mostBytes?: number } = {}) {
  const { records, next } = await searchLogs(folder, filter, { ...many, ...options });
  return { numbers: records.map(({ record: found }) => found['number']), next };
}

async function keep(records: object[], maxBytes = 1e6): Promise<void> {
  const files = await LogFiles.open(folder, maxBytes);
  await files.append([batch(records)]);
  await files.close();
}

describe('log files', () => {
  test('keep a batch once, however often it comes, also after a restart', async () => {
    const [first, second] = [batch([record(1), record(2)]), batch([record(3)])];
    const files = await LogFiles.open(folder, 1e6);
    await files.append([first, first]);
    await files.close();
    const again = await LogFiles.open(folder, 1e6);
    await again.append([first, second]);
    await again.close();

    expect(await numbers()).toEqual({ numbers: [3, 2, 1], next: null });
  });

  test('take a batch as a whole that a crash had cut off', async () => {
    await keep([record(1)]);
    const [name = ''] = readdirSync(folder);
    const whole = readFileSync(join(folder, name));
    const lost = batch([record(2), record(3)], 'lost');
    for (const cut of [1, 50, Buffer.byteLength(lost.lines), Buffer.byteLength(lost.lines) + 12]) {
      rmSync(join(folder, name));
      appendFileSync(join(folder, name), Buffer.concat([whole, Buffer.from(`${lost.lines}{"batch":"lost"}\n`).subarray(0, cut)]));
      const files = await LogFiles.open(folder, 1e6);
      await files.append([lost]);
      await files.close();

      expect(await numbers()).toEqual({ numbers: [3, 2, 1], next: null });
    }
  });

  test('are bounded together, lose the oldest first, and are the owner’s alone', async () => {
    const files = await LogFiles.open(folder, 20_000);
    for (let number = 0; number < 1000; number += 1) await files.append([batch([record(number, { text: 'x'.repeat(100) })])]);
    await files.close();
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)));
    const { numbers: left } = await numbers();

    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(20_000);
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.map(({ mode }) => mode & 0o777)).toEqual(sizes.map(() => 0o600));
    expect(left).toEqual(left.map((_, at) => 999 - at));
    expect(left.length).toBeGreaterThan(50);
  });

  test('hold records only', async () => {
    const files = await LogFiles.open(folder, 1e6);
    await files.append([{ id: 'a', lines: `{"batch":"b"}\nplain text\n${batch([record(1)]).lines}{"level":"info"` }]);
    await files.append([{ id: 'b', lines: batch([record(2)]).lines }]);
    await files.close();

    expect(await numbers()).toEqual({ numbers: [2, 1], next: null });
  });
});

describe('a search of log files', () => {
  test('finds by level and above, service, text, time, and by all of them together', async () => {
    await keep([
      record(1, { level: 'debug' }),
      record(2, { service: 'mail' }),
      record(3, { level: 'warn', reason: 'The Provider is away' }),
      record(4, { level: 'error', service: 'mail' }),
      record(5),
    ]);
    const at = (number: number) => new Date(begin + number * 1000);

    expect((await numbers({ level: 'warn' })).numbers).toEqual([4, 3]);
    expect((await numbers({ level: 'info' })).numbers).toEqual([5, 4, 3, 2]);
    expect((await numbers({ service: 'mail' })).numbers).toEqual([4, 2]);
    expect((await numbers({ service: 'mail', level: 'warn' })).numbers).toEqual([4]);
    expect((await numbers({ text: 'provider IS' })).numbers).toEqual([3]);
    expect((await numbers({ since: at(2), until: at(4) })).numbers).toEqual([3, 2]);
    expect((await numbers({ service: 'nobody' })).numbers).toEqual([]);
  });

  test('goes on after a page, without gap and repetition, also while records are added', async () => {
    await keep(Array.from({ length: 5 }, (_, number) => record(number)));
    const one = await numbers({}, { first: 2 });
    await keep([record(5)]);
    const two = await numbers({}, { first: 2, ...(one.next && { before: one.next }) });
    const three = await numbers({}, { first: 2, ...(two.next && { before: two.next }) });

    expect([one.numbers, two.numbers, three.numbers]).toEqual([[4, 3], [2, 1], [0]]);
    expect(three.next).toBeNull();
  });

  test('reads so much at most, and says where to go on', async () => {
    const files = await LogFiles.open(folder, 80_000);
    for (let number = 0; number < 400; number += 1) await files.append([batch([record(number)])]);
    await files.close();
    const all = (await numbers()).numbers;
    const found: unknown[] = [];
    let pages = 0;
    let before: Place | undefined;
    do {
      const page = await numbers({ text: 'handled' }, { mostBytes: 15_000, ...(before && { before }) });
      found.push(...page.numbers);
      before = page.next ?? undefined;
      pages += 1;
    } while (before !== undefined);

    expect(found).toEqual(all);
    expect(pages).toBeGreaterThan(2);
  });

  test('finds by time what a service logged whose clock is ahead of the collector’s', async () => {
    await keep([record(1), record(3)]);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), begin / 1000, begin / 1000);

    expect((await numbers({ since: new Date(begin + 2000) })).numbers).toEqual([3]);
  });

  test('finds what belongs to an order by its number: records that have only its id, or only its trace', async () => {
    const [orderId, traceId, other] = [newId(), 'a'.repeat(32), 'b'.repeat(32)];
    await keep([
      record(1, { traceId }),
      record(2, { traceId: other }),
      record(3, { traceId, orderId, orderNumber: 'M-7K3Q-92XD' }),
      record(4, { orderId, traceId: 'c'.repeat(32) }),
      record(5, { traceId: 'c'.repeat(32) }),
      record(6, { orderNumber: 'M-7K3Q-92XE', orderId: newId(), traceId: other }),
    ]);
    const ids = (await idsOfOrder(folder, 'm-7k3q-92xd')) ?? [];

    expect((await numbers({ ids })).numbers).toEqual([5, 4, 3, 1]);
    expect((await numbers({ ids: (await idsOfOrder(folder, orderId)) ?? [] })).numbers).toEqual([5, 4, 3, 1]);
    expect(await idsOfOrder(folder, 'M-0000-0000')).toBeNull();
  });
});

test('log files are read on from where a reader was, the oldest record first', async () => {
  const files = await LogFiles.open(folder, 40_000);
  const read: unknown[] = [];
  let place: Place = [0, 0];
  for (let number = 0; number < 300; number += 1) {
    await files.append([batch([record(number)])]);
    if (number % 20 !== 0) continue;
    const { lines, next } = await readOn(folder, place, 100_000);
    read.push(...lines.map((line) => (JSON.parse(line) as { number: number }).number));
    place = next;
  }
  await files.close();
  for (let last: Place | undefined; last !== place; ) {
    last = place;
    const { lines, next } = await readOn(folder, place, 100_000);
    read.push(...lines.map((line) => (JSON.parse(line) as { number: number }).number));
    place = next[0] === place[0] && next[1] === place[1] ? place : next;
  }

  expect(read).toEqual(Array.from({ length: 300 }, (_, number) => number));
});

test('a record that is longer than what is read at once is read whole, and what comes after it', async () => {
  await keep([record(1), record(2, { text: 'x'.repeat(100_000) }), record(3)]);
  const read: unknown[] = [];
  for (let place: Place = [0, 0]; ; ) {
    const { lines, next } = await readOn(folder, place, 1000);
    if (next[0] === place[0] && next[1] === place[1]) break;
    read.push(...lines.map((line) => (JSON.parse(line) as { number: number }).number));
    place = next;
  }

  expect(read).toEqual([1, 2, 3]);
});

test('the end of the log files is where the next record will stand, before one that is being written', async () => {
  expect(await endOfLogs(folder)).toEqual([0, 0]);
  await keep([record(1)]);
  const end = await endOfLogs(folder);
  const [name = ''] = readdirSync(folder);
  appendFileSync(join(folder, name), '{"level":"info"');

  expect(await endOfLogs(folder)).toEqual(end);
  expect(await readOn(folder, end, 1000)).toEqual({ lines: [], next: end });
});

import { expect, test } from '@jest/globals';
import { LargeCounts } from '../postgres/large-counts.ts';

/** A table whose rows are counted, and a clock. */
function counted(rows: number) {
  const table = { rows, counts: 0, nowMs: 0, error: null as Error | null };
  const counts = new LargeCounts(() => table.nowMs);
  const count = async () => {
    table.counts += 1;
    if (table.error) throw table.error;
    return table.rows;
  };
  return { table, read: () => counts.get('all', count, (result) => result) };
}

test('a small number is counted each time', async () => {
  const { table, read } = counted(9_999);
  await read();
  table.rows = 5;

  expect([await read(), table.counts]).toEqual([5, 2]);
});

test('a large number is good for ten seconds, then goes on being given out while it is counted anew', async () => {
  const { table, read } = counted(10_000);
  await read();
  table.rows = 20_000;
  table.nowMs = 9_999;
  expect([await read(), table.counts]).toEqual([10_000, 1]);
  table.nowMs = 10_000;
  expect([await read(), table.counts]).toEqual([10_000, 2]);

  expect([await read(), table.counts]).toEqual([20_000, 2]);
});

test('a number of more than a minute ago is waited for', async () => {
  const { table, read } = counted(10_000);
  await read();
  table.rows = 20_000;
  table.nowMs = 60_000;

  expect([await read(), table.counts]).toEqual([20_000, 2]);
});

test('what became small is counted each time again', async () => {
  const { table, read } = counted(10_000);
  await read();
  table.rows = 3;
  table.nowMs = 60_000;
  await read();
  table.rows = 4;

  expect(await read()).toBe(4);
});

test('those who ask at the same time wait for one count', async () => {
  const { table, read } = counted(3);

  expect([await Promise.all([read(), read()]), table.counts]).toEqual([[3, 3], 1]);
});

test('a count that fails rejects without an earlier result, and changes nothing with one', async () => {
  const { table, read } = counted(10_000);
  table.error = new Error('statement timeout');
  await expect(read()).rejects.toThrow('statement timeout');
  table.error = null;
  await read();
  table.error = new Error('statement timeout');
  table.nowMs = 10_000;

  expect(await read()).toBe(10_000);
  expect(await read()).toBe(10_000);
});

import { expect, test } from '@jest/globals';
import { Turns } from '../http/turns.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('what an address asks for at one moment begins a few in each turn, in its order', async () => {
  const turns = new Turns();
  const begun: number[] = [];
  for (let count = 1; count <= 10; count += 1) turns.begin('198.51.100.1', () => void begun.push(count));
  expect(begun).toEqual([1, 2, 3, 4]);
  await nextTurn();
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  await nextTurn();

  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('another address does not wait for that', () => {
  const turns = new Turns();
  let isBegun = false;
  for (let count = 0; count < 1000; count += 1) turns.begin('198.51.100.1', () => undefined);
  turns.begin('198.51.100.2', () => {
    isBegun = true;
  });

  expect(isBegun).toBe(true);
});

test('what comes while others wait comes after them', async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const begin = (name: string) => turns.begin('198.51.100.1', () => void begun.push(name));
  for (const name of ['a', 'b', 'c', 'd', 'e']) begin(name);
  await nextTurn();
  for (const name of ['f', 'g', 'h', 'i']) begin(name);
  await nextTurn();

  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
});

test('an address that has waited begins at once again', async () => {
  const turns = new Turns();
  for (let count = 0; count < 5; count += 1) turns.begin('198.51.100.1', () => undefined);
  for (let count = 0; count < 3; count += 1) await nextTurn();
  let isBegun = false;
  turns.begin('198.51.100.1', () => {
    isBegun = true;
  });

  expect(isBegun).toBe(true);
});

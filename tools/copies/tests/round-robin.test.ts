import { expect, test } from '@jest/globals';
import { RoundRobin } from '../round-robin.ts';

const targets = [
  { name: 'order-1', port: 1 },
  { name: 'order-2', port: 2 },
  { name: 'order-3', port: 3 },
];

function withReady(...names: string[]): RoundRobin {
  const robin = new RoundRobin(targets);
  for (const name of names) robin.setReady(name, true);
  return robin;
}
const take = (robin: RoundRobin, count: number) => Array.from({ length: count }, () => robin.next()?.name);

test('gives each ready copy its turn', () => {
  expect(take(withReady('order-1', 'order-2', 'order-3'), 4)).toEqual(['order-1', 'order-2', 'order-3', 'order-1']);
});

test('leaves out a copy that is not ready, until it is again', () => {
  const robin = withReady('order-1', 'order-2');
  robin.setReady('order-2', false);

  expect(take(robin, 2)).toEqual(['order-1', 'order-1']);

  robin.setReady('order-2', true);
  expect(new Set(take(robin, 2))).toEqual(new Set(['order-1', 'order-2']));
});

test('leaves out the copies that could not be reached for this connection', () => {
  expect(withReady('order-1', 'order-3').next(new Set(['order-1']))?.name).toBe('order-3');
});

test('has none when no copy is ready', () => {
  expect(withReady().next()).toBeNull();
  expect(withReady('order-1').next(new Set(['order-1']))).toBeNull();
});

test('stays with the preferred copy while that is ready', () => {
  const robin = new RoundRobin(targets, 'order-2');
  for (const { name } of targets) robin.setReady(name, true);

  expect(take(robin, 3)).toEqual(['order-2', 'order-2', 'order-2']);

  robin.setReady('order-2', false);
  expect(take(robin, 2)).not.toContain('order-2');
});

import { expect, test } from '@jest/globals';
import { backoffMs } from '../supervised-process.ts';

test('starts a component again at once the first time, then ever later, at most every ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map(backoffMs)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

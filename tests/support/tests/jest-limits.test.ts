import { expect, test } from '@jest/globals';
import { type Event, getState, type State } from 'jest-circus';
import { onDeclared, setFileTimeout } from '../jest-limits.ts';

type Declared = { fn: () => unknown };

/** What the runner knows after one test or hook was declared. */
function declare(name: 'add_test' | 'add_hook', run: () => unknown, timeout?: number, state?: State): Declared {
  const declared = { fn: run };
  const block = { tests: name === 'add_test' ? [declared] : [], hooks: name === 'add_hook' ? [declared] : [], children: [] };
  onDeclared({ name, timeout } as unknown as Event, state ?? ({ currentDescribeBlock: block } as unknown as State));
  return declared;
}
const forEver = () => new Promise(() => undefined);

test.each(['add_test', 'add_hook'] as const)('%s: what hangs is ended after its own limit', async (name) => {
  await expect(declare(name, forEver, 20).fn()).rejects.toThrow('This took longer than its limit of 20 ms.');
});

test('what hangs is ended after the limit of its file', async () => {
  const state = getState();
  const before = { ...state };
  const declared = { fn: forEver };
  Object.assign(state, { currentDescribeBlock: { tests: [declared], hooks: [], children: [] } });
  onDeclared({ name: 'add_test' } as unknown as Event, state);
  Object.assign(state, before);
  setFileTimeout(30);

  await expect(declared.fn()).rejects.toThrow('limit of 30 ms');
});

test('what ends in time has its own result', async () => {
  await expect(declare('add_test', () => Promise.reject(new Error('its own error')), 1000).fn()).rejects.toThrow('its own error');
  await expect(declare('add_test', () => undefined, 1000).fn()).resolves.toBeUndefined();
});

test('the tests of a skipped describe are counted one by one, and its hooks do not run', () => {
  const skipped = { type: 'describeBlock', mode: 'skip', hooks: [{}], children: [{ mode: 'skip' }, { mode: 'skip' }] };
  const state = { currentDescribeBlock: { tests: [], hooks: [], children: [skipped] } } as unknown as State;
  onDeclared({ name: 'finish_describe_definition' } as unknown as Event, state);

  expect(skipped).toEqual({ type: 'describeBlock', mode: undefined, hooks: [], children: [{ mode: 'skip' }, { mode: 'skip' }] });
});
